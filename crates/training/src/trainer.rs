//! From a job to an outcome: the one way in.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use burn::data::dataloader::DataLoader;
use burn::module::Module;
use burn::tensor::Device;
use burn::train::metric::LearningRateMetric;
use burn::train::renderer::MetricsRenderer;
use burn::train::{Interrupter, Learner, LearningResult, SupervisedTraining, TrainingStrategy};
use burnwright_data::{
    Batch, DataError, Loader, LoaderConfig, Order, Source, check_labels, stratified_split,
};
use burnwright_model::ImageClassifier;
use burnwright_run::{Checkpoints, EventSink, Identity, Journal, Machine, SplitScore, StopReason};

use crate::early_stopping::EarlyStopping;
use crate::looping::{Ending, Loop};
use crate::metrics::WindowMetric;
use crate::records::restore;
use crate::silent::NoMetricLog;
use crate::{Classifier, Recipe, ResumePoint, SilentRenderer, TrainingError};

/// Everything that training needs.
pub struct Job<M> {
    /// The model with its initial weights, on `device`.
    pub model: M,
    /// Settings; the `[model]` section is not looked at, for the model is there.
    pub recipe: Recipe,
    /// The training samples; what is held out for validation is taken from them.
    pub source: Arc<dyn Source>,
    /// Where the model lives, with autodiff.
    pub device: Device,
    /// Where the run is written down, and where it goes on; nowhere, if left out.
    pub recording: Option<Recording>,
    /// Who is told what happens.
    pub sinks: Vec<Box<dyn EventSink>>,
    /// Burn's view.
    pub renderer: Box<dyn MetricsRenderer>,
    /// The wire by which training is asked to stop.
    pub interrupter: Interrupter,
}

impl<M: ImageClassifier> Job<M> {
    /// A job that nobody watches and nobody stops.
    pub fn new(model: M, recipe: Recipe, source: Arc<dyn Source>, device: Device) -> Self {
        Self {
            model,
            recipe,
            source,
            device,
            recording: None,
            sinks: Vec::new(),
            renderer: Box::new(SilentRenderer),
            interrupter: Interrupter::new(),
        }
    }
}

/// Where a run is written down.
pub struct Recording {
    /// Events and steps, opened where the run begins or goes on.
    pub journal: Journal,
    /// Where the run saves itself.
    pub checkpoints: Checkpoints,
    /// The run.
    pub identity: Identity,
    /// Where it is trained now.
    pub machine: Machine,
    /// The checkpoint from which it goes on; from the beginning, if left out.
    pub from: Option<ResumePoint>,
}

/// A trained model, and how it came about.
pub struct Outcome<M> {
    /// The kept model, ready for use: without gradients, dropout off.
    pub model: M,
    /// Why training stopped.
    pub stopped: StopReason,
    /// Epochs finished.
    pub epochs: usize,
    /// Steps made.
    pub steps: usize,
    /// The epoch after which the kept weights stood, where they are not those of the last step.
    pub best_epoch: Option<usize>,
    /// The step after which the kept weights stood, where they are not those of the last step.
    pub best_step: Option<usize>,
    /// Means over the last epoch that had steps, while the weights were changing.
    pub train: Option<SplitScore>,
    /// The held-out samples, with the kept weights, as they were judged at the end of an epoch; none where training stopped inside an
    /// epoch with weights that nothing has judged.
    pub validation: Option<SplitScore>,
    /// Seconds of all epochs, validation included.
    pub seconds: f64,
    /// Training images a second, validation left out.
    pub images_per_second: f64,
    /// Burn's view, still open.
    pub renderer: Box<dyn MetricsRenderer>,
}

/// Trains a model as the recipe says.
///
/// Burn's generator, from which dropout draws, is one for the whole process: of two trainings with dropout in one process at the same
/// time, neither repeats to the bit.
pub fn train<M: ImageClassifier>(job: Job<M>) -> Result<Outcome<M>, TrainingError> {
    let Job { model, recipe, source, device, recording, sinks, renderer, interrupter } = job;
    let (train, validation) = loaders(&recipe, &source, &device)?;
    let parameters = Module::num_params(&model);
    let schedule = recipe.planned_schedule(train.batch_count());
    let mut learner = Learner::new(
        Classifier::new(model, recipe.loss.clone()),
        recipe.optimizer.init(&device),
        schedule.clone(),
    );
    if let Some(from) = recording.as_ref().and_then(|recording| recording.from.as_ref()) {
        let (optimizer, step) = (recipe.optimizer.init(&device), from.step());
        restore(&mut learner, optimizer, schedule, &from.records, step)
            .map_err(|fault| TrainingError::CheckpointDoesNotFit { step, fault })?;
    }

    let plan = Arc::new(Loop {
        train: train.clone(),
        validation: validation.clone(),
        training: recipe.training.clone(),
        checkpoint: recipe.checkpoint.clone(),
        device: device.clone(),
        parameters,
        watch: match &recipe.early_stopping {
            Some(config) => Some(EarlyStopping::new(config.clone())),
            None => validation.is_some().then(EarlyStopping::watching),
        },
        keeps_best: recipe.early_stopping.is_some(),
        recording: Mutex::new(recording),
        sinks: Mutex::new(sinks),
        ending: Mutex::new(None),
    });

    // Burn wants two loaders; the loop asks neither.
    let train_view: Arc<dyn DataLoader<Batch>> = Arc::new(train.for_epoch(1));
    let validation_view: Arc<dyn DataLoader<Batch>> =
        Arc::new(validation.as_ref().unwrap_or(&train).for_epoch(1));
    // The folder is for files of Burn's own; with the logs replaced it writes none.
    let training = SupervisedTraining::new(".", train_view, validation_view)
        .metrics((WindowMetric::loss(), WindowMetric::accuracy()))
        .metric_train_numeric(LearningRateMetric::new())
        .with_metric_logger(NoMetricLog)
        .with_application_logger(None)
        .with_interrupter(interrupter)
        .with_training_strategy(TrainingStrategy::Custom(plan.clone()))
        .renderer(renderer)
        .num_epochs(recipe.training.epochs);

    let result = catch_unwind(AssertUnwindSafe(|| training.launch(learner)));
    let ending = plan.ending.lock().unwrap_or_else(PoisonError::into_inner).take();
    match (result, ending) {
        (Ok(result), Some(Ok(ending))) => Ok(outcome(result, &ending)),
        (_, Some(Err(error))) => Err(error),
        (Err(payload), _) => Err(panicked(payload.as_ref())),
        (Ok(_), None) => Err(TrainingError::Device("the loop ended without a word".to_owned())),
    }
}

/// Whether a recipe fits the data: what [`train`] would refuse before its first step.
pub fn check(recipe: &Recipe, source: &Arc<dyn Source>) -> Result<(), DataError> {
    recipe.data.normalize.tables(source.shape().channels)?;
    samples(recipe, source.as_ref()).map(|_| ())
}

/// Training and held-out samples; neither is empty where the recipe wants some, and each label stands for a class.
fn samples(recipe: &Recipe, source: &dyn Source) -> Result<(Vec<u32>, Vec<u32>), DataError> {
    check_labels(source, "the training samples")?;
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

/// Steps of an epoch of the training samples, as [`train`] makes them.
pub fn steps_per_epoch(recipe: &Recipe, source: &Arc<dyn Source>) -> Result<usize, DataError> {
    let (training, _) = samples(recipe, source.as_ref())?;
    Ok(training.len().div_ceil(recipe.data.batch_size))
}

/// The batches of the training samples, as [`train`] uses them.
pub fn training_batches(
    recipe: &Recipe,
    source: &Arc<dyn Source>,
    device: &Device,
) -> Result<Loader, DataError> {
    loaders(recipe, source, device).map(|(train, _)| train)
}

fn loaders(
    recipe: &Recipe,
    source: &Arc<dyn Source>,
    device: &Device,
) -> Result<(Loader, Option<Loader>), DataError> {
    let data = &recipe.data;
    let seed = recipe.training.seed;
    let (training, held_out) = samples(recipe, source.as_ref())?;
    let order = if data.shuffle { Order::Shuffled { seed } } else { Order::Sequential };
    let config = LoaderConfig {
        batch_size: data.batch_size,
        order,
        normalize: data.normalize.clone(),
        augment: data.augment.clone().map(|augment| (augment, seed)),
        workers: data.workers,
    };
    let train = Loader::new(Arc::clone(source), training, &config, device)?;
    if held_out.is_empty() {
        return Ok((train, None));
    }
    let shape = source.shape();
    let image = [shape.channels, shape.height, shape.width];
    let batch_size = recipe.model.inference_batch(image, source.classes().len(), data.batch_size);
    let config = LoaderConfig { batch_size, order: Order::Sequential, augment: None, ..config };
    let plain = device.clone().inner();
    Ok((train, Some(Loader::new(Arc::clone(source), held_out, &config, &plain)?)))
}

#[expect(clippy::cast_precision_loss, reason = "image counts are far below 2^53")]
fn outcome<M: ImageClassifier>(
    result: LearningResult<Classifier<M>>,
    ending: &Ending,
) -> Outcome<M> {
    Outcome {
        model: result.model.model,
        stopped: ending.stopped,
        epochs: ending.epochs,
        steps: ending.steps,
        best_epoch: ending.best.map(|best| best.epoch),
        best_step: ending.best.map(|best| best.step),
        train: ending.train,
        validation: ending.validation,
        seconds: ending.seconds,
        images_per_second: ending.images as f64 / ending.step_seconds.max(f64::MIN_POSITIVE),
        renderer: result.renderer,
    }
}

/// What Burn's threads leave behind when they die: the dashboard's kill key panics on purpose (burn-train 0.22.1,
/// renderer/tui/renderer.rs), everything else is the device's.
fn panicked(payload: &(dyn std::any::Any + Send)) -> TrainingError {
    let text = payload.downcast_ref::<&str>().map(ToString::to_string);
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
    let message = text.unwrap_or_else(|| "a thread panicked without a message".to_owned());
    if message.contains("Killing training") {
        TrainingError::Killed
    } else {
        TrainingError::Device(message)
    }
}
