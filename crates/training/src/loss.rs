//! How wrong the logits are: one number a batch.

use burn::nn::loss::CrossEntropyLossConfig;
use burn::tensor::{Int, Tensor};
use serde::{Deserialize, Serialize};

/// The `[loss]` section of a recipe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
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
                // Burn's smoothing of 0 takes a slower way to the same value.
                let smoothing =
                    (config.label_smoothing > 0.0).then_some(narrow(config.label_smoothing));
                let loss = CrossEntropyLossConfig::new().with_smoothing(smoothing);
                loss.init(&logits.device()).forward(logits, targets)
            }
            Self::Mse(MseConfig {}) => {
                let [_, classes] = logits.dims();
                let one_hot: Tensor<2, Int> = targets.one_hot(classes); // [batch, classes]
                (logits - one_hot.float()).square().mean()
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

#[expect(clippy::cast_possible_truncation, reason = "Burn takes the setting as f32")]
fn narrow(value: f64) -> f32 {
    value as f32
}
