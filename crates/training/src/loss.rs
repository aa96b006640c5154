//! How wrong the logits are: one number a batch.
//!
//! Burn's own cross-entropy computes its smoothing in the device's default type, whatever type the logits have (burn-nn 0.22.1,
//! `loss/cross_entropy.rs`), so that it could not be checked in double precision.

use burn::tensor::activation::log_softmax;
use burn::tensor::{Int, Tensor};
use burnwright_kernels::cross_entropy;
use serde::{Deserialize, Serialize};

/// The `[loss]` section of a recipe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum LossConfig {
    /// `torch.nn.CrossEntropyLoss`.
    CrossEntropy(CrossEntropyConfig),
    /// `torch.nn.MSELoss` between the logits and one-hot targets.
    Mse(MseConfig),
}

/// Settings of the cross-entropy.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CrossEntropyConfig {
    /// Share of the target spread evenly over all classes while training; validation and test leave it out.
    pub label_smoothing: f64,
}

/// The mean squared error has no settings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MseConfig {}

impl Default for LossConfig {
    fn default() -> Self {
        Self::CrossEntropy(CrossEntropyConfig::default())
    }
}

impl LossConfig {
    /// The mean loss of a batch.
    ///
    /// # Shapes
    ///
    /// - `logits`: `[batch, classes]`
    /// - `targets`: `[batch]`
    /// - output: `[1]`
    pub fn forward(&self, logits: Tensor<2>, targets: Tensor<1, Int>) -> Tensor<1> {
        match self {
            Self::CrossEntropy(config) => {
                let hard = cross_entropy(logits.clone(), targets); // [1]
                if config.label_smoothing == 0.0 {
                    return hard;
                }
                // The even share of the target: the mean over all classes.
                let even = log_softmax(logits, 1).mean().neg(); // [1]
                hard.mul_scalar(1.0 - config.label_smoothing)
                    + even.mul_scalar(config.label_smoothing)
            }
            Self::Mse(MseConfig {}) => {
                let [_, classes] = logits.dims();
                let one_hot: Tensor<2, Int> = targets.one_hot(classes); // [batch, classes]
                let one_hot = one_hot.float().cast(logits.dtype());
                (logits - one_hot).square().mean()
            }
        }
    }

    /// The loss by which validation and test are judged.
    #[must_use]
    pub fn without_smoothing(&self) -> Self {
        match self {
            Self::CrossEntropy(_) => Self::CrossEntropy(CrossEntropyConfig::default()),
            Self::Mse(config) => Self::Mse(config.clone()),
        }
    }
}
