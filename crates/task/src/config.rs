//! The tasks that a recipe can name.

use std::sync::Arc;

use burnwright_data::{Scale, Targets, Wanted};
use burnwright_recipe::kinds;
use burnwright_run::LOSS;

use crate::task::Kind;
use crate::{
    ClassificationConfig, LossConfig, MultiLabelConfig, RegressionConfig, Task, TaskError,
};

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

    /// The kind of target that it learns, where data leave a choice.
    pub fn wanted(&self) -> Wanted {
        self.as_dyn().wanted()
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
