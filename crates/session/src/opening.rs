//! The data of a run: read as the recipe says, or given by the program that made it.

use burnwright_data::{DataError, Splits};
use burnwright_training::Recipe;

use crate::SessionError;

/// The data of a recipe. Data that are given need a name of their own in it, for nobody else can read them.
pub(crate) fn open<M>(recipe: &Recipe<M>, given: Option<&Splits>) -> Result<Splits, SessionError> {
    let data = &recipe.data;
    let Some(splits) = given else { return Ok(data.open_wanting(recipe.task.wanted())?) };
    if !data.is_own() {
        return Err(SessionError::NotOwnData { dataset: data.source.clone() });
    }
    let (train, test) = (splits.train.as_ref(), splits.test.as_ref());
    for (what, source) in [("training set", train), ("test set", test)] {
        if source.is_empty() {
            return Err(DataError::Empty { what: what.to_owned() }.into());
        }
    }
    if test.shape() != train.shape() {
        let (got, expected) = (test.shape().to_string(), train.shape().to_string());
        return Err(DataError::ImageShape { got, expected }.into());
    }
    if test.targets() != train.targets() {
        return Err(SessionError::OtherTargets {
            test: test.targets().names().to_vec(),
            train: train.targets().names().to_vec(),
        });
    }
    Ok(splits.clone())
}
