//! RMSprop: steps by a running mean of the gradient's square.

use burn::optim::{self, ModuleOptimizer};
use burn::tensor::Device;
use burnwright_recipe::checks::{above_zero, not_negative, share};
use burnwright_recipe::settings;

use super::{Method, decay, narrow};

settings! {
    /// Divides by a running root mean square of the gradient (Hinton's lecture 6e).
    pub struct RmsPropConfig {
        /// Size of a step.
        learning_rate: f64 = 1e-2, check(above_zero);
        /// Decay of the running mean of the square.
        alpha: f64 = 0.99, check(share);
        /// Added to the denominator.
        epsilon: f64 = 1e-8, check(above_zero);
        /// Share of the last step's direction that is kept.
        momentum: f64 = 0.0, check(share);
        /// Divides by the standard deviation instead of the root mean square.
        centered: bool = false;
        /// Added to the gradient: this times the weight.
        weight_decay: f64 = 0.0, check(not_negative);
    }
}

impl Method for RmsPropConfig {
    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn init(&self, _: &Device) -> ModuleOptimizer {
        optim::RmsPropConfig::new()
            .with_alpha(narrow(self.alpha))
            .with_momentum(narrow(self.momentum))
            .with_epsilon(narrow(self.epsilon))
            .with_centered(self.centered)
            .with_weight_decay(decay(self.weight_decay))
            .init()
    }
}
