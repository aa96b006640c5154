//! A model and its loss in, what Burn's `Learner` trains out: for Burn's own training loop.
//!
//! Burn's `TrainStep` cannot be implemented for a model of another crate (the orphan rule), so the model is wrapped; what is kept
//! afterwards is the model inside. Our loop, [`train`](crate::train), does not need this.

use burn::module::Module;
use burn::tensor::Tensor;
use burn::train::{ClassificationOutput, InferenceStep, TrainOutput, TrainStep};
use burnwright_data::{Batch, TargetTensor};
use burnwright_model::Model;
use burnwright_task::LossConfig;

/// A model with the loss that it is trained by, for `burn::train::Learner`.
///
/// It learns classes. Its steps return Burn's [`ClassificationOutput`], which Burn's metrics take: loss, accuracy, top-k, precision, recall and others.
#[derive(Module, Debug)]
pub struct ModelWithLoss<M: Module> {
    /// The model.
    pub model: M,
    #[module(skip)]
    loss: LossConfig,
}

impl<M: Model<Input = Tensor<4>>> ModelWithLoss<M> {
    /// Wraps a model.
    pub fn new(model: M, loss: LossConfig) -> Self {
        Self { model, loss }
    }

    fn forward(&self, batch: Batch, loss: &LossConfig) -> ClassificationOutput {
        let logits = self.model.forward(batch.inputs); // [batch, classes]
        let value = loss.forward(logits.clone(), &batch.targets); // [1]
        let TargetTensor::Classes(classes) = batch.targets else {
            panic!("Burn's ClassificationOutput is of classes, not of {}", batch.targets.kind())
        };
        ClassificationOutput::new(value, logits, classes)
    }
}

impl<M: Model<Input = Tensor<4>>> TrainStep for ModelWithLoss<M> {
    type Input = Batch;
    type Output = ClassificationOutput;

    fn step(&self, batch: Batch) -> TrainOutput<ClassificationOutput> {
        let output = self.forward(batch, &self.loss);
        let gradients = output.loss.backward();
        TrainOutput::new(self, gradients, output)
    }
}

impl<M: Model<Input = Tensor<4>>> InferenceStep for ModelWithLoss<M> {
    type Input = Batch;
    type Output = ClassificationOutput;

    /// The loss is without label smoothing, as everywhere where a model is judged.
    fn step(&self, batch: Batch) -> ClassificationOutput {
        self.forward(batch, &self.loss.without_smoothing())
    }
}
