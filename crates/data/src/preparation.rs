//! How a record of a file becomes an example, as it is kept with the model: whoever brings records later prepares them by it.

use burnwright_table::Encoder;
use serde::{Deserialize, Serialize};

use crate::{ImageShape, PictureConfig};

/// How records become examples.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Preparation {
    /// They come as examples, as MNIST's images do.
    #[default]
    None,
    /// Pictures of any size are scaled and cropped.
    Picture(PictureConfig),
    /// The columns of a row become numbers.
    Row(Box<Encoder>),
}

impl Preparation {
    /// How many values each category column has, where rows end with a code for each.
    pub fn categories(&self) -> Vec<usize> {
        if let Self::Row(encoder) = self { encoder.layout().cardinalities() } else { Vec::new() }
    }

    /// What is wrong with it for examples of this shape, if anything: it may come from a file that nobody vouches for.
    pub fn fault(&self, shape: ImageShape) -> Option<String> {
        match self {
            Self::None => None,
            Self::Picture(config) => {
                let made = [config.channels, config.crop, config.crop];
                (made != shape.dimensions()).then(|| {
                    let made = made.map(|size| size.to_string()).join(" x ");
                    format!("preparation: makes images of {made}, expected {shape}")
                })
            }
            Self::Row(encoder) => {
                let columns = encoder.layout().columns();
                ([1, 1, columns] != shape.dimensions()).then(|| {
                    format!("preparation: makes rows of {columns} values, expected {shape}")
                })
            }
        }
    }

    /// Whether records come as examples.
    pub fn is_none(&self) -> bool {
        *self == Self::None
    }
}
