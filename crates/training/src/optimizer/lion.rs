//! Lion: steps by the sign of a running mean of the gradient, so that each step of a weight has the same size.

use burn::optim::{self, ModuleOptimizer};
use burn::tensor::Device;
use burnwright_recipe::checks::{above_zero, each, not_negative, share};
use burnwright_recipe::settings;

use super::{Method, narrow};

settings! {
    /// Evolved sign momentum (Chen et al., 2023, Algorithm 2, arXiv 2302.06675), with the paper's defaults; weight decay is decoupled, as in
    /// AdamW. The paper advises a learning rate a third to a tenth of AdamW's, and a weight decay larger by as much.
    pub struct LionConfig {
        /// Size of a step, which is that of each weight's step.
        learning_rate: f64 = 1e-4, check(above_zero);
        /// Share of the running mean in the direction of a step, and in the next running mean.
        betas: [f64; 2] = [0.9, 0.99], check(each(share));
        /// The weight shrinks by this times the learning rate.
        weight_decay: f64 = 0.0, check(not_negative);
    }
}

impl Method for LionConfig {
    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn init(&self, _: &Device) -> ModuleOptimizer {
        optim::LionConfig::new()
            .with_beta_1(narrow(self.betas[0]))
            .with_beta_2(narrow(self.betas[1]))
            .with_weight_decay(narrow(self.weight_decay))
            .init()
    }
}
