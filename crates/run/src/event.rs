//! What happens in a run, as plain numbers.

use serde::{Deserialize, Serialize};

use crate::Machine;

/// Something that happened. A run's `events.jsonl` holds one a line, in order.
///
/// Keys that are not known are passed over; a key that is known must be there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// The log begins. Whoever reads a log is not told; in a log of the first programs it is missing.
    Log {
        /// The version of the form of what follows.
        version: u64,
    },
    /// Training begins.
    TrainingStarted {
        /// Epochs planned.
        epochs: usize,
        /// Steps of each epoch.
        steps_per_epoch: usize,
        /// Training samples.
        samples: usize,
        /// Values that the model learns.
        parameters: usize,
    },
    /// Training goes on where a checkpoint was made.
    TrainingResumed {
        /// Epochs planned.
        epochs: usize,
        /// Steps of each epoch.
        steps_per_epoch: usize,
        /// Steps made before.
        step: usize,
        /// The epoch in which it goes on, from 1.
        epoch: usize,
        /// Where it goes on.
        machine: Machine,
    },
    /// An epoch begins.
    EpochStarted {
        /// From 1.
        epoch: usize,
    },
    /// Some steps were made; their losses and accuracy were read from the device together.
    Window {
        /// The epoch, from 1.
        epoch: usize,
        /// Steps made since the run began.
        step: usize,
        /// Samples seen in this epoch.
        samples: usize,
        /// Mean loss a sample over the window.
        loss: f64,
        /// The mean loss of each step of the window.
        losses: Vec<f32>,
        /// Share of the window's samples that were classified rightly, 0 to 1.
        accuracy: f64,
        /// The learning rate of the last step.
        learning_rate: f64,
        /// Seconds since training began.
        seconds: f64,
    },
    /// An epoch ended.
    EpochEnded {
        /// From 1.
        epoch: usize,
        /// Steps made since the run began.
        step: usize,
        /// Means over the samples of the epoch, while the weights were changing.
        train: SplitScore,
        /// The held-out samples, with the weights as they are now.
        #[serde(deserialize_with = "Option::deserialize")]
        validation: Option<SplitScore>,
        /// Seconds that the epoch's steps took.
        seconds: f64,
        /// Training images a second.
        images_per_second: f64,
    },
    /// The steps are over.
    TrainingStopped {
        /// Why.
        reason: StopReason,
        /// The epoch in which it stopped.
        epoch: usize,
        /// Steps made.
        step: usize,
        /// The epoch after which the kept weights stood, where they are not those of the last step.
        #[serde(deserialize_with = "Option::deserialize")]
        best_epoch: Option<usize>,
    },
    /// The kept model was judged.
    Evaluated {
        /// `test`.
        split: String,
        /// Samples classified rightly.
        correct: usize,
        /// Samples.
        total: usize,
        /// Mean loss a sample.
        loss: f64,
    },
    /// Something that a later program of the same version knows. Whoever reads a log is not told.
    #[serde(other, skip_serializing)]
    Unknown,
}

/// Loss and accuracy over the samples of a split.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SplitScore {
    /// Mean loss a sample.
    pub loss: f64,
    /// Share classified rightly, 0 to 1.
    pub accuracy: f64,
}

/// Why training stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StopReason {
    /// All epochs are done.
    Completed,
    /// `training.max_steps` was reached.
    MaxSteps,
    /// The watched value did not improve for as many epochs as the recipe allows.
    EarlyStopping,
    /// A signal or a key asked for it.
    Interrupted,
}

/// Something that is told what happens: the log, the plain lines, a report.
pub trait EventSink: Send {
    /// Takes one event. An error ends the run, so only what the run cannot do without returns one.
    fn receive(&mut self, event: &Event) -> Result<(), crate::RunError>;
}
