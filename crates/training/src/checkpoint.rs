//! When a run saves itself.

use burnwright_recipe::checks::{at_least, if_given, such_that};
use burnwright_recipe::settings;

settings! {
    /// The `[checkpoint]` section of a recipe.
    pub struct CheckpointConfig {
        /// Saves when so many seconds have passed since the last time; 0 is never. Training goes on while it is written.
        every_seconds: f64 = 30.0, check(such_that(|seconds: &f64| seconds.is_finite() && *seconds >= 0.0, "0 or more"));
        /// Saves at the end of each epoch, or as soon after that as the checkpoint before is durable. Training goes on while it is written.
        every_epoch: bool = true;
        /// Saves after each so many steps, and waits until the disk has it: no crash loses more steps than these.
        #[serde(skip_serializing_if = "Option::is_none")]
        every_steps: Option<usize>, check(if_given(at_least(1)));
        /// How many of the newest stay; the best by the validation samples always does.
        keep: usize = 2, check(such_that(|&keep| keep >= 2, "at least 2, in case one is damaged"));
    }
}

impl CheckpointConfig {
    /// Whether the clock says that it is time.
    pub(crate) fn is_time(&self, since_last: std::time::Duration) -> bool {
        self.every_seconds > 0.0 && since_last.as_secs_f64() >= self.every_seconds
    }

    /// Whether the number of the step says that it is time.
    pub(crate) fn is_step(&self, step: usize) -> bool {
        self.every_steps.is_some_and(|every| step.is_multiple_of(every))
    }
}
