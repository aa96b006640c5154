//! The optimizer's learning rate throughout.

use burn::optim::LearningRate;
use burnwright_recipe::settings;

use super::{Length, Rates};

settings! {
    /// A constant learning rate has no settings.
    pub struct ConstantConfig {}
}

impl Rates for ConstantConfig {
    fn at(&self, _: usize, length: Length) -> LearningRate {
        length.peak
    }
}
