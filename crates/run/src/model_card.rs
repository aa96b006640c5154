//! `model.json`: what one must know of `model.safetensors` to use it.

use serde::{Deserialize, Serialize};

use crate::Form;

/// The version of the card's format.
pub const MODEL_CARD_SCHEMA: u32 = 2;
pub(crate) const FORM: Form = Form::new("schema", 1, MODEL_CARD_SCHEMA as u64);

/// Architecture, labels and preprocessing of a trained model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelCard {
    /// [`MODEL_CARD_SCHEMA`].
    pub schema: u32,
    /// The `[model]` section of the recipe.
    pub architecture: serde_json::Value,
    /// The `[task]` section of the recipe; cards of the first version, which knew classification alone, do not say.
    #[serde(default = "classification")]
    pub task: serde_json::Value,
    /// The `[loss]` section of the recipe.
    pub loss: serde_json::Value,
    /// `[channels, height, width]` of an image.
    pub image_shape: [usize; 3],
    /// The name of each output, in their order: of a class, of a label, or of the number that is learned.
    pub classes: Vec<String>,
    /// Subtracted from pixels in `[0, 1]`; one value, or one a channel.
    pub mean: Vec<f32>,
    /// Then divided by; one value, or one a channel.
    pub std: Vec<f32>,
    /// Whether the training images are bright on dark, as MNIST's are, so that dark on light must be inverted.
    pub bright_on_dark: bool,
    /// How a number is learned, where it is not as it is: `log`, `mean`, `deviation`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub scale: Option<serde_json::Value>,
    /// How a record of a file becomes an example, where it does not come as one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub preparation: Option<serde_json::Value>,
    /// The data set's name.
    pub dataset: String,
    /// The folder that the data set came from, where it was not the one inside the binary.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub data_root: Option<std::path::PathBuf>,
    /// BLAKE3 over all weights; see `weights_digest`.
    pub weights_digest: String,
}

fn classification() -> serde_json::Value {
    serde_json::json!({ "kind": "classification" })
}
