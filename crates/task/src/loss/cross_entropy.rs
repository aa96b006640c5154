//! `torch.nn.CrossEntropyLoss`.
//!
//! Burn's own cross-entropy computes its smoothing in the device's default type, whatever type the logits have (burn-nn 0.22.1,
//! `loss/cross_entropy.rs`), so that it could not be checked in double precision.

use burn::tensor::Tensor;
use burn::tensor::activation::log_softmax;
use burnwright_data::TargetTensor;
use burnwright_kernels::cross_entropy;
use serde::{Deserialize, Serialize};

use super::{Loss, Truth, not_mine};
use crate::softmax::{exponentials, largest};

/// Settings of the cross-entropy.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CrossEntropyConfig {
    /// Share of the target spread evenly over all classes while training; validation and test leave it out.
    pub label_smoothing: f64,
}

impl Loss for CrossEntropyConfig {
    fn forward(&self, logits: Tensor<2>, targets: &TargetTensor) -> Tensor<1> {
        let TargetTensor::Classes(classes) = targets else {
            not_mine("cross-entropy", targets.kind())
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

    fn fault(&self) -> Option<(&'static str, String)> {
        (!(0.0..=1.0).contains(&self.label_smoothing))
            .then(|| ("label_smoothing", format!("is {}, expected 0 to 1", self.label_smoothing)))
    }
}
