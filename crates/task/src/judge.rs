//! The one judge: a model and a loader in, what the model says of each example out. Validation, test, `evaluate` and `compare` use it.

use burn::tensor::Tensor;
use burnwright_data::{Assembly, DataError, Loader};
use burnwright_model::Model;

use crate::{Evaluation, Predictions, Task, TaskError};

/// What a model says of each example of epoch 1 of a loader, in its order; none where `goes_on`, which is asked after each batch with the
/// examples so far, did not want to.
///
/// The model must be on the loader's device, without gradients. Memory grows with examples times outputs, and with the loader's batch
/// size. A target that is not the task's and an output that is not `[batch, outputs]` are errors.
pub fn judge<M: Model, A: Assembly<Input = M::Input>>(
    model: &M,
    loader: &Loader<A>,
    task: &dyn Task,
    mut goes_on: impl FnMut(usize) -> bool,
) -> Result<Option<Predictions>, TaskError> {
    let width = task.targets().names().len();
    let mut predictions = task.predictions();
    let mut count = 0;
    for batch in loader.epoch(1) {
        let batch = batch?;
        let outputs = model.forward(batch.inputs); // [batch, outputs]
        let (got, expected) = (outputs.dims(), [batch.examples.len(), width]);
        if got != expected {
            return Err(TaskError::Outputs { got, expected });
        }
        let outputs = read(outputs)?;
        let rows = outputs.chunks_exact(width.max(1)).zip(&batch.truth);
        for ((outputs, truth), &example) in rows.zip(&batch.examples) {
            task.judge(&mut predictions, outputs, truth, example)?;
        }
        count += expected[0];
        if !goes_on(count) {
            return Ok(None);
        }
    }
    Ok(Some(predictions))
}

/// All scores of predictions, of which there must be one.
pub fn evaluation_of(predictions: &Predictions) -> Result<Evaluation, DataError> {
    let empty = || DataError::Empty { what: "data set to evaluate".to_owned() };
    predictions.evaluate().ok_or_else(empty)
}

/// The one read of the device a batch.
fn read(outputs: Tensor<2>) -> Result<Vec<f32>, TaskError> {
    let device = |reason: String| TaskError::Device(reason);
    let outputs = outputs.try_into_data().map_err(|error| device(format!("{error:?}")))?;
    outputs.try_into_vec_as().map_err(|error| device(format!("{error:?}")))
}
