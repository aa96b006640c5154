//! What training changes, and one step of it.

use burn::optim::{GradientsParams, ModuleOptimizer};
use burn::tensor::{Device, Tensor};
use burnwright_data::{Batch, TargetTensor};
use burnwright_model::Model;
use burnwright_random::{Purpose, Stream};
use burnwright_task::Task;

use crate::records::{Parts, load_model, load_optimizer};
use crate::{Schedule, clip_global_norm};

/// A model in training: its weights, its optimizer's state, and the step at which they stand. Everything else that a step needs is
/// fixed for the run.
pub struct TrainState<M> {
    /// The model, on a device that records for the backward pass.
    pub model: M,
    /// The optimizer, with its state.
    pub optimizer: ModuleOptimizer,
    /// The learning rate of each step.
    pub schedule: Schedule,
    /// Steps made.
    pub step: usize,
    /// The longest that all gradients together may be.
    pub clip_global_norm: Option<f64>,
    /// The seed of every random choice.
    pub seed: u64,
    /// Where the model lives.
    pub device: Device,
}

/// What one step leaves on the device; nothing of it has been read.
#[derive(Clone, Debug)]
pub struct Observation {
    /// The mean loss of the batch, `[1]`.
    pub loss: Tensor<1>,
    /// `[batch, outputs]`
    pub outputs: Tensor<2>,
    /// What is true of each example, of mixed ones the class with the larger share.
    pub targets: TargetTensor,
    /// The places of the examples in their source.
    pub examples: Vec<u32>,
    /// The hash of the batch.
    pub hash: u64,
}

impl<M: Model> TrainState<M> {
    /// Forward, loss, backward, update.
    pub fn step(&mut self, batch: Batch<M::Input>, task: &dyn Task) -> Observation {
        // Dropout draws from the device's generator: its values become a function of the step.
        self.device.seed(Stream::new(self.seed, Purpose::Step).bits(self.step as u64));
        let outputs = self.model.forward(batch.inputs); // [batch, outputs]
        let loss = task.loss(outputs.clone(), &batch.targets); // [1]
        let mut gradients = GradientsParams::from_grads(loss.backward(), &self.model);
        if let Some(norm) = self.clip_global_norm {
            gradients = clip_global_norm(&self.model, gradients, norm);
        }
        let rate = self.learning_rate();
        self.model = self.optimizer.step(rate, self.model.clone(), gradients);
        self.step += 1;
        // Without the graph of the backward pass, which would keep every activation of the window alive.
        let targets = batch.targets.settled().inner();
        let (loss, outputs) = (loss.inner(), outputs.inner());
        Observation { loss, outputs, targets, examples: batch.examples, hash: batch.hash }
    }

    /// The learning rate of the next step.
    pub fn learning_rate(&self) -> f64 {
        self.schedule.at(self.step)
    }

    /// A copy of all that training has changed, in host memory.
    pub fn to_parts(&self) -> Parts {
        // Without this, the running statistics of batch normalisation are one update behind (burn-core 0.22.1,
        // module/param/running.rs:68-86).
        let _ = self.model.valid();
        Parts { model: self.model.clone().into_record(), optimizer: self.optimizer.to_record() }
    }

    /// The state as it stood after `step`. An error says what does not fit.
    pub fn from_parts(self, parts: Parts, step: usize) -> Result<Self, String> {
        let model = load_model(self.model, parts.model)?;
        let optimizer = load_optimizer(self.optimizer, parts.optimizer)?;
        Ok(Self { model, optimizer, step, ..self })
    }
}
