//! A model and an optimizer from what Burn has written of them; what does not fit is an error and not a panic.

use burn::module::{Module, ModuleDisplay};
use burn::optim::{ModuleOptimizer, OptimizerRecord};
use burn::store::{ModuleRecord, RecordError};
use burn::tensor::Bytes;

/// Weights and buffers, and the optimizer's state, in host memory.
pub struct Parts {
    /// The model's.
    pub model: ModuleRecord,
    /// The optimizer's.
    pub optimizer: OptimizerRecord,
}

/// The parts of a checkpoint, in Burn's own format.
#[derive(Clone, Debug)]
pub(crate) struct RecordBytes {
    pub(crate) model: Vec<u8>,
    pub(crate) optimizer: Vec<u8>,
    /// The version of the checkpoint's state.
    pub(crate) version: u32,
}

impl Parts {
    /// The model's and the optimizer's part of a checkpoint.
    pub(crate) fn into_bytes(self) -> Result<[Vec<u8>; 2], RecordError> {
        Ok([self.model.into_bytes()?.to_vec(), self.optimizer.into_bytes()?.to_vec()])
    }
}

impl RecordBytes {
    /// What the bytes hold, for such a model.
    pub(crate) fn read<M: Module + ModuleDisplay>(&self, model: &M) -> Result<Parts, String> {
        let bytes = || Bytes::from_bytes_vec(self.optimizer.clone());
        let optimizer = OptimizerRecord::from_bytes(bytes()).map_err(wrong("optimizer"))?;
        Ok(Parts { model: model_record(&self.model, self.version, model)?, optimizer })
    }
}

fn wrong(part: &'static str) -> impl Fn(RecordError) -> String {
    move |error| format!("its {part}: {error}")
}

/// The model with these weights.
pub(crate) fn load_model<M: Module>(model: M, record: ModuleRecord) -> Result<M, String> {
    // `load_record` panics where a record does not fit.
    model.valid().try_load_record(record.clone()).map_err(wrong("model"))?;
    Ok(model.load_record(record))
}

/// The optimizer with this state.
pub(crate) fn load_optimizer(
    optimizer: ModuleOptimizer,
    record: OptimizerRecord,
) -> Result<ModuleOptimizer, String> {
    // What an optimizer cannot use it leaves out without a word (burn-optim 0.22.1, optim/module/module_optimizer.rs:283-302).
    let expected = record.len();
    let loaded = optimizer.load_record(record);
    let used = loaded.to_record().len();
    if used != expected {
        return Err(format!("its optimizer: {used} of {expected} tensors can be used"));
    }
    Ok(loaded)
}

/// A model's record from the bytes of a checkpoint of this version.
pub(crate) fn model_record<M: Module + ModuleDisplay>(
    bytes: &[u8],
    version: u32,
    model: &M,
) -> Result<ModuleRecord, String> {
    let record = ModuleRecord::from_bytes(Bytes::from_bytes_vec(bytes.to_vec()));
    let record = record.map_err(wrong("model"))?;
    if version > 1 {
        return Ok(record);
    }
    let first = FirstVersion { model: model.valid() };
    Ok(first.try_load_record(record).map_err(wrong("model"))?.model.into_record())
}

/// In the first version a model was trained inside another module.
#[derive(Module, Debug)]
struct FirstVersion<M: Module> {
    model: M,
}
