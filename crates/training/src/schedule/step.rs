//! The learning rate changes after every so many epochs.

use burn::optim::LearningRate;
use burnwright_recipe::checks::{above_zero, at_least};
use burnwright_recipe::settings;

use super::{Length, Rates};

settings! {
    /// Multiplied by `gamma` every `epochs` epochs.
    pub struct StepConfig {
        /// Epochs between two changes.
        epochs: usize = 1, check(at_least(1));
        /// The factor.
        gamma: f64 = 0.1, check(above_zero);
    }
}

impl Rates for StepConfig {
    fn at(&self, step: usize, length: Length) -> LearningRate {
        let changes = step / length.steps_per_epoch.max(1) / self.epochs;
        // default: after 2^31 changes, another one makes no difference that a float shows.
        length.peak * self.gamma.powi(i32::try_from(changes).unwrap_or(i32::MAX))
    }
}
