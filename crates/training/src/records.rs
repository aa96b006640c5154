//! A `Learner`'s weights, optimizer and schedule, out of it and back.
//!
//! Its optimizer is private; what hands out its record is Burn's `LearningCheckpointer`, here with receivers that write nothing.

use std::sync::mpsc::{Receiver, Sender, channel};

use burn::lr_scheduler::LrSchedulerRecord;
use burn::lr_scheduler::module_lr_scheduler::ModuleLrScheduler;
use burn::module::Module;
use burn::optim::{ModuleOptimizer, OptimizerRecord};
use burn::store::{ModuleRecord, RecordError};
use burn::tensor::Bytes;
use burn::train::checkpoint::{
    AsyncCheckpointer, Checkpoint, Checkpointer, CheckpointerError, CheckpointingAction,
    CheckpointingStrategy,
};
use burn::train::metric::store::EventStoreClient;
use burn::train::{Learner, LearningCheckpointer};
use burnwright_model::ImageClassifier;

use crate::{Classifier, Schedule};

/// Weights and buffers, optimizer and schedule, in host memory.
pub(crate) struct Records {
    pub(crate) model: ModuleRecord,
    optimizer: OptimizerRecord,
    schedule: LrSchedulerRecord,
}

impl Records {
    /// The parts of a checkpoint.
    pub(crate) fn into_parts(self) -> Result<RecordBytes, RecordError> {
        Ok(RecordBytes {
            model: self.model.into_bytes()?.to_vec(),
            optimizer: self.optimizer.into_bytes()?.to_vec(),
            schedule: self.schedule.into_bytes()?.to_vec(),
        })
    }
}

/// The same in Burn's own format.
#[derive(Clone, Debug)]
pub(crate) struct RecordBytes {
    pub(crate) model: Vec<u8>,
    pub(crate) optimizer: Vec<u8>,
    pub(crate) schedule: Vec<u8>,
}

/// Takes records out of a learner.
pub(crate) struct RecordTaker<M: ImageClassifier> {
    checkpointer: LearningCheckpointer<Classifier<M>>,
    model: Receiver<ModuleRecord>,
    optimizer: Receiver<OptimizerRecord>,
    schedule: Receiver<LrSchedulerRecord>,
}

impl<M: ImageClassifier> RecordTaker<M> {
    pub(crate) fn new() -> Self {
        let (to_model, model) = channel();
        let (to_optimizer, optimizer) = channel();
        let (to_schedule, schedule) = channel();
        let checkpointer = LearningCheckpointer::new(
            AsyncCheckpointer::new(HandOver(to_model)),
            AsyncCheckpointer::new(HandOver(to_optimizer)),
            AsyncCheckpointer::new(HandOver(to_schedule)),
            Box::new(WheneverAsked),
        );
        Self { checkpointer, model, optimizer, schedule }
    }

    /// Copies the learner's state to host memory; none where Burn's threads are gone.
    pub(crate) fn take(
        &mut self,
        learner: &Learner<Classifier<M>>,
        step: usize,
        store: &EventStoreClient,
    ) -> Option<Records> {
        // Without this, the running statistics of batch normalisation are one update behind (burn-core 0.22.1,
        // module/param/running.rs:68-86).
        let _ = learner.model().valid();
        self.checkpointer.checkpoint(learner, step, store);
        Some(Records {
            model: self.model.recv().ok()?,
            optimizer: self.optimizer.recv().ok()?,
            schedule: self.schedule.recv().ok()?,
        })
    }
}

/// Passes a record on.
struct HandOver<R>(Sender<R>);

impl<R: Checkpoint> Checkpointer<R> for HandOver<R> {
    fn save(&self, _step: usize, record: R) -> Result<(), CheckpointerError> {
        self.0.send(record).map_err(|error| CheckpointerError::Unknown(error.to_string()))
    }

    fn delete(&self, _step: usize) -> Result<(), CheckpointerError> {
        Ok(())
    }

    fn restore(&self, step: usize) -> Result<R, CheckpointerError> {
        Err(CheckpointerError::Unknown(format!("step {step} is not kept here")))
    }
}

struct WheneverAsked;

impl CheckpointingStrategy for WheneverAsked {
    fn checkpointing(&mut self, _: usize, _: &EventStoreClient) -> Vec<CheckpointingAction> {
        vec![CheckpointingAction::Save]
    }
}

/// Puts records into a fresh learner. `optimizer` and `schedule` are such as it was made with. An error says what does not fit.
pub(crate) fn restore<M: ImageClassifier>(
    learner: &mut Learner<Classifier<M>>,
    optimizer: ModuleOptimizer,
    schedule: Schedule,
    records: &RecordBytes,
    step: usize,
) -> Result<(), String> {
    let wrong = |part: &'static str| move |error: RecordError| format!("its {part}: {error}");
    let model = model_record(&records.model)?;
    // `load_model` panics where a record does not fit.
    learner.model().valid().try_load_record(model.clone()).map_err(wrong("model"))?;
    learner.load_model(model);

    // What an optimizer cannot use it leaves out without a word (burn-optim 0.22.1, optim/module/module_optimizer.rs:283-302).
    let bytes = || Bytes::from_bytes_vec(records.optimizer.clone());
    let given = OptimizerRecord::from_bytes(bytes()).map_err(wrong("optimizer"))?;
    let again = OptimizerRecord::from_bytes(bytes()).map_err(wrong("optimizer"))?;
    let (expected, used) = (given.len(), optimizer.load_record(again).to_record().len());
    if used != expected {
        return Err(format!("its optimizer: {used} of {expected} tensors can be used"));
    }
    learner.load_optim(given);

    let bytes = || Bytes::from_bytes_vec(records.schedule.clone());
    let given = LrSchedulerRecord::from_bytes(bytes()).map_err(wrong("schedule"))?;
    let again = LrSchedulerRecord::from_bytes(bytes()).map_err(wrong("schedule"))?;
    let expected = schedule.at(step);
    let next = ModuleLrScheduler::new(schedule).load_record(again).step().base();
    if next.to_bits() != expected.to_bits() {
        return Err(format!(
            "its schedule: learning rate {next} at step {step}, expected {expected}"
        ));
    }
    learner.load_scheduler(given);
    Ok(())
}

/// A model's record from its bytes.
pub(crate) fn model_record(bytes: &[u8]) -> Result<ModuleRecord, String> {
    ModuleRecord::from_bytes(Bytes::from_bytes_vec(bytes.to_vec()))
        .map_err(|error| format!("its model: {error}"))
}
