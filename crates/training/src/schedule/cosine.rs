//! The learning rate falls along half a cosine.

use burn::optim::LearningRate;
use burnwright_recipe::checks::not_negative;
use burnwright_recipe::settings;

use super::{Length, Rates, fraction, half_cosine};

settings! {
    /// Half a cosine from the optimizer's learning rate down to `minimum`.
    pub struct CosineConfig {
        /// The learning rate at the end.
        minimum: f64 = 0.0, check(not_negative);
        /// Steps of linear warm-up before the cosine.
        warmup_steps: usize = 0;
    }
}

impl Rates for CosineConfig {
    fn at(&self, step: usize, length: Length) -> LearningRate {
        if step < self.warmup_steps {
            return length.peak * fraction(step + 1, self.warmup_steps);
        }
        let falling = length.total_steps.saturating_sub(self.warmup_steps);
        half_cosine(length.peak, self.minimum, fraction(step - self.warmup_steps, falling))
    }
}
