//! Why a task cannot be learned or judged.

use burnwright_data::DataError;

/// Why a task cannot be learned or judged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TaskError {
    /// The data could not be read.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The task learns other targets than the data have.
    #[error("the task {task} learns {expected}, but the data have {got}")]
    Targets {
        /// The task.
        task: &'static str,
        /// What the data have.
        got: &'static str,
        /// What the task learns.
        expected: &'static str,
    },
    /// The loss is not one of the task's.
    #[error("the loss {loss} does not belong to the task {task}, which has {}", known.join(", "))]
    Loss {
        /// The loss.
        loss: &'static str,
        /// The task.
        task: &'static str,
        /// Those that do.
        known: Vec<&'static str>,
    },
    /// The model gives outputs of another width.
    #[error("the model's output is {got:?}, expected {expected:?} (samples, outputs)")]
    Outputs {
        /// The shape there is.
        got: [usize; 2],
        /// `[batch, outputs]`
        expected: [usize; 2],
    },
    /// A target is none of the task's.
    #[error("the target of sample {example} is none that the task {task} can judge")]
    Target {
        /// The example's place in its source.
        example: u32,
        /// The task.
        task: &'static str,
    },
    /// The device failed.
    #[error("the device failed: {0}")]
    Device(String),
}
