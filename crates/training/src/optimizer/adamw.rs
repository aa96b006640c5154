//! AdamW: Adam whose weight decay does not pass through the running means.

use burn::optim::{self, ModuleOptimizer};
use burn::tensor::Device;
use burnwright_kernels::is_on_host;
use burnwright_recipe::checks::{above_zero, each, not_negative, share};
use burnwright_recipe::settings;

use super::host_adam::{Decay, HostAdam};
use super::{Method, narrow};

settings! {
    /// Adam with decoupled weight decay (Loshchilov and Hutter, 2019).
    pub struct AdamWConfig {
        /// Size of a step.
        learning_rate: f64 = 1e-3, check(above_zero);
        /// Decay of the running means of the gradient and of its square.
        betas: [f64; 2] = [0.9, 0.999], check(each(share));
        /// Added to the denominator.
        epsilon: f64 = 1e-8, check(above_zero);
        /// The weight shrinks by this times the learning rate.
        weight_decay: f64 = 1e-2, check(not_negative);
        /// Divides by the largest running mean of the square so far.
        amsgrad: bool = false;
    }
}

impl Method for AdamWConfig {
    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn init(&self, device: &Device) -> ModuleOptimizer {
        if is_on_host(device) && !self.amsgrad {
            let adam = HostAdam {
                betas: self.betas,
                epsilon: self.epsilon,
                weight_decay: self.weight_decay,
                decay: Decay::Weight,
            };
            return adam.into();
        }
        optim::AdamWConfig::new()
            .with_beta_1(narrow(self.betas[0]))
            .with_beta_2(narrow(self.betas[1]))
            .with_epsilon(narrow(self.epsilon))
            .with_amsgrad(self.amsgrad)
            .with_weight_decay(narrow(self.weight_decay))
            .init()
    }
}
