//! The learning rate rises from the first step on, then stays.

use burn::optim::LearningRate;
use burnwright_recipe::checks::at_least;
use burnwright_recipe::settings;

use super::{Length, Rates, fraction};

settings! {
    /// Linear warm-up: step `i`, from 0, takes `(i + 1) / steps` of the learning rate.
    pub struct WarmupConfig {
        /// Steps until the optimizer's learning rate is reached.
        steps: usize = 500, check(at_least(1));
    }
}

impl Rates for WarmupConfig {
    fn at(&self, step: usize, length: Length) -> LearningRate {
        length.peak * fraction(step + 1, self.steps)
    }
}
