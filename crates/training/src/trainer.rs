//! From a job to an outcome: the one way in.

use std::sync::Arc;
use std::time::Instant;

use burn::optim::ModuleOptimizer;
use burn::tensor::{Device, Tensor};
use burn::train::Interrupter;
use burnwright_data::{Assembly, Loader, Pictures, Source};
use burnwright_model::{Architecture, Model};
use burnwright_run::{EventSink, Scores, StopReason};
use burnwright_task::Task;

use crate::checkpointing::{Checkpointing, Durable};
use crate::early_stopping::EarlyStopping;
use crate::looping::Training;
use crate::state::Position;
use crate::window::Window;
use crate::{Recipe, Recording, ResumePoint, TrainState, TrainingError, feed};

/// Everything that training needs.
pub struct Job<M: Model, A: Assembly<Input = M::Input> = Pictures> {
    /// The model with its initial weights, on `device`.
    pub model: M,
    /// All settings but those of the model, which is there.
    pub recipe: Recipe<()>,
    /// What is learned.
    pub task: Arc<dyn Task>,
    /// The batches of the training samples, on `device`.
    pub train: Loader<A>,
    /// The batches of the held-out samples, on the same device without autodiff; none, if none are held out.
    pub validation: Option<Loader<A>>,
    /// Where the model lives, with autodiff.
    pub device: Device,
    /// An optimizer in place of the recipe's; its learning rates are still the recipe's.
    pub optimizer: Option<ModuleOptimizer>,
    /// Where the run is written down, and where it goes on; nowhere, if left out.
    pub recording: Option<Recording>,
    /// Who is told what happens.
    pub sinks: Vec<Box<dyn EventSink>>,
    /// The wire by which training is asked to stop.
    pub interrupter: Interrupter,
}

impl<M: Model<Input = Tensor<4>>> Job<M> {
    /// A job of learning the images of a source, that nobody watches and nobody stops. What is held out for validation is taken from
    /// the source.
    pub fn new<R: Architecture>(
        model: M,
        recipe: Recipe<R>,
        source: &Arc<dyn Source>,
        device: Device,
    ) -> Result<Self, TrainingError> {
        let (preprocess, task) = feed::preprocess_and_task(&recipe, source.as_ref())?;
        let (train, validation) = feed::loaders(&recipe, source, &preprocess, &device)?;
        Ok(Self::of_loaders(model, recipe, task, (train, validation), device))
    }
}

impl<M: Model, A: Assembly<Input = M::Input>> Job<M, A> {
    /// A job of learning a task from the batches of loaders: those of the training samples, and those that are held out.
    pub fn of_loaders<R>(
        model: M,
        recipe: Recipe<R>,
        task: Arc<dyn Task>,
        (train, validation): (Loader<A>, Option<Loader<A>>),
        device: Device,
    ) -> Self {
        Self {
            model,
            recipe: recipe.with_model(()),
            task,
            train,
            validation,
            device,
            optimizer: None,
            recording: None,
            sinks: Vec::new(),
            interrupter: Interrupter::new(),
        }
    }

    fn into_training(self) -> Training<M, A> {
        let Self {
            model,
            recipe,
            task,
            train,
            validation,
            device,
            optimizer,
            sinks,
            interrupter,
            ..
        } = self;
        let schedule = recipe.planned_schedule(train.batch_count());
        let keeps_best = recipe.early_stopping.is_some();
        let watch = match recipe.early_stopping {
            Some(config) => Some(EarlyStopping::new(config, &task.metrics())),
            None => validation.is_some().then(EarlyStopping::watching),
        };
        Training {
            state: TrainState {
                model,
                optimizer: optimizer.unwrap_or_else(|| recipe.optimizer.init(&device)),
                schedule,
                step: 0,
                clip_global_norm: recipe.training.clip_global_norm,
                seed: recipe.training.seed,
                device,
            },
            task,
            train,
            validation,
            config: recipe.training,
            position: Position { epoch: 1, ..Position::default() },
            window: Window::open(),
            keeps_best,
            watch,
            best: None,
            recorder: None,
            sinks,
            interrupter,
            begun: Instant::now(),
        }
    }
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
    pub train: Option<Scores>,
    /// The held-out samples, with the kept weights, as they were judged at the end of an epoch; none where training stopped inside an
    /// epoch with weights that nothing has judged.
    pub validation: Option<Scores>,
    /// Seconds of all epochs, validation included.
    pub seconds: f64,
    /// Training images a second, validation left out.
    pub images_per_second: f64,
}

/// Trains a model as the recipe says.
///
/// Burn's generator, from which dropout draws, is one for the whole process: of two trainings with dropout in one process at the same
/// time, neither repeats to the bit.
pub fn train<M: Model, A: Assembly<Input = M::Input>>(
    mut job: Job<M, A>,
) -> Result<Outcome<M>, TrainingError> {
    let (recording, config) = (job.recording.take(), job.recipe.checkpoint.clone());
    let mut training = job.into_training();
    match recording {
        None => training.emit_start()?,
        Some(mut recording) => {
            let (from, machine) = (recording.from.take(), recording.machine.clone());
            let saved = from.as_ref().map(ResumePoint::moment);
            training.recorder = Some(Checkpointing::new(recording, config, saved)?);
            match from {
                None => training.emit_start()?,
                Some(from) => {
                    training = training.at(from)?;
                    training.emit_resumption(machine)?;
                }
            }
        }
    }
    let stopped = training.run()?;
    training.check_weights()?;
    training.save(Durable::Now)?;
    training.emit_stop(stopped)?;
    Ok(outcome(training, stopped))
}

#[expect(clippy::cast_precision_loss, reason = "image counts are far below 2^53")]
fn outcome<M: Model, A: Assembly<Input = M::Input>>(
    mut training: Training<M, A>,
    stopped: StopReason,
) -> Outcome<M> {
    let seconds = training.seconds();
    let is_other = training.other_best().is_some();
    let best = training.best.take().filter(|_| is_other);
    let Position { finished, step, images, step_seconds, sums, train, validation, .. } =
        training.position;
    let of_epoch = (sums.samples > 0).then(|| sums.scores(training.task.as_ref()));
    // Inside an epoch, what the held-out samples said after the one before is said of other weights.
    let newest = validation.filter(|_| sums.samples == 0).as_ref().map(Scores::from);
    let (best, kept) = match best {
        Some(best) => (Some(best.state), best.model),
        None => (None, training.state.model.valid()),
    };
    Outcome {
        model: kept,
        stopped,
        epochs: finished,
        steps: step,
        best_epoch: best.as_ref().map(|best| best.epoch),
        best_step: best.as_ref().map(|best| best.step),
        train: of_epoch.or(train.as_ref().map(Scores::from)),
        validation: best.as_ref().map_or(newest, |best| Some(Scores::from(&best.score))),
        seconds,
        images_per_second: images as f64 / step_seconds.max(f64::MIN_POSITIVE),
    }
}
