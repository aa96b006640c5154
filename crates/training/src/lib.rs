//! Recipe, model and batches in; events and a trained model out.
//!
//! Training runs through burn-train's `SupervisedTraining` and `Learner`, with a loop of our own inside
//! ([`train`]): Burn's dashboard, metrics and interrupter stay Burn's; order, seeding, windows and guards are ours. This
//! crate knows no command line, no terminal, and does not choose a device.

mod checkpoint;
mod checkpointing;
mod classifier;
mod clipping;
mod digest;
mod early_stopping;
mod error;
mod finite;
mod host_adam;
mod host_sgd;
mod looping;
mod loss;
mod metrics;
mod model_with_loss;
mod optimizer;
pub mod recipe;
mod records;
mod resume;
mod saver;
mod schedule;
mod silent;
mod state;
mod trainer;
mod window;

pub use checkpoint::CheckpointConfig;
pub use classifier::{Classifier, Observation, StepOutput};
pub use clipping::clip_global_norm;
pub use early_stopping::{EarlyStoppingConfig, Monitor};
pub use error::TrainingError;
pub use loss::{CrossEntropyConfig, LossConfig, MseConfig};
pub use model_with_loss::ModelWithLoss;
pub use optimizer::{
    AdaGradConfig, AdamConfig, AdamWConfig, OptimizerConfig, RmsPropConfig, SgdConfig,
};
pub use recipe::{Recipe, RecipeError, TrainingConfig};
pub use resume::ResumePoint;
pub use schedule::{
    ConstantConfig, CosineConfig, OneCycleConfig, Schedule, ScheduleConfig, StepConfig,
    WarmupConfig,
};
pub use silent::SilentRenderer;
pub use trainer::{Job, Outcome, Recording, check, steps_per_epoch, train, training_batches};
pub use window::Reading;
