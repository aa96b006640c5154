//! A classifier and a data set in, what it says of each sample out; knows no run and no file.

use burn::tensor::{Int, Tensor, Transaction};
use burnwright_data::{DataError, Loader};
use burnwright_metrics::{Evaluation, Judged, Predictions};
use burnwright_model::ImageClassifier;
use burnwright_run::ModelCard;
use serde::{Deserialize, Serialize};

use crate::{InferenceError, scores};

/// The most samples a batch when a model is judged: enough to be bound by arithmetic. Where images are large, a batch is
/// smaller; see [`ModelConfig::inference_batch`](burnwright_model::ModelConfig::inference_batch).
pub const EVALUATION_BATCH: usize = 500;

/// What is measured beside the accuracy. Regularisation that only training needs, such as label smoothing, is left out: the
/// loss of an evaluation is always without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Loss {
    /// `torch.nn.CrossEntropyLoss`: `-log softmax(logits)[target]`.
    CrossEntropy,
    /// `torch.nn.MSELoss` against one-hot targets: the mean over the classes of the squared difference.
    Mse,
}

impl Loss {
    /// The loss that a card names by `kind`; all else in that section is passed over.
    pub(crate) fn of_card(card: &ModelCard) -> Result<Self, String> {
        // default: a card without a kind has null there, which is refused like any other that is no loss.
        let kind = card.loss.get("kind").cloned().unwrap_or_default();
        serde_json::from_value(kind).map_err(|error| format!("loss.kind: {error}"))
    }

    fn of_sample(self, logits: &[f32], target: usize) -> f64 {
        match self {
            Self::CrossEntropy => scores::cross_entropy(logits, target),
            Self::Mse => scores::squared_error(logits, target),
        }
    }
}

/// What a classifier says of each sample of epoch 1 of a loader, in its order.
///
/// A sample goes to the class with the largest logit, the first of equal ones. The model must be on the loader's device,
/// without gradients. Memory grows with samples times `classes`, and with the loader's batch size. An empty data set, a label that is not below `classes` and
/// an output that is not `[batch, classes]` are errors.
pub fn judge<M: ImageClassifier>(
    model: &M,
    loader: &Loader,
    classes: usize,
    loss: Loss,
) -> Result<Predictions, InferenceError> {
    let mut predictions = Predictions::new(classes);
    for batch in loader.epoch(1) {
        let batch = batch?;
        let logits = model.forward(batch.images); // [batch, classes]
        let (got, expected) = (logits.dims(), [batch.indices.len(), classes]);
        if got != expected {
            return Err(InferenceError::Logits { got, expected });
        }
        let (logits, targets) = read(logits, batch.targets)?;
        let rows = logits.chunks_exact(classes.max(1)).zip(targets);
        for ((logits, target), index) in rows.zip(batch.indices) {
            predictions.push(judged(logits, target, index, loss)?);
        }
    }
    Ok(predictions)
}

/// All scores of a classifier on epoch 1 of a loader; see [`judge`]. They do not depend on the loader's order, but for the last
/// bits of sums.
pub fn evaluate<M: ImageClassifier>(
    model: &M,
    loader: &Loader,
    classes: usize,
    loss: Loss,
) -> Result<Evaluation, InferenceError> {
    scores_of(&judge(model, loader, classes, loss)?)
}

/// All scores of predictions, of which there must be one.
pub fn scores_of(predictions: &Predictions) -> Result<Evaluation, InferenceError> {
    let empty = || DataError::Empty { what: "data set to evaluate".to_owned() };
    Ok(Evaluation::of(predictions).ok_or_else(empty)?)
}

fn judged(logits: &[f32], label: i64, index: u32, loss: Loss) -> Result<Judged, InferenceError> {
    let classes = logits.len();
    let target = usize::try_from(label).ok().filter(|&target| target < classes);
    let target = target.ok_or(InferenceError::Label { label, index, classes })?;
    Ok(Judged {
        index,
        target,
        predicted: scores::first_largest(logits),
        loss: loss.of_sample(logits, target),
        // default: scores that are not finite have no probabilities.
        probabilities: scores::softmax(logits).unwrap_or_default(),
    })
}

/// The one read of the device a batch.
fn read(
    logits: Tensor<2>,
    targets: Tensor<1, Int>,
) -> Result<(Vec<f32>, Vec<i64>), InferenceError> {
    let device = |reason: String| InferenceError::Device(reason);
    let values = Transaction::default()
        .register(logits)
        .register(targets)
        .try_execute()
        .map_err(|error| device(format!("{error:?}")))?;
    let Ok([logits, targets]) = <[_; 2]>::try_from(values) else {
        return Err(device("not as many tensors as were asked for".to_owned()));
    };
    Ok((
        logits.try_into_vec_as().map_err(|error| device(format!("{error:?}")))?,
        targets.try_into_vec_as().map_err(|error| device(format!("{error:?}")))?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged_of(rows: &[([f32; 3], i64)]) -> Predictions {
        let mut predictions = Predictions::new(3);
        for (logits, label) in rows {
            predictions.push(judged(logits, *label, 0, Loss::CrossEntropy).unwrap());
        }
        predictions
    }

    #[test]
    fn the_first_of_the_largest_scores_is_the_prediction() {
        let rows = [([0.0, 0.0, 9.0], 0), ([0.0, 0.0, 9.0], 2), ([1.0, 1.0, 0.0], 1)];
        let found = scores_of(&judged_of(&rows)).unwrap();
        assert_eq!(found.confusion, [[0, 0, 1], [1, 0, 0], [0, 0, 1]]);
        assert_eq!((found.correct, found.total), (1, 3));
    }

    #[test]
    fn a_sample_with_nan_is_wrong_whatever_else_it_says() {
        let rows = [([f32::NAN, 5.0, 0.0], 1), ([f32::NAN; 3], 0)];
        let found = scores_of(&judged_of(&rows)).unwrap();
        assert_eq!(found.correct, 0);
        assert_eq!(found.confusion, [[1, 0, 0], [0, 1, 0], [0, 0, 0]]);
        assert!(found.loss.is_nan());
    }

    #[test]
    fn labels_outside_the_classes_and_empty_data_are_errors() {
        for label in [-1, 3, i64::MAX] {
            let error = judged(&[0.0; 3], label, 7, Loss::Mse).unwrap_err().to_string();
            assert_eq!(error, format!("label {label} at sample 7 is not below the 3 classes"));
        }
        let error = scores_of(&Predictions::new(3)).unwrap_err();
        assert_eq!(error.to_string(), "the data set to evaluate holds no sample");
    }
}
