//! A model with its loss, as burn-train wants it.
//!
//! Burn's `TrainStep` cannot be implemented for a model of another crate (the orphan rule), so the model is wrapped; what is
//! saved is the model inside.

use burn::module::Module;
use burn::tensor::{ExecutionError, Int, Tensor};
use burn::train::{InferenceStep, ItemLazy, TrainOutput, TrainStep};
use burnwright_data::Batch;
use burnwright_model::ImageClassifier;

use crate::LossConfig;
use crate::window::Reading;

/// A model with the loss that it is trained by.
#[derive(Module, Debug)]
pub struct Classifier<M: Module> {
    /// The model.
    pub model: M,
    #[module(skip)]
    loss: LossConfig,
}

impl<M: ImageClassifier> Classifier<M> {
    /// Wraps a model.
    pub fn new(model: M, loss: LossConfig) -> Self {
        Self { model, loss }
    }

    fn observe(&self, batch: Batch, loss: &LossConfig) -> StepOutput {
        let logits = self.model.forward(batch.images); // [batch, classes]
        let loss = loss.forward(logits.clone(), batch.targets.clone()); // [1]
        let Batch { targets, indices: samples, hash, .. } = batch;
        StepOutput { loss, logits, targets, samples, hash }
    }
}

/// What one step leaves on the device; nothing of it has been read.
#[derive(Clone, Debug)]
pub struct StepOutput {
    /// The mean loss of the batch, `[1]`.
    pub loss: Tensor<1>,
    /// `[batch, classes]`
    pub logits: Tensor<2>,
    /// `[batch]`
    pub targets: Tensor<1, Int>,
    /// The places of the samples in their source.
    pub samples: Vec<u32>,
    /// The hash of the batch.
    pub hash: u64,
}

/// What Burn's metrics are shown: one step as it lies on the device, or a window that has been read.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "one a step, moved a few times")]
pub enum Observation {
    /// One step.
    Step(StepOutput),
    /// Some steps, already plain numbers.
    Window(Reading),
}

impl ItemLazy for Observation {
    fn sync(self) -> Result<Self, ExecutionError> {
        Ok(self)
    }
}

impl<M: ImageClassifier> TrainStep for Classifier<M> {
    type Input = Batch;
    type Output = Observation;

    fn step(&self, batch: Batch) -> TrainOutput<Observation> {
        let output = self.observe(batch, &self.loss);
        let gradients = output.loss.backward();
        TrainOutput::new(self, gradients, Observation::Step(output.detached()))
    }
}

impl<M: ImageClassifier> InferenceStep for Classifier<M> {
    type Input = Batch;
    type Output = Observation;

    fn step(&self, batch: Batch) -> Observation {
        Observation::Step(self.observe(batch, &self.loss.without_smoothing()))
    }
}

impl StepOutput {
    /// Without the graph of the backward pass, which would keep every activation of the window alive.
    fn detached(self) -> Self {
        Self {
            loss: self.loss.inner(),
            logits: self.logits.inner(),
            targets: self.targets.inner(),
            ..self
        }
    }
}
