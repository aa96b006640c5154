//! The outputs of some steps become numbers, with one read from the device.

use std::time::{Duration, Instant};

use burn::tensor::{Tensor, TensorReadError};

use crate::classifier::StepOutput;

/// Steps after which a window is read at the latest.
const STEPS: usize = 50;
/// Time after which a window is read at the latest: shorter is not seen on a screen.
const TIME: Duration = Duration::from_millis(50);

/// What a window says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// The mean loss of each step.
    pub losses: Vec<f32>,
    /// The samples of each step.
    pub sizes: Vec<usize>,
    /// The hash of each step's batch.
    pub batches: Vec<u64>,
    /// Samples classified rightly.
    pub correct: usize,
    /// Samples.
    pub samples: usize,
}

impl Reading {
    /// Mean loss a sample; 0 of none.
    pub fn mean_loss(&self) -> f64 {
        ratio(self.weighted_losses().sum(), self.samples)
    }

    /// The sum of the samples' losses in each step.
    pub(crate) fn weighted_losses(&self) -> impl Iterator<Item = f64> {
        self.losses.iter().zip(&self.sizes).map(|(&loss, &size)| weighted(loss, size))
    }

    /// Share classified rightly, 0 to 1; 0 of none.
    #[expect(clippy::cast_precision_loss, reason = "sample counts are far below 2^53")]
    pub fn accuracy(&self) -> f64 {
        ratio(self.correct as f64, self.samples)
    }
}

#[expect(clippy::cast_precision_loss, reason = "sample counts are far below 2^53")]
pub(crate) fn ratio(sum: f64, count: usize) -> f64 {
    if count == 0 { 0.0 } else { sum / count as f64 }
}

/// Steps that have been made and not read.
pub(crate) struct Window {
    outputs: Vec<StepOutput>,
    opened: Instant,
}

impl Window {
    pub(crate) fn open() -> Self {
        Self { outputs: Vec::with_capacity(STEPS), opened: Instant::now() }
    }

    pub(crate) fn push(&mut self, output: StepOutput) {
        self.outputs.push(output);
    }

    /// Time since it was opened.
    pub(crate) fn age(&self) -> Duration {
        self.opened.elapsed()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.outputs.is_empty()
    }

    /// Whether it is time to read.
    pub(crate) fn is_due(&self) -> bool {
        self.outputs.len() >= STEPS || (!self.is_empty() && self.opened.elapsed() >= TIME)
    }

    /// The samples of the step at a place in the window.
    pub(crate) fn samples_of(&self, place: usize) -> Vec<u32> {
        self.outputs[place].samples.clone()
    }

    /// Reads the window: the one device-to-host copy of some fifty steps.
    pub(crate) fn read(&self) -> Result<Reading, TensorReadError> {
        if self.is_empty() {
            return Ok(Reading::default());
        }
        let each = |part: fn(&StepOutput) -> Tensor<1>| self.outputs.iter().map(part).collect();
        let losses: Vec<Tensor<1>> = each(|output| output.loss.clone());
        let logits = Tensor::cat(self.outputs.iter().map(|o| o.logits.clone()).collect(), 0); // [n, classes]
        let targets = Tensor::cat(self.outputs.iter().map(|o| o.targets.clone()).collect(), 0); // [n]
        let hits = logits.argmax(1).squeeze_dim::<1>(1).equal(targets); // [n]
        let correct = hits.float().sum(); // [1]; exact in f32 up to 2^24 samples
        let values = Tensor::cat([losses, vec![correct]].concat(), 0).try_into_vec_as::<f32>()?; // [steps + 1]
        let (correct, losses) = values.split_last().expect("the count stands behind the losses");
        let sizes: Vec<usize> = self.outputs.iter().map(|output| output.samples.len()).collect();
        Ok(Reading {
            losses: losses.to_vec(),
            batches: self.outputs.iter().map(|output| output.hash).collect(),
            correct: count(*correct),
            samples: sizes.iter().sum(),
            sizes,
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "batch sizes are far below 2^53")]
fn weighted(loss: f32, samples: usize) -> f64 {
    f64::from(loss) * samples as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a sum of ones")]
fn count(sum: f32) -> usize {
    sum as usize
}
