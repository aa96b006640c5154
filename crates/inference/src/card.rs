//! A model card becomes settings that can be relied on; nothing in it is believed before it is checked.

use std::path::Path;

use burnwright_data::{ImageShape, Normalize};
use burnwright_model::ModelConfig;
use burnwright_run::ModelCard;

use crate::{InferenceError, Loss};

/// The longest side of a model's images, as in the readers of data sets.
const LONGEST_SIDE: usize = 4096;
/// The most channels of a model's images.
const MOST_CHANNELS: usize = 4096;
/// The most classes; a confusion matrix holds the square of it.
const MOST_CLASSES: usize = 4096;
/// The most values that a layer may give for one image: 256 MiB.
const LARGEST_OUTPUT: usize = 1 << 26;

/// What a checked card says.
pub(crate) struct Settings {
    pub(crate) architecture: ModelConfig,
    pub(crate) shape: ImageShape,
    pub(crate) normalize: Normalize,
    pub(crate) loss: Loss,
    /// Values that the model learns.
    pub(crate) parameters: usize,
}

/// Checks everything that a card says of its model. `path` names the card in errors.
pub(crate) fn check(card: &ModelCard, path: &Path) -> Result<Settings, InferenceError> {
    let fault = |what: String| InferenceError::Card { what, path: path.to_owned() };
    let shape = image_shape(card, path)?;
    let classes = card.classes.len();
    if !(1..=MOST_CLASSES).contains(&classes) {
        return Err(fault(format!("{classes} classes, expected 1 to {MOST_CLASSES}")));
    }
    let architecture = architecture(card, shape).map_err(fault)?;
    let largest_output = architecture.widest(dimensions(shape), classes);
    if largest_output > LARGEST_OUTPUT {
        let what =
            format!("a layer gives {largest_output} values, expected at most {LARGEST_OUTPUT}");
        return Err(fault(what));
    }
    Ok(Settings {
        parameters: architecture.layers(dimensions(shape), classes).parameters(),
        architecture,
        shape,
        normalize: normalize(card, shape).map_err(fault)?,
        loss: Loss::of_card(card).map_err(fault)?,
    })
}

/// The shape of the model's images, if images can have it.
pub(crate) fn image_shape(card: &ModelCard, path: &Path) -> Result<ImageShape, InferenceError> {
    let [channels, height, width] = card.image_shape;
    let sides = 1..=LONGEST_SIDE;
    if (1..=MOST_CHANNELS).contains(&channels) && sides.contains(&height) && sides.contains(&width)
    {
        return Ok(ImageShape { channels, height, width });
    }
    let what = format!(
        "images of {channels} x {height} x {width}, expected 1 to {MOST_CHANNELS} channels and \
         sides of 1 to {LONGEST_SIDE}"
    );
    Err(InferenceError::Card { what, path: path.to_owned() })
}

/// `[channels, height, width]`
pub(crate) fn dimensions(shape: ImageShape) -> [usize; 3] {
    [shape.channels, shape.height, shape.width]
}

fn architecture(card: &ModelCard, shape: ImageShape) -> Result<ModelConfig, String> {
    let config: ModelConfig = serde_json::from_value(card.architecture.clone())
        .map_err(|error| format!("architecture: {error}"))?;
    if let Some((key, what)) = config.fault() {
        return Err(format!("architecture: {key} {what}"));
    }
    config.image_fault(dimensions(shape)).map_or(Ok(config), Err)
}

fn normalize(card: &ModelCard, shape: ImageShape) -> Result<Normalize, String> {
    if !card.mean.iter().chain(&card.std).all(|value| value.is_finite()) || card.std.contains(&0.0)
    {
        return Err("mean and std must be finite, and std not 0".to_owned());
    }
    let normalize = Normalize { mean: card.mean.clone(), std: card.std.clone() };
    normalize.tables(shape.channels).map_err(|error| error.to_string())?;
    Ok(normalize)
}
