//! A classifier and a data set become accuracy, loss and confusion; knows no run and no file.

use burn::tensor::{Int, Tensor, Transaction};
use burnwright_data::{DataError, Loader};
use burnwright_model::ImageClassifier;
use burnwright_run::ModelCard;
use serde::{Deserialize, Serialize};

use crate::{InferenceError, scores, wilson_interval};

/// Samples a batch when a model is judged: large enough to be bound by arithmetic, small enough for any device.
pub const EVALUATION_BATCH: usize = 500;

/// What is measured beside the accuracy. Regularisation that only training needs, such as label smoothing, is left out: the
/// loss of an evaluation is always without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// `torch.nn.CrossEntropyLoss`: `-log softmax(logits)[target]`.
    CrossEntropy,
    /// `torch.nn.MSELoss` against one-hot targets: the mean over the classes of the squared difference.
    Mse,
}

impl Loss {
    /// The loss that a card names by `kind`; all else in that section is passed over.
    pub(crate) fn of_card(card: &ModelCard) -> Result<Self, String> {
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

/// How a classifier did on a data set.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// Samples classified rightly. A sample with a score that is NaN is not.
    pub correct: usize,
    /// Samples.
    pub total: usize,
    /// `correct / total`, 0 to 1.
    pub accuracy: f64,
    /// The 95 % confidence interval of the accuracy; see [`wilson_interval`].
    pub interval: [f64; 2],
    /// Mean loss a sample; NaN (in JSON: null) where a score was.
    pub loss: f64,
    /// How often each class (row) was taken for each class (column).
    pub confusion: Vec<Vec<u64>>,
}

/// Judges a classifier by epoch 1 of a loader. The answer does not depend on the loader's order, but for the last bits of
/// the loss.
///
/// A sample goes to the class with the largest logit, the first of equal ones. The model must be on the loader's device,
/// without gradients. Memory grows with the square of `classes`. An empty data set, a label that is not below `classes` and
/// an output that is not `[batch, classes]` are errors.
pub fn evaluate<M: ImageClassifier>(
    model: &M,
    loader: &Loader,
    classes: usize,
    loss: Loss,
) -> Result<Evaluation, InferenceError> {
    let mut tally = Tally::new(classes, loss);
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
            tally.add(logits, target, index)?;
        }
    }
    tally.finish()
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

/// The sums of an evaluation under way.
struct Tally {
    kind: Loss,
    correct: usize,
    total: usize,
    loss: f64,
    confusion: Vec<Vec<u64>>,
}

impl Tally {
    fn new(classes: usize, kind: Loss) -> Self {
        Self { kind, correct: 0, total: 0, loss: 0.0, confusion: vec![vec![0; classes]; classes] }
    }

    fn add(&mut self, logits: &[f32], label: i64, index: u32) -> Result<(), InferenceError> {
        let classes = self.confusion.len();
        let target = usize::try_from(label).ok().filter(|&target| target < classes);
        let target = target.ok_or(InferenceError::Label { label, index, classes })?;
        let class = scores::first_largest(logits);
        let judged = !logits.iter().any(|value| value.is_nan());
        self.correct += usize::from(judged && class == target);
        self.total += 1;
        self.loss += self.kind.of_sample(logits, target);
        self.confusion[target][class] += 1;
        Ok(())
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of samples are below 2^32")]
    fn finish(self) -> Result<Evaluation, InferenceError> {
        if self.total == 0 {
            return Err(DataError::Empty { what: "data set to evaluate".to_owned() }.into());
        }
        Ok(Evaluation {
            correct: self.correct,
            total: self.total,
            accuracy: self.correct as f64 / self.total as f64,
            interval: wilson_interval(self.correct as u64, self.total as u64),
            loss: self.loss / self.total as f64,
            confusion: self.confusion,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(rows: &[([f32; 3], i64)]) -> Tally {
        let mut tally = Tally::new(3, Loss::CrossEntropy);
        for (logits, label) in rows {
            tally.add(logits, *label, 0).unwrap();
        }
        tally
    }

    #[test]
    fn rows_of_the_confusion_are_true_classes() {
        let rows = [([0.0, 0.0, 9.0], 0), ([0.0, 0.0, 9.0], 2), ([1.0, 1.0, 0.0], 1)];
        let judged = tally(&rows).finish().unwrap();
        assert_eq!(judged.confusion, [[0, 0, 1], [1, 0, 0], [0, 0, 1]]);
        assert_eq!((judged.correct, judged.total), (1, 3));
        assert_eq!(judged.interval.map(f64::to_bits), wilson_interval(1, 3).map(f64::to_bits));
    }

    #[test]
    fn a_sample_with_nan_is_wrong_whatever_else_it_says() {
        let judged = tally(&[([f32::NAN, 5.0, 0.0], 1), ([f32::NAN; 3], 0)]).finish().unwrap();
        assert_eq!(judged.correct, 0);
        assert_eq!(judged.confusion, [[1, 0, 0], [0, 1, 0], [0, 0, 0]]);
        assert!(judged.loss.is_nan());
    }

    #[test]
    fn labels_outside_the_classes_and_empty_data_are_errors() {
        let mut tally = Tally::new(3, Loss::Mse);
        for label in [-1, 3, i64::MAX] {
            let error = tally.add(&[0.0; 3], label, 7).unwrap_err().to_string();
            assert_eq!(error, format!("label {label} at sample 7 is not below the 3 classes"));
        }
        let error = tally.finish().unwrap_err();
        assert_eq!(error.to_string(), "the data set to evaluate holds no sample");
    }
}
