//! The learning rate of each step: a function of the step alone.

use burn::lr_scheduler::{LrScheduler, LrSchedulerRecord};
use burn::optim::LearningRate;
use serde::{Deserialize, Serialize};

use crate::{Recipe, TrainingConfig};

/// The `[schedule]` section of a recipe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ScheduleConfig {
    /// The optimizer's learning rate throughout.
    Constant(ConstantConfig),
    /// `torch.optim.lr_scheduler.StepLR`, counted in epochs.
    Step(StepConfig),
    /// `torch.optim.lr_scheduler.CosineAnnealingLR` over all steps.
    Cosine(CosineConfig),
    /// Linear warm-up over some steps, then constant.
    Warmup(WarmupConfig),
    /// `torch.optim.lr_scheduler.OneCycleLR` over all steps.
    OneCycle(OneCycleConfig),
}

impl Default for ScheduleConfig {
    fn default() -> Self {
        Self::Constant(ConstantConfig {})
    }
}

/// A constant learning rate has no settings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConstantConfig {}

/// Multiplied by `gamma` every `epochs` epochs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StepConfig {
    /// Epochs between two changes.
    pub epochs: usize,
    /// The factor.
    pub gamma: f64,
}

impl Default for StepConfig {
    fn default() -> Self {
        Self { epochs: 1, gamma: 0.1 }
    }
}

/// Half a cosine from the optimizer's learning rate down to `minimum`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CosineConfig {
    /// The learning rate at the end.
    pub minimum: f64,
    /// Steps of linear warm-up before the cosine.
    pub warmup_steps: usize,
}

/// Linear warm-up: step `i`, from 0, takes `(i + 1) / steps` of the learning rate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WarmupConfig {
    /// Steps until the optimizer's learning rate is reached.
    pub steps: usize,
}

impl Default for WarmupConfig {
    fn default() -> Self {
        Self { steps: 500 }
    }
}

/// Up and down in half cosines (Smith and Topin, 2019); the optimizer's learning rate is the peak.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OneCycleConfig {
    /// Share of the steps in which the learning rate rises.
    pub rising: f64,
    /// The first learning rate is the peak divided by this.
    pub initial_divisor: f64,
    /// The last learning rate is the first divided by this.
    pub final_divisor: f64,
}

impl Default for OneCycleConfig {
    /// PyTorch's `pct_start`, `div_factor` and `final_div_factor`.
    fn default() -> Self {
        Self { rising: 0.3, initial_divisor: 25.0, final_divisor: 1e4 }
    }
}

impl ScheduleConfig {
    /// Its `kind` in a recipe.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Constant(_) => "constant",
            Self::Step(_) => "step",
            Self::Cosine(_) => "cosine",
            Self::Warmup(_) => "warmup",
            Self::OneCycle(_) => "one-cycle",
        }
    }

    /// The first setting that no schedule can have: its key, what is wrong with it.
    pub fn fault(&self) -> Option<(&'static str, String)> {
        let positive = |key, value: f64| {
            (!(value.is_finite() && value > 0.0))
                .then(|| (key, format!("is {value}, expected a number above 0")))
        };
        match self {
            Self::Constant(ConstantConfig {}) => None,
            Self::Step(config) => positive("gamma", config.gamma).or_else(|| {
                (config.epochs == 0).then(|| ("epochs", "is 0, expected at least 1".to_owned()))
            }),
            Self::Cosine(config) => {
                (!(config.minimum.is_finite() && config.minimum >= 0.0)).then(|| {
                    ("minimum", format!("is {}, expected a number not below 0", config.minimum))
                })
            }
            Self::Warmup(config) => {
                (config.steps == 0).then(|| ("steps", "is 0, expected at least 1".to_owned()))
            }
            Self::OneCycle(config) => positive("initial_divisor", config.initial_divisor)
                .or_else(|| positive("final_divisor", config.final_divisor))
                .or_else(|| {
                    (!(config.rising > 0.0 && config.rising < 1.0)).then(|| {
                        ("rising", format!("is {}, expected above 0 and below 1", config.rising))
                    })
                }),
        }
    }
}

impl Recipe {
    /// Steps of the whole run, where nothing ends it early.
    pub fn planned_steps(&self, steps_per_epoch: usize) -> usize {
        let TrainingConfig { epochs, max_steps, .. } = self.training;
        let all = epochs.saturating_mul(steps_per_epoch);
        max_steps.map_or(all, |most| most.min(all))
    }

    /// The learning rates of the whole run.
    pub fn planned_schedule(&self, steps_per_epoch: usize) -> Schedule {
        let (rate, steps) = (self.optimizer.learning_rate(), self.planned_steps(steps_per_epoch));
        Schedule::new(self.schedule.clone(), rate, steps_per_epoch, steps)
    }
}

/// A [`ScheduleConfig`] for a run of known length; Burn steps it, its only state is the step.
#[derive(Clone, Debug)]
pub struct Schedule {
    config: ScheduleConfig,
    peak: LearningRate,
    steps_per_epoch: usize,
    total_steps: usize,
    next_step: usize,
}

impl Schedule {
    /// The schedule of a run whose optimizer has the learning rate `peak`.
    pub fn new(
        config: ScheduleConfig,
        peak: LearningRate,
        steps_per_epoch: usize,
        total_steps: usize,
    ) -> Self {
        Self { config, peak, steps_per_epoch, total_steps, next_step: 0 }
    }

    /// The learning rate of a step, counted from 0.
    pub fn at(&self, step: usize) -> LearningRate {
        match &self.config {
            ScheduleConfig::Constant(ConstantConfig {}) => self.peak,
            ScheduleConfig::Step(config) => {
                let changes = step / self.steps_per_epoch.max(1) / config.epochs;
                // default: after 2^31 changes, another one makes no difference that a float shows.
                self.peak * config.gamma.powi(i32::try_from(changes).unwrap_or(i32::MAX))
            }
            ScheduleConfig::Cosine(config) if step < config.warmup_steps => {
                self.peak * fraction(step + 1, config.warmup_steps)
            }
            ScheduleConfig::Cosine(config) => {
                let length = self.total_steps.saturating_sub(config.warmup_steps);
                let progress = fraction(step - config.warmup_steps, length);
                cosine(self.peak, config.minimum, progress)
            }
            ScheduleConfig::Warmup(config) => self.peak * fraction(step + 1, config.steps),
            ScheduleConfig::OneCycle(config) => self.one_cycle(config, step),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "step counts are far below 2^53")]
    fn one_cycle(&self, config: &OneCycleConfig, step: usize) -> LearningRate {
        let first = self.peak / config.initial_divisor;
        let last = first / config.final_divisor;
        // As PyTorch counts: the rise ends at pct_start * total - 1, the fall at total - 1.
        let top = (config.rising * self.total_steps as f64 - 1.0).max(0.0);
        let end = (self.total_steps as f64 - 1.0).max(top);
        let step = step as f64;
        if step <= top && top > 0.0 {
            cosine(first, self.peak, (step / top).min(1.0))
        } else if end > top {
            cosine(self.peak, last, ((step - top) / (end - top)).min(1.0))
        } else {
            self.peak
        }
    }
}

/// From `start` at progress 0 to `end` at progress 1.
fn cosine(start: f64, end: f64, progress: f64) -> f64 {
    end + (start - end) * 0.5 * (1.0 + (std::f64::consts::PI * progress).cos())
}

#[expect(clippy::cast_precision_loss, reason = "step counts are far below 2^53")]
fn fraction(part: usize, whole: usize) -> f64 {
    if part >= whole { 1.0 } else { part as f64 / whole as f64 }
}

const NEXT_STEP: &str = "next_step";

impl LrScheduler for Schedule {
    fn step(&mut self) -> LearningRate {
        let rate = self.at(self.next_step);
        self.next_step += 1;
        rate
    }

    fn to_record(&self) -> LrSchedulerRecord {
        LrSchedulerRecord::new().with_scalar(NEXT_STEP, self.next_step as u64)
    }

    fn load_record(&mut self, record: LrSchedulerRecord) {
        if let Some(step) = record.scalar::<u64>(NEXT_STEP).and_then(|s| usize::try_from(s).ok()) {
            self.next_step = step;
        }
    }
}
