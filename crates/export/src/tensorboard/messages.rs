//! The few messages that an event file needs, with the field numbers of TensorFlow's `event.proto`, `summary.proto`, `tensor.proto`
//! and `tensor_shape.proto`.

use prost::{Message as _, Oneof};

/// `DT_STRING` of `types.proto`.
const STRING: i32 = 7;
/// `DATA_CLASS_TENSOR` of `summary.proto`.
const TENSOR: i32 = 2;
/// Red, green, blue.
const RGB: i32 = 3;

/// `tensorflow.Event`
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message {
    #[prost(double, tag = "1")]
    pub(super) wall_time: f64,
    #[prost(int64, tag = "2")]
    pub(super) step: i64,
    #[prost(oneof = "Content", tags = "3, 5")]
    pub(super) content: Option<Content>,
}

#[derive(Clone, PartialEq, Oneof)]
pub(super) enum Content {
    #[prost(string, tag = "3")]
    FileVersion(String),
    #[prost(message, tag = "5")]
    Summary(SummaryMessage),
}

/// `tensorflow.Summary`
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct SummaryMessage {
    #[prost(message, repeated, tag = "1")]
    pub(super) value: Vec<Value>,
}

/// `tensorflow.Summary.Value`
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Value {
    #[prost(string, tag = "1")]
    tag: String,
    #[prost(oneof = "Data", tags = "2, 4, 8")]
    data: Option<Data>,
    #[prost(message, optional, tag = "9")]
    metadata: Option<Metadata>,
}

#[derive(Clone, PartialEq, Oneof)]
enum Data {
    #[prost(float, tag = "2")]
    Simple(f32),
    #[prost(message, tag = "4")]
    Image(Image),
    #[prost(message, tag = "8")]
    Tensor(Tensor),
}

/// `tensorflow.Summary.Image`
#[derive(Clone, PartialEq, prost::Message)]
struct Image {
    #[prost(int32, tag = "1")]
    height: i32,
    #[prost(int32, tag = "2")]
    width: i32,
    #[prost(int32, tag = "3")]
    colorspace: i32,
    #[prost(bytes = "vec", tag = "4")]
    encoded: Vec<u8>,
}

/// `tensorflow.TensorProto`
#[derive(Clone, PartialEq, prost::Message)]
struct Tensor {
    #[prost(int32, tag = "1")]
    kind: i32,
    #[prost(message, optional, tag = "2")]
    shape: Option<Shape>,
    #[prost(bytes = "vec", repeated, tag = "8")]
    texts: Vec<Vec<u8>>,
}

/// `tensorflow.TensorShapeProto`
#[derive(Clone, PartialEq, prost::Message)]
struct Shape {
    #[prost(message, repeated, tag = "2")]
    sizes: Vec<Size>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Size {
    #[prost(int64, tag = "1")]
    size: i64,
}

/// `tensorflow.SummaryMetadata`
#[derive(Clone, PartialEq, prost::Message)]
struct Metadata {
    #[prost(message, optional, tag = "1")]
    plugin: Option<Plugin>,
    #[prost(string, tag = "3")]
    description: String,
    #[prost(int32, tag = "4")]
    data_class: i32,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Plugin {
    #[prost(string, tag = "1")]
    name: String,
}

impl Value {
    #[expect(clippy::cast_possible_truncation, reason = "TensorBoard's scalars are f32")]
    pub(super) fn scalar(tag: &str, value: f64) -> Self {
        Self { tag: tag.to_owned(), data: Some(Data::Simple(value as f32)), metadata: None }
    }

    /// Markdown.
    pub(super) fn text(tag: &str, text: &str) -> Self {
        let shape = Shape { sizes: vec![Size { size: 1 }] };
        let tensor = Tensor { kind: STRING, shape: Some(shape), texts: vec![text.into()] };
        let plugin = Some(Plugin { name: "text".to_owned() });
        let metadata = Metadata { plugin, description: String::new(), data_class: TENSOR };
        Self { tag: tag.to_owned(), data: Some(Data::Tensor(tensor)), metadata: Some(metadata) }
    }

    /// A PNG in colours.
    pub(super) fn image(
        tag: &str,
        [width, height]: [u32; 2],
        png: Vec<u8>,
        description: &str,
    ) -> Self {
        let size = |pixels: u32| i32::try_from(pixels).expect("a picture of ours is small");
        let image =
            Image { height: size(height), width: size(width), colorspace: RGB, encoded: png };
        let description = description.to_owned();
        let metadata = Metadata { plugin: None, description, data_class: 0 };
        Self { tag: tag.to_owned(), data: Some(Data::Image(image)), metadata: Some(metadata) }
    }
}

impl Message {
    pub(super) fn bytes(&self) -> Vec<u8> {
        self.encode_to_vec()
    }
}
