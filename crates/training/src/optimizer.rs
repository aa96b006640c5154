//! How gradients change weights: Burn's optimizers under PyTorch's names, defaults and semantics.
//!
//! Burn's own defaults differ (epsilon 1e-5, dampening 0.1, momentum 0.9 in RMSprop); every value is therefore given.

use burn::optim::decay::WeightDecayConfig;
use burn::optim::momentum::MomentumConfig;
use burn::optim::{self, ModuleOptimizer};
use burn::tensor::Device;
use burnwright_kernels::is_on_host;
use serde::{Deserialize, Serialize};

use crate::host_adam::{Decay, HostAdam};
use crate::host_sgd::HostSgd;

/// The `[optimizer]` section of a recipe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[non_exhaustive]
pub enum OptimizerConfig {
    /// `torch.optim.SGD`
    Sgd(SgdConfig),
    /// `torch.optim.Adam`
    Adam(AdamConfig),
    /// `torch.optim.AdamW`
    AdamW(AdamWConfig),
    /// `torch.optim.RMSprop`
    RmsProp(RmsPropConfig),
    /// `torch.optim.Adagrad`
    AdaGrad(AdaGradConfig),
}

impl Default for OptimizerConfig {
    /// The course's: Adam with learning rate 0.001.
    fn default() -> Self {
        Self::Adam(AdamConfig::default())
    }
}

/// `w = w - learning_rate * gradient`, with momentum if asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SgdConfig {
    /// Size of a step.
    pub learning_rate: f64,
    /// Share of the last step's direction that is kept; 0 is plain SGD.
    pub momentum: f64,
    /// Looks ahead by the momentum before it takes the gradient's direction.
    pub nesterov: bool,
    /// Added to the gradient: this times the weight.
    pub weight_decay: f64,
}

impl Default for SgdConfig {
    fn default() -> Self {
        Self { learning_rate: 1e-3, momentum: 0.0, nesterov: false, weight_decay: 0.0 }
    }
}

/// Adaptive moments (Kingma and Ba, 2015); weight decay is added to the gradient.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AdamConfig {
    /// Size of a step.
    pub learning_rate: f64,
    /// Decay of the running means of the gradient and of its square.
    pub betas: [f64; 2],
    /// Added to the denominator.
    pub epsilon: f64,
    /// Added to the gradient: this times the weight.
    pub weight_decay: f64,
    /// Divides by the largest running mean of the square so far.
    pub amsgrad: bool,
}

impl Default for AdamConfig {
    fn default() -> Self {
        Self {
            learning_rate: 1e-3,
            betas: [0.9, 0.999],
            epsilon: 1e-8,
            weight_decay: 0.0,
            amsgrad: false,
        }
    }
}

/// Adam with decoupled weight decay (Loshchilov and Hutter, 2019).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AdamWConfig {
    /// Size of a step.
    pub learning_rate: f64,
    /// Decay of the running means of the gradient and of its square.
    pub betas: [f64; 2],
    /// Added to the denominator.
    pub epsilon: f64,
    /// The weight shrinks by this times the learning rate.
    pub weight_decay: f64,
    /// Divides by the largest running mean of the square so far.
    pub amsgrad: bool,
}

impl Default for AdamWConfig {
    fn default() -> Self {
        Self {
            learning_rate: 1e-3,
            betas: [0.9, 0.999],
            epsilon: 1e-8,
            weight_decay: 1e-2,
            amsgrad: false,
        }
    }
}

/// Divides by a running root mean square of the gradient (Hinton's lecture 6e).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RmsPropConfig {
    /// Size of a step.
    pub learning_rate: f64,
    /// Decay of the running mean of the square.
    pub alpha: f64,
    /// Added to the denominator.
    pub epsilon: f64,
    /// Share of the last step's direction that is kept.
    pub momentum: f64,
    /// Divides by the standard deviation instead of the root mean square.
    pub centered: bool,
    /// Added to the gradient: this times the weight.
    pub weight_decay: f64,
}

impl Default for RmsPropConfig {
    fn default() -> Self {
        Self {
            learning_rate: 1e-2,
            alpha: 0.99,
            epsilon: 1e-8,
            momentum: 0.0,
            centered: false,
            weight_decay: 0.0,
        }
    }
}

/// Divides by the root of the sum of all squared gradients (Duchi, Hazan and Singer, 2011).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AdaGradConfig {
    /// Size of a step.
    pub learning_rate: f64,
    /// The step shrinks by `1 + steps * learning_rate_decay`.
    pub learning_rate_decay: f64,
    /// Added to the denominator.
    pub epsilon: f64,
    /// Added to the gradient: this times the weight.
    pub weight_decay: f64,
}

impl Default for AdaGradConfig {
    fn default() -> Self {
        Self { learning_rate: 1e-2, learning_rate_decay: 0.0, epsilon: 1e-10, weight_decay: 0.0 }
    }
}

impl OptimizerConfig {
    /// The optimizer, without state, for parameters on `device`.
    ///
    /// On the processor SGD, Adam and AdamW take one pass over each parameter; elsewhere they are Burn's, whose operations a GPU
    /// fuses. The records are the same.
    pub fn init(&self, device: &Device) -> ModuleOptimizer {
        match self {
            Self::Sgd(config) if is_on_host(device) => HostSgd(config.clone()).into(),
            Self::Adam(config) if is_on_host(device) && !config.amsgrad => HostAdam {
                betas: config.betas,
                epsilon: config.epsilon,
                weight_decay: config.weight_decay,
                decay: Decay::Gradient,
            }
            .into(),
            Self::AdamW(config) if is_on_host(device) && !config.amsgrad => HostAdam {
                betas: config.betas,
                epsilon: config.epsilon,
                weight_decay: config.weight_decay,
                decay: Decay::Weight,
            }
            .into(),
            _ => self.burns(),
        }
    }

    /// Burn's optimizer.
    fn burns(&self) -> ModuleOptimizer {
        match self {
            Self::Sgd(config) => optim::SgdConfig::new()
                .with_momentum((config.momentum > 0.0).then_some(MomentumConfig {
                    momentum: config.momentum,
                    dampening: 0.0,
                    nesterov: config.nesterov,
                }))
                .with_weight_decay(decay(config.weight_decay))
                .init(),
            Self::Adam(config) => optim::AdamConfig::new()
                .with_beta_1(narrow(config.betas[0]))
                .with_beta_2(narrow(config.betas[1]))
                .with_epsilon(narrow(config.epsilon))
                .with_amsgrad(config.amsgrad)
                .with_weight_decay(decay(config.weight_decay))
                .init(),
            Self::AdamW(config) => optim::AdamWConfig::new()
                .with_beta_1(narrow(config.betas[0]))
                .with_beta_2(narrow(config.betas[1]))
                .with_epsilon(narrow(config.epsilon))
                .with_amsgrad(config.amsgrad)
                .with_weight_decay(narrow(config.weight_decay))
                .init(),
            Self::RmsProp(config) => optim::RmsPropConfig::new()
                .with_alpha(narrow(config.alpha))
                .with_momentum(narrow(config.momentum))
                .with_epsilon(narrow(config.epsilon))
                .with_centered(config.centered)
                .with_weight_decay(decay(config.weight_decay))
                .init(),
            Self::AdaGrad(config) => optim::AdaGradConfig::new()
                .with_lr_decay(config.learning_rate_decay)
                .with_epsilon(narrow(config.epsilon))
                .with_weight_decay(decay(config.weight_decay))
                .init(),
        }
    }

    /// The learning rate from which the schedule starts.
    pub fn learning_rate(&self) -> f64 {
        match self {
            Self::Sgd(config) => config.learning_rate,
            Self::Adam(config) => config.learning_rate,
            Self::AdamW(config) => config.learning_rate,
            Self::RmsProp(config) => config.learning_rate,
            Self::AdaGrad(config) => config.learning_rate,
        }
    }

    /// The first setting that no optimizer can have: its key, what is wrong with it.
    pub fn fault(&self) -> Option<(&'static str, String)> {
        let rate = self.learning_rate();
        let share = |key, value: f64| {
            (!(0.0..1.0).contains(&value))
                .then(|| (key, format!("is {value}, expected 0 up to but not 1")))
        };
        let positive = |key, value: f64| {
            (!(value.is_finite() && value > 0.0))
                .then(|| (key, format!("is {value}, expected a number above 0")))
        };
        let not_negative = |key, value: f64| {
            (!(value.is_finite() && value >= 0.0))
                .then(|| (key, format!("is {value}, expected a number not below 0")))
        };
        let betas = |betas: [f64; 2]| betas.into_iter().find_map(|beta| share("betas", beta));
        positive("learning_rate", rate).or_else(|| match self {
            Self::Sgd(config) => share("momentum", config.momentum)
                .or_else(|| not_negative("weight_decay", config.weight_decay))
                .or_else(|| {
                    (config.nesterov && config.momentum == 0.0)
                        .then(|| ("nesterov", "is true, which needs a momentum above 0".to_owned()))
                }),
            Self::Adam(config) => betas(config.betas)
                .or_else(|| positive("epsilon", config.epsilon))
                .or_else(|| not_negative("weight_decay", config.weight_decay)),
            Self::AdamW(config) => betas(config.betas)
                .or_else(|| positive("epsilon", config.epsilon))
                .or_else(|| not_negative("weight_decay", config.weight_decay)),
            Self::RmsProp(config) => share("alpha", config.alpha)
                .or_else(|| share("momentum", config.momentum))
                .or_else(|| positive("epsilon", config.epsilon))
                .or_else(|| not_negative("weight_decay", config.weight_decay)),
            Self::AdaGrad(config) => positive("epsilon", config.epsilon)
                .or_else(|| not_negative("learning_rate_decay", config.learning_rate_decay))
                .or_else(|| not_negative("weight_decay", config.weight_decay)),
        })
    }
}

fn decay(penalty: f64) -> Option<WeightDecayConfig> {
    (penalty > 0.0).then(|| WeightDecayConfig::new(narrow(penalty)))
}

#[expect(clippy::cast_possible_truncation, reason = "Burn takes these settings as f32")]
fn narrow(value: f64) -> f32 {
    value as f32
}
