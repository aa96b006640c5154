//! What a task is asked. A task is a folder of this crate and a line in [`TaskConfig`].

use std::fmt::Debug;
use std::sync::Arc;

use burn::tensor::Tensor;
use burnwright_data::{Scale, Target, TargetTensor, Targets};
use burnwright_run::{NamedMetric, Scores};
use serde::{Deserialize, Serialize};

use crate::classification::{self, Classification};
use crate::{LossConfig, Predictions, TaskError};

/// What is learned.
///
/// A user's own loss or metrics are a task that asks another for all the rest.
pub trait Task: Debug + Send + Sync {
    /// Its `kind` in a recipe.
    fn kind(&self) -> &'static str;

    /// The targets that it learns. A model has an output for each of their names.
    fn targets(&self) -> &Targets;

    /// What its scores are called, the one that matters most first; the loss is not among them.
    fn metrics(&self) -> Vec<NamedMetric>;

    /// The mean loss of a batch, `[1]`, of outputs `[batch, outputs]`.
    fn loss(&self, outputs: Tensor<2>, targets: &TargetTensor) -> Tensor<1>;

    /// What is summed over the examples while training, `[sums]`, of outputs `[n, outputs]`: never read here, but once a window.
    fn sums(&self, outputs: Tensor<2>, targets: TargetTensor) -> Tensor<1>;

    /// The scores that sums over so many examples amount to, added to `scores`.
    fn means(&self, sums: &[f64], examples: usize, scores: Scores) -> Scores;

    /// Nothing said yet.
    fn predictions(&self) -> Predictions;

    /// Adds what a model says of an example: its outputs beside what is true.
    fn judge(
        &self,
        predictions: &mut Predictions,
        outputs: &[f32],
        truth: &Target,
        example: u32,
    ) -> Result<(), TaskError>;
}

/// The `[task]` section of a recipe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum TaskConfig {
    /// One class an example.
    Classification(classification::ClassificationConfig),
}

impl Default for TaskConfig {
    fn default() -> Self {
        Self::Classification(classification::ClassificationConfig::default())
    }
}

impl TaskConfig {
    /// Whether it is what a recipe means that does not say.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Its `kind` in a recipe.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Classification(_) => "classification",
        }
    }

    /// The first setting that cannot be: its key, what is wrong with it.
    pub fn fault(&self) -> Option<(&'static str, String)> {
        None
    }

    /// The loss of a recipe that does not say one.
    pub fn default_loss(&self) -> LossConfig {
        match self {
            Self::Classification(_) => LossConfig::default(),
        }
    }

    /// Whether targets are numbers that are learned with mean 0 and deviation 1, and then whether of their logarithm.
    pub fn standardises(&self) -> Option<bool> {
        match self {
            Self::Classification(_) => None,
        }
    }

    /// Targets of these names, such as it learns; none where it has not so many.
    pub fn targets(&self, names: Vec<String>) -> Option<Targets> {
        match self {
            Self::Classification(_) => Some(Targets::Classes(names)),
        }
    }

    /// The kinds of losses that belong to it.
    pub fn losses(&self) -> &'static [&'static str] {
        match self {
            Self::Classification(_) => classification::LOSSES,
        }
    }

    /// What early stopping can watch: the loss, and each metric.
    pub fn monitors(&self) -> &'static [&'static str] {
        match self {
            Self::Classification(_) => classification::MONITORS,
        }
    }

    /// The task of data with these targets. Targets that are not its own are an error, and so is a loss that is not.
    pub fn init(
        &self,
        targets: &Targets,
        loss: &LossConfig,
        _scale: Scale,
    ) -> Result<Arc<dyn Task>, TaskError> {
        if !self.losses().contains(&loss.kind()) {
            let (loss, task) = (loss.kind(), self.kind());
            return Err(TaskError::Loss { loss, task, known: self.losses().to_vec() });
        }
        match (self, targets) {
            (Self::Classification(_), Targets::Classes(_)) => {
                Ok(Arc::new(Classification::new(targets.clone(), loss.clone())))
            }
            (Self::Classification(_), other) => Err(self.other_targets(other, "classes")),
        }
    }

    fn other_targets(&self, targets: &Targets, expected: &'static str) -> TaskError {
        TaskError::Targets { task: self.kind(), got: targets.kind(), expected }
    }
}
