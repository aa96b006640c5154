//! A model and its loss in, what Burn's `Learner` trains out: for Burn's own training loop.
//!
//! Burn's `TrainStep` cannot be implemented for a model of another crate (the orphan rule), so the model is wrapped; what is kept
//! afterwards is the model inside. Our loop, [`train`](crate::train), does not need this.

use burn::module::Module;
use burn::train::{ClassificationOutput, InferenceStep, TrainOutput, TrainStep};
use burnwright_data::Batch;
use burnwright_model::ImageClassifier;

use crate::LossConfig;

/// A model with the loss that it is trained by, for `burn::train::Learner`.
///
/// Its steps return Burn's [`ClassificationOutput`], which Burn's metrics take: loss, accuracy, top-k, precision, recall and others.
#[derive(Module, Debug)]
pub struct ModelWithLoss<M: Module> {
    /// The model.
    pub model: M,
    #[module(skip)]
    loss: LossConfig,
}

impl<M: ImageClassifier> ModelWithLoss<M> {
    /// Wraps a model.
    pub fn new(model: M, loss: LossConfig) -> Self {
        Self { model, loss }
    }

    fn forward(&self, batch: Batch, loss: &LossConfig) -> ClassificationOutput {
        let logits = self.model.forward(batch.images); // [batch, classes]
        let value = loss.forward(logits.clone(), batch.targets.clone()); // [1]
        ClassificationOutput::new(value, logits, batch.targets)
    }
}

impl<M: ImageClassifier> TrainStep for ModelWithLoss<M> {
    type Input = Batch;
    type Output = ClassificationOutput;

    fn step(&self, batch: Batch) -> TrainOutput<ClassificationOutput> {
        let output = self.forward(batch, &self.loss);
        let gradients = output.loss.backward();
        TrainOutput::new(self, gradients, output)
    }
}

impl<M: ImageClassifier> InferenceStep for ModelWithLoss<M> {
    type Input = Batch;
    type Output = ClassificationOutput;

    /// The loss is without label smoothing, as everywhere where a model is judged.
    fn step(&self, batch: Batch) -> ClassificationOutput {
        self.forward(batch, &self.loss.without_smoothing())
    }
}
