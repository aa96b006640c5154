//! One class an example: a score a class, the largest wins.

use std::sync::Arc;

use burn::tensor::Tensor;
use burnwright_data::{Scale, Target, TargetTensor, Targets, Wanted};
use burnwright_metrics::classification::METRICS;
use burnwright_metrics::{ClassificationPredictions, JudgedClass, Metric};
use burnwright_recipe::settings;
use burnwright_run::{NamedMetric, Scores};

use crate::loss::Truth;
use crate::named::named;
use crate::task::Kind;
use crate::{Decision, LossConfig, Predictions, Task, TaskError, first_largest, softmax};

/// The metric that each window and each epoch is judged by.
const ACCURACY: Metric = METRICS[0].metric;

settings! {
    /// Classification has no settings.
    pub struct ClassificationConfig {}
}

impl Kind for ClassificationConfig {
    fn losses(&self) -> &'static [&'static str] {
        &["cross-entropy", "mse"]
    }

    fn default_loss(&self) -> LossConfig {
        LossConfig::default()
    }

    fn monitors(&self) -> Vec<&'static str> {
        vec![ACCURACY.name]
    }

    fn targets(&self, names: Vec<String>) -> Option<Targets> {
        Some(Targets::Classes(names))
    }

    fn init(&self, targets: &Targets, loss: LossConfig, _scale: Scale) -> Option<Arc<dyn Task>> {
        let targets @ Targets::Classes(_) = targets.clone() else { return None };
        Some(Arc::new(Classification { targets, loss }))
    }

    fn wanted(&self) -> Wanted {
        Wanted::Classes
    }

    fn learns(&self) -> &'static str {
        "classes"
    }
}

/// One class an example.
#[derive(Clone, Debug)]
pub struct Classification {
    targets: Targets,
    loss: LossConfig,
}

impl Task for Classification {
    fn kind(&self) -> &'static str {
        "classification"
    }

    fn targets(&self) -> &Targets {
        &self.targets
    }

    fn metrics(&self) -> Vec<NamedMetric> {
        vec![named(ACCURACY)]
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
            (&[correct], 1..) => scores.with(ACCURACY.name, correct / examples as f64),
            _ => scores.with(ACCURACY.name, 0.0),
        }
    }

    fn predictions(&self) -> Predictions {
        Predictions::Classification(ClassificationPredictions::new(self.targets.names().len()))
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
        let Predictions::Classification(predictions) = predictions else {
            return Err(TaskError::Target { example, task: self.kind() });
        };
        predictions.push(JudgedClass {
            index: example,
            target,
            predicted: first_largest(logits),
            loss: self.loss.of_example(logits, &Truth::Class(target)),
            // default: scores that are not finite have no probabilities.
            probabilities: softmax(logits).unwrap_or_default(),
        });
        Ok(())
    }

    fn decide(&self, logits: &[f32]) -> Option<Decision> {
        let probabilities = softmax(logits)?;
        Some(Decision::Class { class: first_largest(logits), probabilities })
    }
}
