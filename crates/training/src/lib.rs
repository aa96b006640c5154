//! Recipe, model and batches in; events and a trained model out.
//!
//! A [`TrainState`] is what a step changes; the loop in `looping.rs` makes one step a batch; all else follows it: windows of steps that
//! are read together, events, checkpoints, early stopping. This crate knows no command line, no terminal, and does not choose a device.

mod checkpoint;
mod checkpointing;
mod clipping;
mod digest;
mod early_stopping;
mod error;
mod feed;
mod finite;
mod looping;
mod model_with_loss;
mod optimizer;
pub mod recipe;
mod recording;
mod records;
mod resume;
mod saver;
mod schedule;
mod state;
mod train_state;
mod trainer;
mod window;

pub use checkpoint::CheckpointConfig;
pub use clipping::clip_global_norm;
pub use early_stopping::EarlyStoppingConfig;
pub use error::TrainingError;
pub use feed::{check, preprocess_and_task, steps_per_epoch, training_batches};
pub use model_with_loss::ModelWithLoss;
pub use optimizer::*;
pub use recipe::{Recipe, RecipeError, Settings, TrainingConfig};
pub use recording::Recording;
pub use records::Parts;
pub use resume::ResumePoint;
pub use schedule::*;
pub use train_state::{Observation, TrainState};
pub use trainer::{Job, Outcome, train};
