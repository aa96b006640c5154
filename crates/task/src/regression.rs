//! One number an example, learned with mean 0 and deviation 1, of its logarithm where asked for; the inverse comes before anything is shown.

use std::sync::Arc;

use burn::tensor::Tensor;
use burnwright_data::{Scale, Target, TargetTensor, Targets, Wanted};
use burnwright_metrics::regression::METRICS;
use burnwright_metrics::{JudgedNumber, RegressionPredictions};
use burnwright_recipe::settings;
use burnwright_run::{NamedMetric, Scores};

use crate::loss::Truth;
use crate::named::named;
use crate::task::Kind;
use crate::{Decision, LossConfig, MseConfig, Predictions, Task, TaskError};

settings! {
    /// Settings of a regression.
    pub struct RegressionConfig {
        /// Whether the logarithm is learned, `log1p`: for targets that span several powers of ten.
        log: bool = false;
        /// In what the target is measured, such as `$`; for people.
        #[serde(skip_serializing_if = "String::is_empty")]
        unit: String, without_effect;
    }
}

impl Kind for RegressionConfig {
    fn losses(&self) -> &'static [&'static str] {
        &["mse", "l1", "huber"]
    }

    fn default_loss(&self) -> LossConfig {
        LossConfig::Mse(MseConfig::default())
    }

    fn monitors(&self) -> Vec<&'static str> {
        METRICS.iter().map(|measure| measure.metric.name).collect()
    }

    fn standardises(&self) -> Option<bool> {
        Some(self.log)
    }

    fn targets(&self, mut names: Vec<String>) -> Option<Targets> {
        let name = names.pop()?;
        names.is_empty().then_some(Targets::Number(name))
    }

    fn init(&self, targets: &Targets, loss: LossConfig, scale: Scale) -> Option<Arc<dyn Task>> {
        let targets @ Targets::Number(_) = targets.clone() else { return None };
        Some(Arc::new(Regression { targets, loss, scale }))
    }

    fn wanted(&self) -> Wanted {
        Wanted::Number
    }

    fn learns(&self) -> &'static str {
        "numbers"
    }
}

/// One number an example.
#[derive(Clone, Debug)]
pub struct Regression {
    targets: Targets,
    loss: LossConfig,
    scale: Scale,
}

impl Regression {
    /// A number as the data have it, of what is learned, `[n, 1]`.
    fn inverted(&self, learned: Tensor<2>) -> Tensor<2> {
        let number = learned.mul_scalar(self.scale.deviation).add_scalar(self.scale.mean);
        if self.scale.log { number.exp().sub_scalar(1.0) } else { number }
    }
}

impl Task for Regression {
    fn kind(&self) -> &'static str {
        "regression"
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

    /// The squared and the absolute errors, in the data's own unit.
    fn sums(&self, outputs: Tensor<2>, targets: TargetTensor) -> Tensor<1> {
        let TargetTensor::Numbers(numbers) = targets else {
            unreachable!("the loss has refused other targets")
        };
        let errors = self.inverted(outputs) - self.inverted(numbers); // [n, 1]
        Tensor::cat(vec![errors.clone().square().sum(), errors.abs().sum()], 0) // [2]
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of examples are far below 2^53")]
    fn means(&self, sums: &[f64], examples: usize, scores: Scores) -> Scores {
        let (&[squared, absolute], 1..) = (sums, examples) else { return scores };
        let count = examples as f64;
        scores.with("rmse", (squared / count).sqrt()).with("mae", absolute / count)
    }

    fn predictions(&self) -> Predictions {
        Predictions::Regression(RegressionPredictions::new())
    }

    fn judge(
        &self,
        predictions: &mut Predictions,
        outputs: &[f32],
        truth: &Target,
        example: u32,
    ) -> Result<(), TaskError> {
        let (Predictions::Regression(predictions), &Target::Number(target), &[output]) =
            (predictions, truth, outputs)
        else {
            return Err(TaskError::Target { example, task: self.kind() });
        };
        if !target.is_finite() {
            return Err(TaskError::Target { example, task: self.kind() });
        }
        let learned = f64::from(self.scale.apply(target));
        predictions.push(JudgedNumber {
            index: example,
            target,
            predicted: self.scale.invert(output),
            loss: self.loss.of_example(outputs, &Truth::Number(learned)),
        });
        Ok(())
    }

    fn decide(&self, outputs: &[f32]) -> Option<Decision> {
        let &[output] = outputs else { return None };
        let number = self.scale.invert(output);
        number.is_finite().then_some(Decision::Number(number))
    }
}
