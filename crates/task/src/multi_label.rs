//! A yes or no to each of several labels, each by itself: a label holds where its probability is above the threshold.

use std::sync::Arc;

use burn::tensor::Tensor;
use burnwright_data::{Scale, Target, TargetTensor, Targets, Wanted};
use burnwright_metrics::multi_label::METRICS;
use burnwright_metrics::{JudgedLabels, MultiLabelPredictions};
use burnwright_recipe::checks::within;
use burnwright_recipe::settings;
use burnwright_run::{NamedMetric, Scores};

use crate::loss::Truth;
use crate::named::named;
use crate::task::Kind;
use crate::{BinaryCrossEntropyConfig, Decision, LossConfig, Predictions, Task, TaskError};

settings! {
    /// Settings of a multi-label task.
    pub struct MultiLabelConfig {
        /// Above which probability a label is predicted.
        threshold: f64 = 0.5, check(within(0.0..=1.0));
    }
}

impl Kind for MultiLabelConfig {
    fn losses(&self) -> &'static [&'static str] {
        &["binary-cross-entropy"]
    }

    fn default_loss(&self) -> LossConfig {
        LossConfig::BinaryCrossEntropy(BinaryCrossEntropyConfig::default())
    }

    fn monitors(&self) -> Vec<&'static str> {
        METRICS.iter().map(|measure| measure.metric.name).collect()
    }

    fn targets(&self, names: Vec<String>) -> Option<Targets> {
        (!names.is_empty()).then_some(Targets::Labels(names))
    }

    fn init(&self, targets: &Targets, loss: LossConfig, _scale: Scale) -> Option<Arc<dyn Task>> {
        match targets {
            Targets::Labels(names) if !names.is_empty() => {
                let (targets, threshold) = (targets.clone(), self.threshold);
                Some(Arc::new(MultiLabel { targets, loss, threshold }))
            }
            _ => None,
        }
    }

    fn wanted(&self) -> Wanted {
        Wanted::Labels
    }

    fn learns(&self) -> &'static str {
        "labels"
    }
}

/// A yes or no to each of several labels.
#[derive(Clone, Debug)]
pub struct MultiLabel {
    targets: Targets,
    loss: LossConfig,
    threshold: f64,
}

/// `torch.sigmoid` of each output in `f64`; none where one is infinite or NaN.
fn sigmoid(outputs: &[f32]) -> Option<Vec<f64>> {
    let are_finite = outputs.iter().all(|output| output.is_finite());
    are_finite.then(|| outputs.iter().map(|&x| 1.0 / (1.0 + (-f64::from(x)).exp())).collect())
}

impl Task for MultiLabel {
    fn kind(&self) -> &'static str {
        "multi-label"
    }

    fn targets(&self) -> &Targets {
        &self.targets
    }

    fn metrics(&self) -> Vec<NamedMetric> {
        METRICS.iter().map(|measure| named(measure.metric)).collect()
    }

    fn loss(&self, outputs: Tensor<2>, targets: &TargetTensor) -> Tensor<1> {
        self.loss.forward(outputs, targets)
    }

    /// The labels that are predicted and hold, that are predicted, and that hold; over all labels, exact in `f32` up to 2^24 of them.
    fn sums(&self, outputs: Tensor<2>, targets: TargetTensor) -> Tensor<1> {
        let TargetTensor::Labels(labels) = targets else {
            unreachable!("the loss has refused other targets")
        };
        let above = (self.threshold / (1.0 - self.threshold)).ln();
        let predicted = outputs.greater_elem(above).float(); // [n, labels]
        let both = predicted.clone() * labels.clone(); // [n, labels]
        Tensor::cat(vec![both.sum(), predicted.sum(), labels.sum()], 0) // [3]
    }

    fn means(&self, sums: &[f64], _examples: usize, scores: Scores) -> Scores {
        let &[both, predicted, labels] = sums else { return scores };
        // As scikit-learn's `f1_score(average="micro", zero_division=0)`.
        let f1 = if predicted + labels > 0.0 { 2.0 * both / (predicted + labels) } else { 0.0 };
        scores.with("f1_micro", f1)
    }

    fn predictions(&self) -> Predictions {
        let labels = self.targets.names().len();
        Predictions::MultiLabel(MultiLabelPredictions::new(labels, self.threshold))
    }

    fn judge(
        &self,
        predictions: &mut Predictions,
        outputs: &[f32],
        truth: &Target,
        example: u32,
    ) -> Result<(), TaskError> {
        match (predictions, truth) {
            (Predictions::MultiLabel(predictions), Target::Labels(labels))
                if labels.len() == outputs.len() =>
            {
                predictions.push(JudgedLabels {
                    index: example,
                    targets: labels.to_vec(),
                    // default: outputs that are not finite have no probabilities.
                    probabilities: sigmoid(outputs).unwrap_or_default(),
                    loss: self.loss.of_example(outputs, &Truth::Labels(labels)),
                });
                Ok(())
            }
            _ => Err(TaskError::Target { example, task: self.kind() }),
        }
    }

    fn decide(&self, outputs: &[f32]) -> Option<Decision> {
        let probabilities = sigmoid(outputs)?;
        let holds = probabilities.iter().map(|&probability| probability > self.threshold);
        Some(Decision::Labels { holds: holds.collect(), probabilities })
    }
}
