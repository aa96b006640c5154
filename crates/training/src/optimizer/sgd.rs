//! `w = w - learning_rate * gradient`.

use burn::optim::momentum::MomentumConfig;
use burn::optim::{self, ModuleOptimizer};
use burn::tensor::Device;
use burnwright_kernels::is_on_host;
use burnwright_recipe::checks::{above_zero, not_negative, share};
use burnwright_recipe::{Fault, settings};

use super::host_sgd::HostSgd;
use super::{Method, decay};

settings! {
    /// `w = w - learning_rate * gradient`, with momentum if asked for.
    pub struct SgdConfig {
        /// Size of a step.
        learning_rate: f64 = 1e-3, check(above_zero);
        /// Share of the last step's direction that is kept; 0 is plain SGD.
        momentum: f64 = 0.0, check(share);
        /// Looks ahead by the momentum before it takes the gradient's direction.
        nesterov: bool = false, rule(needs_momentum);
        /// Added to the gradient: this times the weight.
        weight_decay: f64 = 0.0, check(not_negative);
    }
}

fn needs_momentum(config: &SgdConfig) -> Option<Fault> {
    let is_wrong = config.nesterov && config.momentum == 0.0;
    is_wrong.then(|| Fault::new("is true, which needs a momentum above 0"))
}

impl Method for SgdConfig {
    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn init(&self, device: &Device) -> ModuleOptimizer {
        if is_on_host(device) {
            return HostSgd(self.clone()).into();
        }
        optim::SgdConfig::new()
            .with_momentum((self.momentum > 0.0).then_some(MomentumConfig {
                momentum: self.momentum,
                dampening: 0.0,
                nesterov: self.nesterov,
            }))
            .with_weight_decay(decay(self.weight_decay))
            .init()
    }
}
