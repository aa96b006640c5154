//! Everything besides weights, optimizer and schedule that a run needs to go on as if nothing had happened.

use burnwright_run::{Form, Identity, Machine, SplitScore};
use serde::{Deserialize, Serialize};

use crate::window::{Reading, ratio};

/// The version of the state's format.
pub(crate) const STATE_SCHEMA: u32 = 1;
pub(crate) const STATE_FORM: Form = Form::new("schema", 1, STATE_SCHEMA as u64);

/// The `state` part of a checkpoint.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct State {
    /// [`STATE_SCHEMA`].
    pub(crate) schema: u32,
    /// The run that it belongs to.
    pub(crate) identity: Identity,
    /// Where it was made.
    pub(crate) machine: Machine,
    /// Where training stands.
    pub(crate) position: Position,
    /// What the validation samples have said.
    pub(crate) watch: Option<WatchState>,
    /// The weights that are the best so far.
    pub(crate) best: Option<BestState>,
    /// Bytes of `events.jsonl`.
    pub(crate) events: u64,
}

/// Where training stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Position {
    /// Steps made.
    pub(crate) step: usize,
    /// The epoch at hand, from 1.
    pub(crate) epoch: usize,
    /// Batches of it that are done.
    pub(crate) batch: usize,
    /// What they add up to.
    pub(crate) sums: Sums,
    /// Seconds of its steps.
    pub(crate) epoch_seconds: f64,
    /// Epochs finished.
    pub(crate) finished: usize,
    /// Means over the last epoch that had steps.
    pub(crate) train: Option<ExactScore>,
    /// The held-out samples, after the last epoch.
    pub(crate) validation: Option<ExactScore>,
    /// Images seen.
    pub(crate) images: usize,
    /// Seconds of all steps.
    pub(crate) step_seconds: f64,
    /// Seconds of training, validation included.
    pub(crate) seconds: f64,
}

/// A number that survives JSON to the last bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "u64", into = "u64")]
pub(crate) struct Exact(pub(crate) f64);

impl From<u64> for Exact {
    fn from(bits: u64) -> Self {
        Self(f64::from_bits(bits))
    }
}

impl From<Exact> for u64 {
    fn from(exact: Exact) -> Self {
        exact.0.to_bits()
    }
}

/// A [`SplitScore`] to the last bit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ExactScore {
    loss: Exact,
    accuracy: Exact,
}

impl From<SplitScore> for ExactScore {
    fn from(score: SplitScore) -> Self {
        Self { loss: Exact(score.loss), accuracy: Exact(score.accuracy) }
    }
}

impl From<ExactScore> for SplitScore {
    fn from(exact: ExactScore) -> Self {
        Self { loss: exact.loss.0, accuracy: exact.accuracy.0 }
    }
}

/// What early stopping remembers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct WatchState {
    /// The epoch that it saw last.
    pub(crate) latest: usize,
    /// The epoch that was best, and its value.
    pub(crate) best: Option<(usize, Exact)>,
}

/// The best weights so far.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct BestState {
    pub(crate) epoch: usize,
    pub(crate) step: usize,
    pub(crate) score: ExactScore,
}

/// What an epoch's steps add up to. Steps are added one by one, so that the sum does not depend on where windows end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sums {
    pub(crate) loss: Exact,
    pub(crate) correct: usize,
    pub(crate) samples: usize,
}

impl Sums {
    pub(crate) fn add(&mut self, reading: &Reading) {
        for loss in reading.weighted_losses() {
            self.loss.0 += loss;
        }
        self.correct += reading.correct;
        self.samples += reading.samples;
    }

    #[expect(clippy::cast_precision_loss, reason = "sample counts are far below 2^53")]
    pub(crate) fn score(&self) -> SplitScore {
        SplitScore {
            loss: ratio(self.loss.0, self.samples),
            accuracy: ratio(self.correct as f64, self.samples),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_survive_json_to_the_last_bit(bits: u64) {
            let text = serde_json::to_string(&Exact::from(bits)).unwrap();
            let back: Exact = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(u64::from(back), bits);
        }
    }
}
