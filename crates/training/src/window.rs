//! The observations of some steps become numbers, with one read from the device.

use std::time::{Duration, Instant};

use burn::tensor::{Tensor, TensorReadError};
use burnwright_data::TargetTensor;
use burnwright_run::Scores;
use burnwright_task::Task;

use crate::train_state::Observation;

/// Steps after which a window is read at the latest.
const STEPS: usize = 50;
/// Time after which a window is read at the latest: shorter is not seen on a screen.
const TIME: Duration = Duration::from_millis(50);

/// What a window says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Reading {
    /// The mean loss of each step.
    pub(crate) losses: Vec<f32>,
    /// The samples of each step.
    pub(crate) sizes: Vec<usize>,
    /// The hash of each step's batch.
    pub(crate) batches: Vec<u64>,
    /// The digest of the weights after each step, where it was taken.
    pub(crate) digests: Vec<Option<u64>>,
    /// What the task sums over the samples.
    pub(crate) sums: Vec<f64>,
    /// Samples.
    pub(crate) samples: usize,
}

impl Reading {
    /// Means over the samples of the window.
    pub(crate) fn scores(&self, task: &dyn Task) -> Scores {
        let loss = ratio(self.weighted_losses().sum(), self.samples);
        task.means(&self.sums, self.samples, Scores::of_loss(loss))
    }

    /// The sum of the samples' losses in each step.
    pub(crate) fn weighted_losses(&self) -> impl Iterator<Item = f64> {
        self.losses.iter().zip(&self.sizes).map(|(&loss, &size)| weighted(loss, size))
    }
}

#[expect(clippy::cast_precision_loss, reason = "sample counts are far below 2^53")]
pub(crate) fn ratio(sum: f64, count: usize) -> f64 {
    if count == 0 { 0.0 } else { sum / count as f64 }
}

#[expect(clippy::cast_precision_loss, reason = "batch sizes are far below 2^53")]
fn weighted(loss: f32, samples: usize) -> f64 {
    f64::from(loss) * samples as f64
}

/// Steps that have been made and not read.
pub(crate) struct Window {
    steps: Vec<(Observation, Option<u64>)>,
    opened: Instant,
}

impl Window {
    pub(crate) fn open() -> Self {
        Self { steps: Vec::with_capacity(STEPS), opened: Instant::now() }
    }

    /// Adds a step, and the digest of the weights after it where that was taken.
    pub(crate) fn push(&mut self, observation: Observation, digest: Option<u64>) {
        self.steps.push((observation, digest));
    }

    /// Time since it was opened.
    pub(crate) fn age(&self) -> Duration {
        self.opened.elapsed()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Whether it is time to read.
    pub(crate) fn is_due(&self) -> bool {
        self.steps.len() >= STEPS || (!self.is_empty() && self.opened.elapsed() >= TIME)
    }

    /// The samples of the step at a place in the window.
    pub(crate) fn examples_of(&self, place: usize) -> Vec<u32> {
        self.steps[place].0.examples.clone()
    }

    /// Reads the window: the one device-to-host copy of some fifty steps.
    pub(crate) fn read(&self, task: &dyn Task) -> Result<Reading, TensorReadError> {
        if self.is_empty() {
            return Ok(Reading::default());
        }
        let observations = || self.steps.iter().map(|(observation, _)| observation);
        let losses: Vec<Tensor<1>> = observations().map(|one| one.loss.clone()).collect();
        let outputs = Tensor::cat(observations().map(|one| one.outputs.clone()).collect(), 0); // [n, outputs]
        let targets = TargetTensor::cat(observations().map(|one| one.targets.clone()));
        let sums = task.sums(outputs, targets); // [sums]
        let steps = losses.len();
        let values = Tensor::cat([losses, vec![sums]].concat(), 0).try_into_vec_as::<f32>()?; // [steps + sums]
        let (losses, sums) = values.split_at(steps);
        let sizes: Vec<usize> = observations().map(|one| one.examples.len()).collect();
        Ok(Reading {
            losses: losses.to_vec(),
            batches: observations().map(|one| one.hash).collect(),
            digests: self.steps.iter().map(|(_, digest)| *digest).collect(),
            sums: sums.iter().map(|&sum| f64::from(sum)).collect(),
            samples: sizes.iter().sum(),
            sizes,
        })
    }
}
