//! Why training ended badly.

use burn::tensor::TensorReadError;
use burnwright_data::DataError;
use burnwright_run::RunError;
use burnwright_task::TaskError;

/// Why training ended badly.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainingError {
    /// The data could not be read.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The run directory could not be written.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The task, its loss and the data do not fit, or the model does not fit the task.
    #[error(transparent)]
    Task(#[from] TaskError),
    /// The loss of a step is infinite or not a number.
    #[error("the loss is {loss} at step {step} (epoch {epoch}), samples {}", list(samples))]
    NonFinite {
        /// The loss.
        loss: f32,
        /// The step, from 1.
        step: usize,
        /// The epoch, from 1.
        epoch: usize,
        /// The places of the step's samples in the training set.
        samples: Vec<u32>,
    },
    /// A weight is infinite or not a number, though no loss was: the last update did it.
    #[error("the weights are not finite after step {step}")]
    NonFiniteWeights {
        /// Steps made.
        step: usize,
    },
    /// The held-out samples have a loss that is infinite or not a number.
    #[error("the validation loss is {loss} after epoch {epoch}")]
    NonFiniteValidation {
        /// The loss.
        loss: f64,
        /// The epoch, from 1.
        epoch: usize,
    },
    /// The images are too small for the model.
    #[error("the model does not fit the data: {0}")]
    ModelDoesNotFit(String),
    /// The state of training could not be made into bytes.
    #[error("the checkpoint could not be made: {0}")]
    Snapshot(String),
    /// A checkpoint is whole, but not of this model.
    #[error("the checkpoint of step {step} does not fit: {fault}")]
    CheckpointDoesNotFit {
        /// Its step.
        step: usize,
        /// What does not fit.
        fault: String,
    },
    /// The device failed.
    #[error("the device failed: {0}")]
    Device(String),
}

#[expect(clippy::needless_pass_by_value, reason = "the form that map_err wants")]
pub(crate) fn device_error(error: TensorReadError) -> TrainingError {
    TrainingError::Device(error.to_string())
}

fn list(samples: &[u32]) -> String {
    const SHOWN: usize = 8;
    let shown: Vec<String> = samples.iter().take(SHOWN).map(u32::to_string).collect();
    let rest = samples.len().saturating_sub(SHOWN);
    let more = if rest == 0 { String::new() } else { format!(" and {rest} more") };
    format!("{}{more}", shown.join(", "))
}
