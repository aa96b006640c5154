//! `torch.nn.CrossEntropyLoss`.
//!
//! Burn's own cross-entropy computes its smoothing in the device's default type, whatever type the logits have (burn-nn 0.22.1,
//! `loss/cross_entropy.rs`), so that it could not be checked in double precision.

use burn::tensor::Tensor;
use burn::tensor::activation::log_softmax;
use burnwright_data::TargetTensor;
use burnwright_kernels::cross_entropy;
use burnwright_recipe::checks::within;
use burnwright_recipe::settings;

use super::{Loss, LossConfig, Truth, not_mine};
use crate::softmax::{exponentials, largest};

settings! {
    /// Settings of the cross-entropy.
    pub struct CrossEntropyConfig {
        /// Share of the target spread evenly over all classes while training; validation and test leave it out.
        label_smoothing: f64 = 0.0, check(within(0.0..=1.0));
    }
}

impl Loss for CrossEntropyConfig {
    fn forward(&self, logits: Tensor<2>, targets: &TargetTensor) -> Tensor<1> {
        let classes = match targets {
            TargetTensor::Classes(classes) => classes,
            // Against soft targets it is linear in them.
            TargetTensor::Mixed { classes, share } => {
                let [own, partner] = TargetTensor::own_and_partner(classes).map(|classes| {
                    self.forward(logits.clone(), &TargetTensor::Classes(classes)) // [1]
                });
                return own.mul_scalar(*share) + partner.mul_scalar(1.0 - share);
            }
            _ => not_mine("cross-entropy", targets.kind()),
        };
        let hard = cross_entropy(logits.clone(), classes.clone()); // [1]
        if self.label_smoothing == 0.0 {
            return hard;
        }
        // The even share of the target: the mean over all classes.
        let even = log_softmax(logits, 1).mean().neg(); // [1]
        hard.mul_scalar(1.0 - self.label_smoothing) + even.mul_scalar(self.label_smoothing)
    }

    /// `torch.nn.functional.cross_entropy` of one example, without label smoothing: `-log softmax(logits)[target]`.
    fn of_example(&self, logits: &[f32], truth: &Truth<'_>) -> f64 {
        let Truth::Class(class) = *truth else { not_mine("cross-entropy", truth.kind()) };
        let sum: f64 = exponentials(logits).iter().sum();
        sum.ln() + largest(logits) - f64::from(logits[class])
    }
}

impl LossConfig {
    /// The loss by which validation and test are judged on a device.
    #[must_use]
    pub fn without_smoothing(&self) -> Self {
        match self {
            Self::CrossEntropy(_) => Self::CrossEntropy(CrossEntropyConfig::default()),
            other => other.clone(),
        }
    }
}
