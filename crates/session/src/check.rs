//! What cannot be trained is refused before anything is made of it.

use std::sync::Arc;

use burnwright_data::{DataError, Preprocess, Splits, check_targets};
use burnwright_model::Architecture;
use burnwright_task::Task;
use burnwright_training::{Recipe, TrainingError, preprocess_and_task};

use crate::SessionError;

/// Values of 4 bytes of which a training holds a few copies: 1 GiB each.
const MOST_VALUES: usize = 1 << 28;

/// What a recipe and the data make together.
pub(crate) struct Learned {
    pub(crate) preprocess: Preprocess,
    pub(crate) task: Arc<dyn Task>,
}

pub(crate) fn check<A: Architecture>(
    recipe: &Recipe<A>,
    splits: &Splits,
) -> Result<Learned, SessionError> {
    let source = splits.train.as_ref();
    let image = source.shape().dimensions();
    if let Some(fault) = recipe.model.image_fault(image) {
        return Err(TrainingError::ModelDoesNotFit(fault).into());
    }
    let layers = recipe.model.layers(image, source.targets().names().len());
    for (what, got) in [
        ("the model has weights", layers.parameters()),
        (
            "its widest layer has outputs for a batch",
            recipe.data.batch_size.saturating_mul(layers.widest()),
        ),
    ] {
        if got > MOST_VALUES {
            return Err(SessionError::TooLarge { what, got, most: MOST_VALUES });
        }
    }
    check_targets(splits.test.as_ref(), "the test samples")?;
    burnwright_training::check(recipe, source).map_err(|error| match error {
        TrainingError::Data(error @ DataError::Label { .. }) => error.into(),
        TrainingError::Data(other) => SessionError::RecipeDoesNotFit(other),
        other => other.into(),
    })?;
    let (preprocess, task) = preprocess_and_task(recipe, source)?;
    Ok(Learned { preprocess, task })
}
