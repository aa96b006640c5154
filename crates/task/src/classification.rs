//! One class an example: a score a class, the largest wins.

use std::sync::Arc;

use burn::tensor::Tensor;
use burnwright_data::{Scale, Target, TargetTensor, Targets};
use burnwright_metrics::{Judged, Predictions as Classified};
use burnwright_recipe::settings;
use burnwright_run::{LOSS, NamedMetric, Scores};

use crate::loss::Truth;
use crate::task::Kind;
use crate::{LossConfig, Predictions, Task, TaskError, first_largest, softmax};

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

    fn monitors(&self) -> &'static [&'static str] {
        &[LOSS, "accuracy"]
    }

    fn targets(&self, names: Vec<String>) -> Option<Targets> {
        Some(Targets::Classes(names))
    }

    fn init(&self, targets: &Targets, loss: LossConfig, _scale: Scale) -> Option<Arc<dyn Task>> {
        let targets @ Targets::Classes(_) = targets.clone() else { return None };
        Some(Arc::new(Classification { targets, loss }))
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
