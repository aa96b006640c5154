//! What a task is asked. A task is a file of this crate and a line in [`TaskConfig`](crate::TaskConfig).

use std::fmt::Debug;
use std::sync::Arc;

use burn::tensor::Tensor;
use burnwright_data::{Scale, Target, TargetTensor, Targets, Wanted};
use burnwright_run::{NamedMetric, Scores};

use crate::{Decision, LossConfig, Predictions, TaskError};

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

    /// What a model says of an example; none where an output is infinite or NaN.
    fn decide(&self, outputs: &[f32]) -> Option<Decision>;
}

/// What the settings of each kind of task give.
pub(crate) trait Kind {
    /// The kinds of losses that belong to it, its own first.
    fn losses(&self) -> &'static [&'static str];

    /// The loss of a recipe that does not say one.
    fn default_loss(&self) -> LossConfig;

    /// The metrics that each epoch is judged by: what early stopping can watch, besides the loss.
    fn monitors(&self) -> Vec<&'static str>;

    /// Whether targets are numbers that are learned with mean 0 and deviation 1, and then whether of their logarithm.
    fn standardises(&self) -> Option<bool> {
        None
    }

    /// Targets of these names, such as it learns; none where it has not so many.
    fn targets(&self, names: Vec<String>) -> Option<Targets>;

    /// The task; `None` where the targets are none of its own.
    fn init(&self, targets: &Targets, loss: LossConfig, scale: Scale) -> Option<Arc<dyn Task>>;

    /// The kind of target that it learns, where data leave a choice.
    fn wanted(&self) -> Wanted;

    /// What it learns, for people: `classes`, `labels` or `numbers`.
    fn learns(&self) -> &'static str;
}
