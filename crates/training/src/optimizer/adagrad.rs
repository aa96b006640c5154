//! Adagrad: steps by the sum of all squared gradients.

use burn::optim::{self, ModuleOptimizer};
use burn::tensor::Device;
use burnwright_recipe::checks::{above_zero, not_negative};
use burnwright_recipe::settings;

use super::{Method, decay, narrow};

settings! {
    /// Divides by the root of the sum of all squared gradients (Duchi, Hazan and Singer, 2011).
    pub struct AdaGradConfig {
        /// Size of a step.
        learning_rate: f64 = 1e-2, check(above_zero);
        /// The step shrinks by `1 + steps * learning_rate_decay`.
        learning_rate_decay: f64 = 0.0, check(not_negative);
        /// Added to the denominator.
        epsilon: f64 = 1e-10, check(above_zero);
        /// Added to the gradient: this times the weight.
        weight_decay: f64 = 0.0, check(not_negative);
    }
}

impl Method for AdaGradConfig {
    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn init(&self, _: &Device) -> ModuleOptimizer {
        optim::AdaGradConfig::new()
            .with_lr_decay(self.learning_rate_decay)
            .with_epsilon(narrow(self.epsilon))
            .with_weight_decay(decay(self.weight_decay))
            .init()
    }
}
