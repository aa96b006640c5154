//! Everything besides weights, optimizer and schedule that a run needs to go on as if nothing had happened.

use std::collections::BTreeMap;

use burnwright_run::{Form, Identity, LOSS, Machine, Scores};
use burnwright_task::Task;
use serde::{Deserialize, Serialize};

use crate::window::{Reading, ratio};

/// The version of the state's format.
pub(crate) const STATE_SCHEMA: u32 = 2;
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
    pub(crate) train: Option<ExactScores>,
    /// The held-out samples, after the last epoch.
    pub(crate) validation: Option<ExactScores>,
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

/// The measures of [`Scores`] to the last bit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "BTreeMap<String, serde_json::Value>")]
pub(crate) struct ExactScores(BTreeMap<String, Exact>);

impl From<BTreeMap<String, serde_json::Value>> for ExactScores {
    /// What is no number is passed over.
    fn from(all: BTreeMap<String, serde_json::Value>) -> Self {
        let exact =
            |(name, value): (String, serde_json::Value)| Some((name, Exact::from(value.as_u64()?)));
        Self(all.into_iter().filter_map(exact).collect())
    }
}

impl From<&Scores> for ExactScores {
    fn from(scores: &Scores) -> Self {
        Self(scores.measures().map(|(name, value)| (name.to_owned(), Exact(value))).collect())
    }
}

impl From<&ExactScores> for Scores {
    fn from(exact: &ExactScores) -> Self {
        let with = |scores: Self, (name, value): (&String, &Exact)| scores.with(name, value.0);
        exact.0.iter().fold(Self::default(), with)
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct BestState {
    pub(crate) epoch: usize,
    pub(crate) step: usize,
    pub(crate) score: ExactScores,
}

/// What an epoch's steps add up to. Losses are added one by one, so that their sum does not depend on where windows end.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sums {
    pub(crate) loss: Exact,
    /// What the task sums.
    #[serde(default, rename = "sums")]
    of_task: Vec<Exact>,
    pub(crate) samples: usize,
    /// The first version, which knew classification alone, said this in place of `sums`.
    #[serde(default, skip_serializing)]
    correct: Option<u32>,
}

/// Step, epoch and batch: what tells two moments of a run apart. An epoch's end differs from its last step.
pub(crate) type Moment = (usize, usize, usize);

impl Position {
    pub(crate) fn moment(&self) -> Moment {
        (self.step, self.epoch, self.batch)
    }

    /// The position with sums as this version has them.
    pub(crate) fn upgraded(mut self) -> Self {
        if let Some(correct) = self.sums.correct.take() {
            self.sums.of_task = vec![Exact(f64::from(correct))];
        }
        self
    }

    /// Adds the steps of a window that took so many seconds.
    pub(crate) fn add(&mut self, reading: &Reading, seconds: f64) {
        self.sums.add(reading);
        self.images += reading.samples;
        self.epoch_seconds += seconds;
        self.step_seconds += seconds;
    }
}

impl Sums {
    pub(crate) fn add(&mut self, reading: &Reading) {
        for loss in reading.weighted_losses() {
            self.loss.0 += loss;
        }
        self.of_task.resize(reading.sums.len(), Exact(0.0));
        for (sum, more) in self.of_task.iter_mut().zip(&reading.sums) {
            sum.0 += more;
        }
        self.samples += reading.samples;
    }

    /// Means over the samples.
    pub(crate) fn scores(&self, task: &dyn Task) -> Scores {
        let sums: Vec<f64> = self.of_task.iter().map(|sum| sum.0).collect();
        let loss = ratio(self.loss.0, self.samples);
        task.means(&sums, self.samples, Scores::default().with(LOSS, loss))
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
