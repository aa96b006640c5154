//! A model and examples in, its scores out.

use std::sync::Arc;

use burn::tensor::{Device, Tensor};
use burnwright_data::{Assembly, Loader, LoaderConfig, Order, Preprocess, Source};
use burnwright_inference::EVALUATION_BATCH;
use burnwright_model::Model;
use burnwright_run::Scores;
use burnwright_task::{Task, TaskError, evaluation_of, judge};

/// All scores of a model on the examples of a loader. The model is on the loader's device, without gradients.
///
/// No example, a target that is not the task's, and outputs that are not `[batch, outputs]` are errors.
pub fn score<M: Model, A: Assembly<Input = M::Input>>(
    model: &M,
    loader: &Loader<A>,
    task: &dyn Task,
) -> Result<Scores, TaskError> {
    let predictions = judge(model, loader, task, |_| true)?;
    let predictions = predictions.expect("nobody wanted it to stop");
    Ok(evaluation_of(&predictions)?.scores())
}

/// All scores of a model on all images of a source, as `preprocess` prepares them. The model is on `device`, without gradients.
///
/// It is asked in batches of 500. No image, and a target that is not the task's, are errors.
pub fn score_images<M: Model<Input = Tensor<4>>>(
    model: &M,
    source: Arc<dyn Source>,
    preprocess: &Preprocess,
    task: &dyn Task,
    device: &Device,
) -> Result<Scores, TaskError> {
    let order = Order::Sequential;
    let config = LoaderConfig { batch_size: EVALUATION_BATCH, order, workers: 1 };
    score(model, &Loader::of_images(source, preprocess, config, device)?, task)
}
