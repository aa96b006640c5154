//! When a run saves itself.

use serde::{Deserialize, Serialize};

/// The `[checkpoint]` section of a recipe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CheckpointConfig {
    /// Saves when so many seconds have passed since the last time; 0 is never. Training goes on while it is written.
    pub every_seconds: f64,
    /// Saves at the end of each epoch, or as soon after that as the checkpoint before is durable. Training goes on while it is written.
    pub every_epoch: bool,
    /// Saves after each so many steps, and waits until the disk has it: no crash loses more steps than these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every_steps: Option<usize>,
    /// How many of the newest stay; the best by the validation samples always does.
    pub keep: usize,
}

impl Default for CheckpointConfig {
    fn default() -> Self {
        Self { every_seconds: 30.0, every_epoch: true, every_steps: None, keep: 2 }
    }
}

impl CheckpointConfig {
    /// The first setting that cannot be: its key, what is wrong with it.
    pub(crate) fn fault(&self) -> Option<(&'static str, String)> {
        if !(self.every_seconds.is_finite() && self.every_seconds >= 0.0) {
            Some(("every_seconds", format!("is {}, expected 0 or more", self.every_seconds)))
        } else if self.every_steps == Some(0) {
            Some(("every_steps", "is 0, expected at least 1".to_owned()))
        } else if self.keep < 2 {
            let fault = format!("is {}, expected at least 2, in case one is damaged", self.keep);
            Some(("keep", fault))
        } else {
            None
        }
    }

    /// Whether the clock says that it is time.
    pub(crate) fn is_time(&self, since_last: std::time::Duration) -> bool {
        self.every_seconds > 0.0 && since_last.as_secs_f64() >= self.every_seconds
    }

    /// Whether the number of the step says that it is time.
    pub(crate) fn is_step(&self, step: usize) -> bool {
        self.every_steps.is_some_and(|every| step.is_multiple_of(every))
    }
}
