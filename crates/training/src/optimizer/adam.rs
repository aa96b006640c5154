//! Adam: steps by running means of the gradient and of its square.

use burn::optim::{self, ModuleOptimizer};
use burn::tensor::Device;
use burnwright_kernels::is_on_host;
use burnwright_recipe::checks::{above_zero, each, not_negative, share};
use burnwright_recipe::settings;

use super::host_adam::{Decay, HostAdam};
use super::{Method, decay, narrow};

settings! {
    /// Adaptive moments (Kingma and Ba, 2015); weight decay is added to the gradient.
    pub struct AdamConfig {
        /// Size of a step.
        learning_rate: f64 = 1e-3, check(above_zero);
        /// Decay of the running means of the gradient and of its square.
        betas: [f64; 2] = [0.9, 0.999], check(each(share));
        /// Added to the denominator.
        epsilon: f64 = 1e-8, check(above_zero);
        /// Added to the gradient: this times the weight.
        weight_decay: f64 = 0.0, check(not_negative);
        /// Divides by the largest running mean of the square so far.
        amsgrad: bool = false;
    }
}

impl Method for AdamConfig {
    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn init(&self, device: &Device) -> ModuleOptimizer {
        if is_on_host(device) && !self.amsgrad {
            let adam = HostAdam {
                betas: self.betas,
                epsilon: self.epsilon,
                weight_decay: self.weight_decay,
                decay: Decay::Gradient,
            };
            return adam.into();
        }
        optim::AdamConfig::new()
            .with_beta_1(narrow(self.betas[0]))
            .with_beta_2(narrow(self.betas[1]))
            .with_epsilon(narrow(self.epsilon))
            .with_amsgrad(self.amsgrad)
            .with_weight_decay(decay(self.weight_decay))
            .init()
    }
}
