//! What happens in a run, as plain numbers.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Machine, NamedMetric, Scores};

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
        /// What the scores of the run are called, the one that matters most first; the loss is not among them.
        #[serde(default = "NamedMetric::unsaid")]
        metrics: Vec<NamedMetric>,
    },
    /// Training goes on where a checkpoint was made.
    TrainingResumed {
        /// Epochs planned.
        epochs: usize,
        /// Steps of each epoch.
        steps_per_epoch: usize,
        /// Training samples; logs of the first version do not say.
        #[serde(default)]
        samples: usize,
        /// Steps made before.
        step: usize,
        /// The epoch in which it goes on, from 1.
        epoch: usize,
        /// Where it goes on.
        machine: Machine,
        /// What the scores of the run are called, as when it started.
        #[serde(default = "NamedMetric::unsaid")]
        metrics: Vec<NamedMetric>,
    },
    /// An epoch begins.
    EpochStarted {
        /// From 1.
        epoch: usize,
    },
    /// Some steps were made; their losses and scores were read from the device together.
    Window {
        /// The epoch, from 1.
        epoch: usize,
        /// Steps made since the run began.
        step: usize,
        /// Samples seen in this epoch.
        samples: usize,
        /// Means over the examples of the window.
        scores: Scores,
        /// The mean loss of each step of the window.
        losses: Vec<f32>,
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
        train: Scores,
        /// The held-out samples, with the weights as they are now.
        #[serde(deserialize_with = "Option::deserialize")]
        validation: Option<Scores>,
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
        /// How it did.
        scores: Scores,
    },
    /// Something that a later program of the same version knows. Whoever reads a log is not told.
    #[serde(other, skip_serializing)]
    Unknown,
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

/// A line as the first version of the log wrote it, as this one does: its numbers stood beside one another, and correct was all that a
/// score could be. None where it is no such line.
pub(crate) fn upgraded(line: &[u8]) -> Option<Event> {
    let Ok(Value::Object(mut event)) = serde_json::from_slice(line) else { return None };
    let keys: &[&str] = match event.get("event")?.as_str()? {
        "window" => &["loss", "accuracy"],
        "evaluated" => &["loss", "correct", "total"],
        _ => return None,
    };
    let mut scores = Map::new();
    for key in keys {
        scores.insert((*key).to_owned(), event.remove(*key)?);
    }
    if let (Some(correct), Some(total)) = (scores.get("correct"), scores.get("total")) {
        let accuracy = correct.as_f64()? / total.as_f64()?.max(1.0);
        scores.insert("accuracy".to_owned(), accuracy.into());
    }
    event.insert("scores".to_owned(), Value::Object(scores));
    serde_json::from_value(Value::Object(event)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_first_version_become_those_of_this_one() {
        let line = br#"{"event":"evaluated","split":"test","correct":3,"total":4,"loss":0.5}"#;
        let scores = Scores::of_loss(0.5).of(4).with("accuracy", 0.75).with_count("correct", 3);
        assert_eq!(upgraded(line), Some(Event::Evaluated { split: "test".to_owned(), scores }));
        let line = br#"{"event":"window","epoch":1,"step":2,"samples":8,"loss":0.5,"losses":[0.5],
            "accuracy":0.25,"learning_rate":0.1,"seconds":1.5}"#;
        let Some(Event::Window { scores, .. }) = upgraded(line) else { panic!("no window") };
        assert_eq!(scores, Scores::of_loss(0.5).with("accuracy", 0.25));
        assert_eq!(upgraded(br#"{"event":"window","epoch":1}"#), None);
    }
}
