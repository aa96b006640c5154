//! What a task is asked. A task is a folder of this crate and a line in [`TaskConfig`].

use std::fmt::Debug;
use std::sync::Arc;

use burn::tensor::Tensor;
use burnwright_data::{Scale, Target, TargetTensor, Targets};
use burnwright_recipe::kinds;
use burnwright_run::{LOSS, NamedMetric, Scores};

use crate::{
    ClassificationConfig, Decision, LossConfig, MultiLabelConfig, Predictions, RegressionConfig,
    TaskError,
};

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

kinds! {
    /// The `[task]` section of a recipe.
    #[non_exhaustive]
    pub enum TaskConfig: Kind = Classification {
        /// One class an example.
        "classification" => Classification(ClassificationConfig),
        /// Any of several labels an example.
        "multi-label" => MultiLabel(MultiLabelConfig),
        /// A number an example.
        "regression" => Regression(RegressionConfig),
    }
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

    /// What it learns, for people: `classes`, `labels` or `numbers`.
    fn learns(&self) -> &'static str;
}

impl TaskConfig {
    /// Whether it is what a recipe means that does not say.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// The loss of a recipe that does not say one.
    pub fn default_loss(&self) -> LossConfig {
        self.as_dyn().default_loss()
    }

    /// The kinds of losses that belong to it.
    pub fn losses(&self) -> &'static [&'static str] {
        self.as_dyn().losses()
    }

    /// What early stopping can watch: the loss, and each metric.
    pub fn monitors(&self) -> Vec<&'static str> {
        [vec![LOSS], self.as_dyn().monitors()].concat()
    }

    /// Whether targets are numbers that are learned with mean 0 and deviation 1, and then whether of their logarithm.
    pub fn standardises(&self) -> Option<bool> {
        self.as_dyn().standardises()
    }

    /// Targets of these names, such as it learns; none where it has not so many.
    pub fn targets(&self, names: Vec<String>) -> Option<Targets> {
        self.as_dyn().targets(names)
    }

    /// The task of data with these targets. Targets that are not its own are an error, and so is a loss that is not.
    pub fn init(
        &self,
        targets: &Targets,
        loss: &LossConfig,
        scale: Scale,
    ) -> Result<Arc<dyn Task>, TaskError> {
        let (task, kind) = (self.kind(), self.as_dyn());
        if !kind.losses().contains(&loss.kind()) {
            let (loss, known) = (loss.kind(), kind.losses().to_vec());
            return Err(TaskError::Loss { loss, task, known });
        }
        let (got, expected) = (targets.kind(), kind.learns());
        let made = kind.init(targets, loss.clone(), scale);
        made.ok_or(TaskError::Targets { task, got, expected })
    }
}
