//! A recipe: every setting of a run, complete and checked.

mod builtin;
mod compare;
mod error;
mod parse;
mod place;

use burnwright_data::DataConfig;
use burnwright_model::ModelConfig;
use serde::{Deserialize, Serialize};

pub use builtin::{Builtin, builtin, builtins};
pub use compare::{changed_settings, differing_settings, flattened};
pub use error::{Place, RecipeError};
pub use parse::Override;

use burnwright_task::{LossConfig, TaskConfig};

use crate::{CheckpointConfig, EarlyStoppingConfig, OptimizerConfig, ScheduleConfig};

/// Every setting of a run. Each default is the course's.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Recipe {
    /// What is learned; classification, if left out.
    #[serde(skip_serializing_if = "TaskConfig::is_default")]
    pub task: TaskConfig,
    /// The network.
    pub model: ModelConfig,
    /// What it learns from.
    pub data: DataConfig,
    /// How wrong it is.
    pub loss: LossConfig,
    /// How it changes.
    pub optimizer: OptimizerConfig,
    /// The learning rate over time.
    pub schedule: ScheduleConfig,
    /// How long, and from which seed.
    pub training: TrainingConfig,
    /// When the run saves itself.
    pub checkpoint: CheckpointConfig,
    /// When to stop before that; never, if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub early_stopping: Option<EarlyStoppingConfig>,
}

/// The `[training]` section of a recipe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TrainingConfig {
    /// Passes over the training set.
    pub epochs: usize,
    /// The seed of every random choice.
    pub seed: u64,
    /// Steps after which the run ends, cleanly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_steps: Option<usize>,
    /// The longest that all gradients together may be; see [`crate::clip_global_norm`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clip_global_norm: Option<f64>,
}

impl TrainingConfig {
    /// The largest seed: `i64::MAX`, for a recipe is TOML and its integers are `i64`.
    pub const LARGEST_SEED: u64 = i64::MAX.cast_unsigned();
}

/// The seed with which the course ends at the median of seeds 0 to 19, so that a first run shows what is to be expected. Correct of
/// the 10,000 test images, seeds 0 to 19 on AVX-512: 9694, 9675, 9651, 9669, 9635, 9710, 9674, 9695, 9630, 9689, 9700, 9653, 9644,
/// 9610, 9698, 9706, 9678, 9663, 9634, 9657; the two in the middle are those of seeds 3 and 6, the mean is 9668.
const SEED: u64 = 3;

impl Default for TrainingConfig {
    fn default() -> Self {
        Self { epochs: 5, seed: SEED, max_steps: None, clip_global_norm: None }
    }
}

impl Recipe {
    /// The recipe of a TOML text, with overrides from the command line. `name` stands for the text in errors.
    pub fn parse(name: &str, text: &str, overrides: &[Override]) -> Result<Self, RecipeError> {
        parse::parse(name, text, overrides)
    }

    /// The complete recipe as TOML. [`Recipe::parse`] gives back the same, or this is an error: TOML has no path that is not
    /// UTF-8 and no integer above `i64::MAX`.
    pub fn to_toml(&self) -> Result<String, RecipeError> {
        if let Some(root) = self.data.root.as_deref().filter(|root| root.to_str().is_none()) {
            return Err(RecipeError::RootNotUtf8 { root: root.to_owned() });
        }
        let place = Place::Recipe("the settings".to_owned());
        if let Some((key, fault)) = self.fault() {
            return Err(RecipeError::Value { key, fault, place, nearest: None });
        }
        let written = toml::to_string(self);
        let text = written.map_err(|error| RecipeError::Unwritable(error.to_string()))?;
        match parse::parse("the settings as they would be written", &text, &[])? {
            read if read == *self => Ok(text),
            _ => Err(RecipeError::Unwritable("they read back as other settings".to_owned())),
        }
    }

    /// The first setting that cannot be: its dotted key, what is wrong with it.
    pub fn fault(&self) -> Option<(String, String)> {
        let in_section = |section: &'static str| {
            move |(key, fault): (&str, String)| (format!("{section}.{key}"), fault)
        };
        self.model
            .fault()
            .map(in_section("model"))
            .or_else(|| data_fault(&self.data).map(in_section("data")))
            .or_else(|| self.task.fault().map(in_section("task")))
            .or_else(|| self.loss_fault().map(in_section("loss")))
            .or_else(|| self.optimizer.fault().map(in_section("optimizer")))
            .or_else(|| self.schedule.fault().map(in_section("schedule")))
            .or_else(|| training_fault(&self.training).map(in_section("training")))
            .or_else(|| self.checkpoint.fault().map(in_section("checkpoint")))
            .or_else(|| self.early_stopping_fault().map(in_section("early_stopping")))
    }

    fn loss_fault(&self) -> Option<(&'static str, String)> {
        let (kind, known) = (self.loss.kind(), self.task.losses());
        if known.contains(&kind) {
            return self.loss.fault();
        }
        let (task, known) = (self.task.kind(), known.join(", "));
        Some(("kind", format!("is \"{kind}\", and the task {task} has {known}")))
    }

    fn early_stopping_fault(&self) -> Option<(&'static str, String)> {
        let config = self.early_stopping.as_ref()?;
        if config.patience == 0 {
            Some(("patience", "is 0, expected at least 1".to_owned()))
        } else if !(config.min_delta.is_finite() && config.min_delta >= 0.0) {
            Some(("min_delta", format!("is {}, expected a number not below 0", config.min_delta)))
        } else if self.data.validation <= 0.0 {
            Some(("monitor", "needs held-out samples, but data.validation is 0".to_owned()))
        } else if !self.task.monitors().contains(&config.monitor.as_str()) {
            let known = self.task.monitors().join(", ");
            Some(("monitor", format!("is \"{}\", expected {known}", config.monitor)))
        } else {
            None
        }
    }
}

type Fault = Option<(&'static str, String)>;

fn data_fault(data: &DataConfig) -> Fault {
    const LARGEST_BATCH: usize = 1 << 16;
    const MOST_WORKERS: usize = 256;
    let finite =
        |values: &[f32]| !values.is_empty() && values.iter().all(|value| value.is_finite());
    if !(1..=LARGEST_BATCH).contains(&data.batch_size) {
        Some(("batch_size", format!("is {}, expected 1 to {LARGEST_BATCH}", data.batch_size)))
    } else if !(0.0..1.0).contains(&data.validation) {
        Some(("validation", format!("is {}, expected 0 up to but not 1", data.validation)))
    } else if data.workers > MOST_WORKERS {
        Some(("workers", format!("is {}, expected 0 to {MOST_WORKERS}", data.workers)))
    } else if !finite(&data.normalize.mean) {
        Some(("normalize", format!("has mean {:?}, expected numbers", data.normalize.mean)))
    } else if !finite(&data.normalize.std) || data.normalize.std.contains(&0.0) {
        Some((
            "normalize",
            format!("has std {:?}, expected numbers other than 0", data.normalize.std),
        ))
    } else if data.dataset != "mnist" {
        Some(("dataset", format!("is \"{}\", expected \"mnist\"", data.dataset)))
    } else {
        None
    }
}

fn training_fault(training: &TrainingConfig) -> Fault {
    const MOST_EPOCHS: usize = 1_000_000;
    const LARGEST_SEED: u64 = TrainingConfig::LARGEST_SEED;
    if !(1..=MOST_EPOCHS).contains(&training.epochs) {
        Some(("epochs", format!("is {}, expected 1 to {MOST_EPOCHS}", training.epochs)))
    } else if training.seed > LARGEST_SEED {
        Some(("seed", format!("is {}, expected 0 to {LARGEST_SEED}", training.seed)))
    } else if training.max_steps == Some(0) {
        Some(("max_steps", "is 0, expected at least 1".to_owned()))
    } else if let Some(norm) = training.clip_global_norm
        && !(norm.is_finite() && norm > 0.0)
    {
        Some(("clip_global_norm", format!("is {norm}, expected a number above 0")))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_could_not_be_read_back_are_not_written() {
        let mut recipe = Recipe::default();
        recipe.training.seed = TrainingConfig::LARGEST_SEED;
        let read = Recipe::parse("", &recipe.to_toml().unwrap(), &[]).unwrap();
        assert_eq!(read, recipe);
        recipe.training.seed += 1;
        assert_eq!(
            recipe.to_toml().unwrap_err().to_string(),
            "training.seed is 9223372036854775808, expected 0 to 9223372036854775807: the settings"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_data_root_that_is_not_utf_8_is_refused_with_a_way_out() {
        use std::os::unix::ffi::OsStrExt;
        let mut recipe = Recipe::default();
        recipe.data.root = Some(std::ffi::OsStr::from_bytes(b"/x\xff/data").into());
        let error = recipe.to_toml().unwrap_err();
        assert_eq!(
            error.to_string(),
            "data.root is not UTF-8, and a recipe holds no other text: /x\u{fffd}/data"
        );
        assert!(error.hint().unwrap().starts_with("rename the folder"));
    }
}
