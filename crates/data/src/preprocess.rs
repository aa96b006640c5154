//! How an example becomes what a model is given: made once, from recipe and data, and kept with the model.

use serde::{Deserialize, Serialize};

use crate::{ImageShape, Normalize, Preparation, Scale, Source};

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
    /// How records became examples.
    #[serde(default, skip_serializing_if = "Preparation::is_none")]
    pub preparation: Preparation,
}

impl Preprocess {
    /// Images of this shape, bright on dark, with targets as they are.
    pub fn new(image: ImageShape, normalize: Normalize) -> Self {
        let (scale, preparation) = (Scale::default(), Preparation::None);
        Self { image, normalize, bright_on_dark: true, scale, preparation }
    }

    /// How the examples of a source are prepared. Pictures of the world, and all in colour, are neither bright on dark nor inverted.
    pub fn of(source: &dyn Source, normalize: Normalize) -> Self {
        let preparation = source.preparation();
        let bright_on_dark = preparation.is_none() && source.shape().channels == 1;
        Self { bright_on_dark, preparation, ..Self::new(source.shape(), normalize) }
    }
}
