//! How an example becomes what a model is given: made once, from recipe and data, and kept with the model.

use serde::{Deserialize, Serialize};

use crate::{ImageShape, Normalize, Scale};

/// The one preprocessing of a model: training, judgement and prediction use the same value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Preprocess {
    /// The shape of an image.
    pub image: ImageShape,
    /// How its pixels become floats.
    pub normalize: Normalize,
    /// Whether the images are bright on dark, as MNIST's are, so that dark on light must be inverted.
    pub bright_on_dark: bool,
    /// How a target that is a number is learned.
    #[serde(default, skip_serializing_if = "Scale::is_identity")]
    pub scale: Scale,
}

impl Preprocess {
    /// Images of this shape, bright on dark, with targets as they are.
    pub fn new(image: ImageShape, normalize: Normalize) -> Self {
        Self { image, normalize, bright_on_dark: true, scale: Scale::default() }
    }
}
