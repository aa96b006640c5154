//! One class an example: a score a class, the largest wins.

use burn::tensor::Tensor;
use burnwright_data::{Target, TargetTensor, Targets};
use burnwright_metrics::{Judged, Predictions as Classified};
use burnwright_run::{NamedMetric, Scores};
use serde::{Deserialize, Serialize};

use crate::loss::Truth;
use crate::{LossConfig, Predictions, Task, TaskError, first_largest, softmax};

/// The losses that belong to it.
pub(crate) const LOSSES: &[&str] = &["cross-entropy", "mse"];

/// What early stopping can watch.
pub(crate) const MONITORS: &[&str] = &["loss", "accuracy"];

/// Classification has no settings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassificationConfig {}

/// One class an example.
#[derive(Clone, Debug)]
pub struct Classification {
    targets: Targets,
    loss: LossConfig,
}

impl Classification {
    pub(crate) fn new(targets: Targets, loss: LossConfig) -> Self {
        Self { targets, loss }
    }
}

impl Task for Classification {
    fn kind(&self) -> &'static str {
        "classification"
    }

    fn targets(&self) -> &Targets {
        &self.targets
    }

    fn metrics(&self) -> Vec<NamedMetric> {
        vec![NamedMetric {
            name: "accuracy".to_owned(),
            label: "Accuracy".to_owned(),
            percent: true,
            higher_is_better: true,
        }]
    }

    fn loss(&self, logits: Tensor<2>, targets: &TargetTensor) -> Tensor<1> {
        self.loss.forward(logits, targets)
    }

    /// The examples that are correct; exact in `f32` up to 2^24 of them.
    fn sums(&self, logits: Tensor<2>, targets: TargetTensor) -> Tensor<1> {
        let TargetTensor::Classes(classes) = targets else {
            unreachable!("the loss has refused other targets")
        };
        let hits = logits.argmax(1).squeeze_dim::<1>(1).equal(classes); // [n]
        hits.float().sum() // [1]
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of examples are far below 2^53")]
    fn means(&self, sums: &[f64], examples: usize, scores: Scores) -> Scores {
        match (sums, examples) {
            (&[correct], 1..) => scores.with("accuracy", correct / examples as f64),
            _ => scores.with("accuracy", 0.0),
        }
    }

    fn predictions(&self) -> Predictions {
        Predictions::Classification(Classified::new(self.targets.names().len()))
    }

    fn judge(
        &self,
        predictions: &mut Predictions,
        logits: &[f32],
        truth: &Target,
        example: u32,
    ) -> Result<(), TaskError> {
        let target = match *truth {
            Target::Class(class) if (class as usize) < logits.len() => class as usize,
            _ => return Err(TaskError::Target { example, task: self.kind() }),
        };
        let Predictions::Classification(predictions) = predictions;
        predictions.push(Judged {
            index: example,
            target,
            predicted: first_largest(logits),
            loss: self.loss.of_example(logits, &Truth::Class(target)),
            // default: scores that are not finite have no probabilities.
            probabilities: softmax(logits).unwrap_or_default(),
        });
        Ok(())
    }
}
