//! The learning rate of each step: a function of the step alone; one file a kind.

mod constant;
mod cosine;
mod one_cycle;
mod step;
mod warmup;

use burn::lr_scheduler::{LrScheduler, LrSchedulerRecord};
use burn::optim::LearningRate;
use burnwright_recipe::kinds;

pub use constant::ConstantConfig;
pub use cosine::CosineConfig;
pub use one_cycle::OneCycleConfig;
pub use step::StepConfig;
pub use warmup::WarmupConfig;

kinds! {
    /// The `[schedule]` section of a recipe.
    #[non_exhaustive]
    pub enum ScheduleConfig: Rates = Constant {
        /// The optimizer's learning rate throughout.
        "constant" => Constant(ConstantConfig),
        /// `torch.optim.lr_scheduler.StepLR`, counted in epochs.
        "step" => Step(StepConfig),
        /// `torch.optim.lr_scheduler.CosineAnnealingLR` over all steps.
        "cosine" => Cosine(CosineConfig),
        /// Linear warm-up over some steps, then constant.
        "warmup" => Warmup(WarmupConfig),
        /// `torch.optim.lr_scheduler.OneCycleLR` over all steps.
        "one-cycle" => OneCycle(OneCycleConfig),
    }
}

/// What the settings of each kind give.
trait Rates {
    /// The learning rate of a step, counted from 0, of a run of this length.
    fn at(&self, step: usize, length: Length) -> LearningRate;
}

/// How long a run is, and the learning rate of its optimizer.
#[derive(Clone, Copy, Debug)]
struct Length {
    peak: LearningRate,
    steps_per_epoch: usize,
    total_steps: usize,
}

/// A [`ScheduleConfig`] for a run of known length; Burn steps it, its only state is the step.
#[derive(Clone, Debug)]
pub struct Schedule {
    config: ScheduleConfig,
    length: Length,
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
        Self { config, length: Length { peak, steps_per_epoch, total_steps }, next_step: 0 }
    }

    /// The learning rate of a step, counted from 0.
    pub fn at(&self, step: usize) -> LearningRate {
        self.config.as_dyn().at(step, self.length)
    }
}

/// From `start` at progress 0 to `end` at progress 1.
fn half_cosine(start: f64, end: f64, progress: f64) -> f64 {
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
