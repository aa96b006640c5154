//! How wrong the logits are: one number a batch.
//!
//! Burn's own cross-entropy computes its smoothing in the device's default type, whatever type the logits have (burn-nn 0.22.1,
//! `loss/cross_entropy.rs`), so that it could not be checked in double precision.

use burn::tensor::activation::log_softmax;
use burn::tensor::{Int, Tensor};
use burnwright_kernels::cross_entropy;
use burnwright_recipe::checks::within;
use burnwright_recipe::{kinds, settings};

kinds! {
    /// The `[loss]` section of a recipe.
    #[non_exhaustive]
    pub enum LossConfig = CrossEntropy {
        /// `torch.nn.CrossEntropyLoss`.
        "cross-entropy" => CrossEntropy(CrossEntropyConfig),
        /// `torch.nn.MSELoss` between the logits and one-hot targets.
        "mse" => Mse(MseConfig),
    }
}

settings! {
    /// Settings of the cross-entropy.
    pub struct CrossEntropyConfig {
        /// Share of the target spread evenly over all classes while training; validation and test leave it out.
        label_smoothing: f64 = 0.0, check(within(0.0..=1.0));
    }
}

settings! {
    /// The mean squared error has no settings.
    pub struct MseConfig {}
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
