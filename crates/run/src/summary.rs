//! `summary.json`: how a run ended. Its presence means that it finished.

use serde::{Deserialize, Serialize};

use crate::{Form, NamedMetric, Scores, StopReason};

/// The version of the summary's format.
pub const SUMMARY_SCHEMA: u32 = 2;
pub(crate) const FORM: Form = Form::new("schema", 1, SUMMARY_SCHEMA as u64);

/// The outcome of a finished run; also what `train --json` prints.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Summary {
    /// [`SUMMARY_SCHEMA`].
    pub schema: u32,
    /// The run's name.
    pub run: String,
    /// The run's folder, as it was given.
    pub path: String,
    /// What was learned, such as `classification`; summaries of older versions do not say.
    #[serde(default = "classification")]
    pub task: String,
    /// What the scores are called, the one that matters most first; the loss is not among them.
    #[serde(default = "NamedMetric::unsaid")]
    pub metrics: Vec<NamedMetric>,
    /// The device, as `--device` names it.
    pub device: String,
    /// Epochs finished.
    pub epochs: usize,
    /// Steps made, whichever weights are kept.
    pub steps: usize,
    /// Why training stopped.
    pub stopped: StopReason,
    /// The epoch after which the kept weights stood, where they are not those of the last step.
    pub best_epoch: Option<usize>,
    /// The step after which the kept weights stood, where they are not those of the last step. Summaries of older versions do not say.
    #[serde(default)]
    pub best_step: Option<usize>,
    /// Means over the last epoch that had steps, while the weights were changing; none where not a step was made.
    pub train: Option<Scores>,
    /// The held-out samples, with the kept weights, as `evaluate --split validation` judges them; none where none were held out.
    pub validation: Option<Scores>,
    /// The test samples, with the kept weights; none where the run was interrupted.
    pub test: Option<Scores>,
    /// What is reached without a network on the same test samples; nothing where the data are not a user's files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub baselines: Vec<Baseline>,
    /// Pictures of the data that could not be read and were left out.
    #[serde(default, skip_serializing_if = "is_none")]
    pub left_out: usize,
    /// The hash of the line in the run's ledger that notes the look by which `test` came about; none where there was none, and in
    /// the summaries of the first programs.
    #[serde(default)]
    pub look: Option<String>,
    /// Where the time went.
    pub seconds: Seconds,
    /// Training images a second, loading and evaluation left out.
    pub images_per_second: f64,
    /// BLAKE3 over all weights; see `weights_digest`.
    pub weights_digest: String,
    /// Whether a signal or a key ended it early.
    pub interrupted: bool,
}

impl Summary {
    /// The metric that matters most, and its value on the test examples.
    pub fn headline(&self) -> Option<(&NamedMetric, f64)> {
        let metric = self.metrics.first()?;
        Some((metric, self.test.as_ref()?.get(&metric.name)?))
    }
}

/// What a simple model reaches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Baseline {
    /// `constant`: always the most frequent class, or the mean. `linear`: logistic regression, or least squares.
    pub name: String,
    /// Its scores on the test samples.
    pub scores: Scores,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_none(count: &usize) -> bool {
    *count == 0
}

fn classification() -> String {
    "classification".to_owned()
}

/// Where a run's time went.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Seconds {
    /// From the start of the program to the end of the run.
    pub total: f64,
    /// Reading the data set.
    pub loading: f64,
    /// All steps, validation included.
    pub training: f64,
    /// Judging the kept weights by the held-out and the test samples.
    pub evaluation: f64,
}
