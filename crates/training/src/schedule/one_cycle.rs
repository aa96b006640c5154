//! The learning rate rises to its peak, then falls below where it began.

use burn::optim::LearningRate;
use burnwright_recipe::checks::{above_zero, such_that};
use burnwright_recipe::settings;

use super::{Length, Rates, half_cosine};

settings! {
    /// Up and down in half cosines (Smith and Topin, 2019); the optimizer's learning rate is the peak. The defaults are PyTorch's
    /// `pct_start`, `div_factor` and `final_div_factor`.
    pub struct OneCycleConfig {
        /// Share of the steps in which the learning rate rises.
        rising: f64 = 0.3, check(such_that(|&share| share > 0.0 && share < 1.0, "above 0 and below 1"));
        /// The first learning rate is the peak divided by this.
        initial_divisor: f64 = 25.0, check(above_zero);
        /// The last learning rate is the first divided by this.
        final_divisor: f64 = 1e4, check(above_zero);
    }
}

impl Rates for OneCycleConfig {
    #[expect(clippy::cast_precision_loss, reason = "step counts are far below 2^53")]
    fn at(&self, step: usize, length: Length) -> LearningRate {
        let Length { peak, total_steps, .. } = length;
        let first = peak / self.initial_divisor;
        let last = first / self.final_divisor;
        // As PyTorch counts: the rise ends at pct_start * total - 1, the fall at total - 1.
        let top = (self.rising * total_steps as f64 - 1.0).max(0.0);
        let end = (total_steps as f64 - 1.0).max(top);
        let step = step as f64;
        if step <= top && top > 0.0 {
            half_cosine(first, peak, (step / top).min(1.0))
        } else if end > top {
            half_cosine(peak, last, ((step - top) / (end - top)).min(1.0))
        } else {
            peak
        }
    }
}
