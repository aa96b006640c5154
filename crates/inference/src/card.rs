//! A model card becomes settings that can be relied on; nothing in it is believed before it is checked.

use std::path::Path;

use std::sync::Arc;

use burnwright_data::{ImageShape, Normalize, Preparation, Preprocess, Scale};
use burnwright_model::Architecture;
use burnwright_run::ModelCard;
use burnwright_task::{LossConfig, Task, TaskConfig};

use crate::InferenceError;

/// The longest side of a model's images, as in the readers of data sets.
const LONGEST_SIDE: usize = 4096;
/// The most values of a row: each of a table's 32,768 columns may become several.
const LONGEST_ROW: usize = 1 << 18;
/// The most channels of a model's images.
const MOST_CHANNELS: usize = 4096;
/// The most classes; a confusion matrix holds the square of it.
const MOST_CLASSES: usize = 4096;
/// The most values that a layer may give for one image: 256 MiB.
const LARGEST_OUTPUT: usize = 1 << 26;

/// What a checked card says.
pub(crate) struct Settings<A> {
    pub(crate) architecture: A,
    pub(crate) preprocess: Preprocess,
    pub(crate) task: Arc<dyn Task>,
    /// Values that the model learns at least.
    pub(crate) parameters: usize,
}

/// Checks everything that a card says of its model. `path` names the card in errors.
pub(crate) fn check<A: Architecture>(
    card: &ModelCard,
    path: &Path,
) -> Result<Settings<A>, InferenceError> {
    let fault = |what: String| InferenceError::Card { what, path: path.to_owned() };
    let shape = image_shape(card, path)?;
    let classes = card.classes.len();
    if !(1..=MOST_CLASSES).contains(&classes) {
        return Err(fault(format!("{classes} classes, expected 1 to {MOST_CLASSES}")));
    }
    let architecture: A = architecture(card, shape).map_err(|what| {
        match A::DECLARED.unknown_kind(&card.architecture) {
            None => fault(what),
            Some(unknown) => InferenceError::UnknownArchitecture {
                found: unknown.found,
                expected: unknown.expected,
                path: path.to_owned(),
            },
        }
    })?;
    let largest_output = architecture.widest(shape.dimensions(), classes);
    if largest_output > LARGEST_OUTPUT {
        let what =
            format!("a layer gives {largest_output} values, expected at most {LARGEST_OUTPUT}");
        return Err(fault(what));
    }
    let preprocess = preprocess(card, shape).map_err(fault)?;
    fits(&architecture, &preprocess.preparation.categories())
        .map_or(Ok(()), |what| Err(fault(what)))?;
    Ok(Settings {
        parameters: architecture.layers(shape.dimensions(), classes).parameters(),
        architecture,
        task: task(card, preprocess.scale).map_err(fault)?,
        preprocess,
    })
}

/// The shape of the model's images, if images can have it.
pub(crate) fn image_shape(card: &ModelCard, path: &Path) -> Result<ImageShape, InferenceError> {
    let [channels, height, width] = card.image_shape;
    if channels == 1 && height == 1 && (1..=LONGEST_ROW).contains(&width) {
        return Ok(ImageShape { channels, height, width });
    }
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

fn architecture<A: Architecture>(card: &ModelCard, shape: ImageShape) -> Result<A, String> {
    let config: A = serde_json::from_value(card.architecture.clone())
        .map_err(|error| format!("architecture: {error}"))?;
    if let Some(fault) = config.fault() {
        return Err(format!("architecture: {} {}", fault.key, fault.text));
    }
    config.image_fault(shape.dimensions()).map_or(Ok(config), Err)
}

/// What is wrong with a model whose examples end with codes of so many values each: a code that it has no place for would be looked up
/// outside its weights.
fn fits<A: Architecture>(architecture: &A, categories: &[usize]) -> Option<String> {
    let mut fitted = architecture.clone();
    fitted.fit(categories);
    let fault = || {
        format!(
            "architecture: is not for categories of {categories:?} values, as the preparation makes them"
        )
    };
    (fitted != *architecture).then(fault)
}

/// What is learned, with the loss by which it is judged: what only training needs of it is left out there.
fn task(card: &ModelCard, scale: Scale) -> Result<Arc<dyn Task>, String> {
    let config: TaskConfig =
        serde_json::from_value(card.task.clone()).map_err(|error| format!("task: {error}"))?;
    let loss = loss(card)?;
    let names = card.classes.clone();
    let targets = config.targets(names).ok_or("as many names as a number has no")?;
    config.init(&targets, &loss, scale).map_err(|error| error.to_string())
}

/// The loss of a card; settings of it that a later program of the same version has added are passed over.
fn loss(card: &ModelCard) -> Result<LossConfig, String> {
    let read = |value| serde_json::from_value::<LossConfig>(value);
    let kind = serde_json::json!({ "kind": card.loss.get("kind") });
    read(card.loss.clone()).or_else(|error| read(kind).map_err(|_| format!("loss: {error}")))
}

fn preprocess(card: &ModelCard, shape: ImageShape) -> Result<Preprocess, String> {
    if !card.mean.iter().chain(&card.std).all(|value| value.is_finite()) || card.std.contains(&0.0)
    {
        return Err("mean and std must be finite, and std not 0".to_owned());
    }
    let normalize = Normalize { mean: card.mean.clone(), std: card.std.clone() };
    normalize.tables(shape.channels).map_err(|error| error.to_string())?;
    let scale: Option<Scale> = (card.scale.clone().map(serde_json::from_value).transpose())
        .map_err(|error| format!("scale: {error}"))?;
    // default: a card that says none learns its targets as they are.
    let scale = scale.unwrap_or_default();
    if !(scale.mean.is_finite() && scale.deviation.is_finite() && scale.deviation > 0.0) {
        return Err(
            "scale: mean and deviation must be finite, and the deviation above 0".to_owned()
        );
    }
    let bright_on_dark = card.bright_on_dark;
    let preparation = preparation_of(card)?;
    preparation.fault(shape).map_or(Ok(()), Err)?;
    Ok(Preprocess { image: shape, normalize, bright_on_dark, scale, preparation })
}

fn preparation_of(card: &ModelCard) -> Result<Preparation, String> {
    let read = card.preparation.clone().map(serde_json::from_value).transpose();
    // default: a card that says none takes examples as they come.
    read.map(Option::unwrap_or_default).map_err(|error| format!("preparation: {error}"))
}

/// How the records that a model has learned from became examples.
pub(crate) fn preparation(card: &ModelCard, path: &Path) -> Result<Preparation, InferenceError> {
    preparation_of(card).map_err(|what| InferenceError::Card { what, path: path.to_owned() })
}
