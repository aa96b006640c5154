//! A recipe and a source of images in; what they are learned as, and the batches, out.

use std::sync::Arc;

use burn::tensor::Device;
use burnwright_data::{
    DataError, Loader, LoaderConfig, Order, Preprocess, Scale, Source, Target, check_targets,
    stratified_split,
};
use burnwright_model::Architecture;
use burnwright_task::Task;

use crate::{Recipe, TrainingError};

/// How the images of a source are prepared, and what is learned of them. The task learns the targets of the data, or this is an error.
pub fn preprocess_and_task<M>(
    recipe: &Recipe<M>,
    source: &dyn Source,
) -> Result<(Preprocess, Arc<dyn Task>), TrainingError> {
    let mut preprocess = Preprocess::of(source, recipe.data.normalize.clone());
    if let Some(log) = recipe.task.standardises() {
        let (training, _) = samples(recipe, source)?;
        let mut numbers = Vec::with_capacity(training.len());
        for example in training {
            if let Target::Number(number) = source.target(example as usize)? {
                numbers.push((example as usize, number));
            }
        }
        preprocess.scale = Scale::fitted(numbers, log)?;
    }
    let task = recipe.task.init(source.targets(), &recipe.loss, preprocess.scale)?;
    Ok((preprocess, task))
}

/// Whether a recipe fits the data: what [`train`](crate::train) would refuse before its first step.
pub fn check<M>(recipe: &Recipe<M>, source: &dyn Source) -> Result<(), TrainingError> {
    recipe.data.normalize.tables(source.shape().channels)?;
    if let Some(augment) = &recipe.data.augment {
        augment.check(source)?;
    }
    samples(recipe, source)?;
    preprocess_and_task(recipe, source).map(|_| ())
}

/// Training and held-out samples; neither is empty where the recipe wants some, and each target is one of the source's.
fn samples<M>(recipe: &Recipe<M>, source: &dyn Source) -> Result<(Vec<u32>, Vec<u32>), DataError> {
    check_targets(source, "the training samples")?;
    let share = recipe.data.validation;
    let (training, held_out) = stratified_split(source, share, recipe.training.seed)?;
    for (what, samples, wanted) in
        [("training set", &training, true), ("validation set", &held_out, share > 0.0)]
    {
        if wanted && samples.is_empty() {
            return Err(DataError::Empty { what: what.to_owned() });
        }
    }
    Ok((training, held_out))
}

/// Steps of an epoch of the training samples, as [`train`](crate::train) makes them.
pub fn steps_per_epoch<M>(
    recipe: &Recipe<M>,
    source: &Arc<dyn Source>,
) -> Result<usize, DataError> {
    let (training, _) = samples(recipe, source.as_ref())?;
    Ok(training.len().div_ceil(recipe.data.batch_size))
}

/// The batches of the training samples, as [`train`](crate::train) uses them.
pub fn training_batches<A: Architecture>(
    recipe: &Recipe<A>,
    source: &Arc<dyn Source>,
    device: &Device,
) -> Result<Loader, TrainingError> {
    let (preprocess, _) = preprocess_and_task(recipe, source.as_ref())?;
    loaders(recipe, source, &preprocess, device).map(|(train, _)| train)
}

/// The batches of the training samples on a device, and those of the held-out ones on the same without autodiff.
pub(crate) fn loaders<A: Architecture>(
    recipe: &Recipe<A>,
    source: &Arc<dyn Source>,
    preprocess: &Preprocess,
    device: &Device,
) -> Result<(Loader, Option<Loader>), TrainingError> {
    let data = &recipe.data;
    let seed = recipe.training.seed;
    let (training, held_out) = samples(recipe, source.as_ref())?;
    let order = if data.shuffle { Order::Shuffled { seed } } else { Order::Sequential };
    let config = LoaderConfig { batch_size: data.batch_size, order, workers: data.workers };
    let augment = data.augment.clone().map(|augment| (augment, seed));
    let images = |samples, augment, config, device: &Device| {
        Loader::of_some_images(Arc::clone(source), samples, preprocess, augment, config, device)
    };
    let train = images(training, augment, config, device)?;
    if held_out.is_empty() {
        return Ok((train, None));
    }
    let image = preprocess.image.dimensions();
    let outputs = source.targets().names().len();
    let batch_size = recipe.model.inference_batch(image, outputs, data.batch_size);
    let config = LoaderConfig { batch_size, order: Order::Sequential, ..config };
    Ok((train, Some(images(held_out, None, config, &device.clone().inner())?)))
}
