//! What cannot be trained is refused before anything is made of it.

use burnwright_data::mnist::Splits;
use burnwright_data::{DataError, Source, check_labels};
use burnwright_training::{Recipe, TrainingError};

use crate::SessionError;

/// Values of 4 bytes of which a training holds a few copies: 1 GiB each.
const MOST_VALUES: usize = 1 << 28;

pub(crate) fn check(recipe: &Recipe, splits: &Splits) -> Result<(), SessionError> {
    let source = &splits.train;
    let image = image_shape(source.as_ref());
    if let Some(fault) = recipe.model.image_fault(image) {
        return Err(TrainingError::ModelDoesNotFit(fault).into());
    }
    let layers = recipe.model.layers(image, source.classes().len());
    let outputs = layers.layers.iter().map(|layer| layer.output.iter().product());
    let widest: usize = outputs.max().expect("every model has a layer: the one of its logits");
    for (what, got) in [
        ("the model has weights", layers.parameters()),
        ("its widest layer has outputs for a batch", recipe.data.batch_size.saturating_mul(widest)),
    ] {
        if got > MOST_VALUES {
            return Err(SessionError::TooLarge { what, got, most: MOST_VALUES });
        }
    }
    check_labels(splits.test.as_ref(), "the test samples")?;
    burnwright_training::check(recipe, source).map_err(|error| match error {
        DataError::Label { .. } => error.into(),
        other => SessionError::RecipeDoesNotFit(other),
    })
}

/// `[channels, height, width]` of an image.
pub(crate) fn image_shape(source: &dyn Source) -> [usize; 3] {
    let shape = source.shape();
    [shape.channels, shape.height, shape.width]
}
