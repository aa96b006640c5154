//! The training loop: forward, loss, backward, update, for each batch of each epoch.
//!
//! It stands inside burn-train as a `SupervisedLearningStrategy`. Burn's own strategies read every step's metrics from the
//! device, reshuffle by a generator with state, and end a run silently when data is missing; here a window
//! of steps is read at once, the order is a function of the seed, and missing data are an error.

use std::sync::Mutex;
use std::time::Instant;

use burn::data::dataloader::Progress;
use burn::lr_scheduler::module_lr_scheduler::ModuleLearningRate;
use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Device, Tensor, TensorReadError};
use burn::train::{
    EventProcessorTraining, InferenceStep, Interrupter, Learner, LearnerEvent,
    SupervisedLearningStrategy, SupervisedTrainingEventProcessor, TrainLoader, TrainingComponents,
    TrainingItem, ValidLoader,
};
use burnwright_data::Loader;
use burnwright_model::ImageClassifier;
use burnwright_random::{Purpose, Stream};
use burnwright_run::{Event, EventSink, SplitScore, StopReason};

use crate::classifier::{Classifier, Observation};
use crate::early_stopping::EarlyStopping;
use crate::window::{Reading, Window, ratio};
use crate::{TrainingConfig, TrainingError, clip_global_norm};

/// What the loop works on; fixed for a run.
pub(crate) struct Loop {
    pub(crate) train: Loader,
    pub(crate) validation: Option<Loader>,
    pub(crate) training: TrainingConfig,
    pub(crate) device: Device,
    pub(crate) parameters: usize,
    pub(crate) early_stopping: Option<EarlyStopping>,
    pub(crate) sinks: Mutex<Vec<Box<dyn EventSink>>>,
    pub(crate) ending: Mutex<Option<Result<Ending, TrainingError>>>,
}

/// How the loop ended.
#[derive(Clone, Debug)]
pub(crate) struct Ending {
    pub(crate) stopped: StopReason,
    pub(crate) epochs: usize,
    pub(crate) steps: usize,
    pub(crate) best_epoch: Option<usize>,
    pub(crate) train: Option<SplitScore>,
    pub(crate) validation: Option<SplitScore>,
    pub(crate) images: usize,
    pub(crate) step_seconds: f64,
    pub(crate) seconds: f64,
}

impl<M: ImageClassifier> SupervisedLearningStrategy<Classifier<M>> for Loop {
    fn fit(
        &self,
        components: TrainingComponents<Classifier<M>>,
        learner: Learner<Classifier<M>>,
        _train: TrainLoader<Classifier<M>>,
        _validation: ValidLoader<Classifier<M>>,
        _starting_epoch: usize,
    ) -> (Classifier<M>, SupervisedTrainingEventProcessor<Classifier<M>>) {
        let mut course = Course {
            plan: self,
            learner,
            best: None,
            early_stopping: self.early_stopping.clone(),
            processor: components.event_processor,
            interrupter: components.interrupter,
            begun: Instant::now(),
            step: 0,
            images: 0,
            step_seconds: 0.0,
        };
        let ending = course.run();
        if let Ok(mut slot) = self.ending.lock() {
            *slot = Some(ending);
        }
        let kept = course.best.map_or_else(|| course.learner.model(), |best| best.model);
        (kept, course.processor)
    }
}

/// One run of the loop.
struct Course<'a, M: ImageClassifier> {
    plan: &'a Loop,
    learner: Learner<Classifier<M>>,
    best: Option<Best<M>>,
    early_stopping: Option<EarlyStopping>,
    processor: SupervisedTrainingEventProcessor<Classifier<M>>,
    interrupter: Interrupter,
    begun: Instant,
    /// Steps made since the run began.
    step: usize,
    images: usize,
    step_seconds: f64,
}

/// The weights that early stopping keeps.
struct Best<M: ImageClassifier> {
    epoch: usize,
    score: SplitScore,
    model: Classifier<M>,
}

/// What an epoch's steps add up to.
#[derive(Default)]
struct Sums {
    loss: f64,
    correct: usize,
    samples: usize,
}

impl Sums {
    fn add(&mut self, reading: &Reading) {
        self.loss += reading.loss_sum;
        self.correct += reading.correct;
        self.samples += reading.samples;
    }

    #[expect(clippy::cast_precision_loss, reason = "sample counts are far below 2^53")]
    fn score(&self) -> SplitScore {
        SplitScore {
            loss: ratio(self.loss, self.samples),
            accuracy: ratio(self.correct as f64, self.samples),
        }
    }
}

impl<M: ImageClassifier> Course<'_, M> {
    fn run(&mut self) -> Result<Ending, TrainingError> {
        let epochs = self.plan.training.epochs;
        self.emit(&Event::TrainingStarted {
            epochs,
            steps_per_epoch: self.plan.train.batch_count(),
            samples: self.plan.train.sample_count(),
            parameters: self.plan.parameters,
        })?;
        let (mut finished, mut train, mut validation) = (0, None, None);
        let mut stopped = StopReason::Completed;
        for epoch in 1..=epochs {
            let (sums, seconds, mut stop) = self.train_epoch(epoch)?;
            train = (sums.samples > 0).then(|| sums.score()).or(train);
            let whole = sums.samples == self.plan.train.sample_count();
            if whole {
                validation = self.end_epoch(epoch, &sums, seconds)?;
                finished = epoch;
                stop = stop.or_else(|| self.reason_to_stop());
            }
            if let Some(reason) = stop
                && !(whole && epoch == epochs)
            {
                stopped = reason;
                break;
            }
        }
        let best = self.best.as_ref().filter(|best| best.epoch != finished);
        let best_epoch = best.map(|best| best.epoch);
        let validation = best.map_or(validation, |best| Some(best.score));
        self.check_weights()?;
        let step = self.step;
        self.emit(&Event::TrainingStopped { reason: stopped, epoch: finished, step, best_epoch })?;
        Ok(Ending {
            stopped,
            epochs: finished,
            steps: step,
            best_epoch,
            train,
            validation,
            images: self.images,
            step_seconds: self.step_seconds,
            seconds: self.begun.elapsed().as_secs_f64(),
        })
    }

    /// The steps of one epoch: their sums, their seconds, and what ended them before the last sample or with it.
    fn train_epoch(
        &mut self,
        epoch: usize,
    ) -> Result<(Sums, f64, Option<StopReason>), TrainingError> {
        self.emit(&Event::EpochStarted { epoch })?;
        let total_items = self.plan.train.sample_count();
        self.tell(LearnerEvent::StartSplit { epoch_number: epoch, total_items });
        let begun = Instant::now();
        let (mut sums, mut stop, mut window) = (Sums::default(), None, Window::open());
        for batch in self.plan.train.epoch(epoch) {
            self.make_step(batch?, &mut window);
            if window.is_due() {
                self.close_window(epoch, &mut window, &mut sums)?;
            }
            stop = self.reason_to_stop();
            if stop.is_some() {
                break;
            }
        }
        self.close_window(epoch, &mut window, &mut sums)?;
        let seconds = begun.elapsed().as_secs_f64();
        self.step_seconds += seconds;
        self.images += sums.samples;
        self.tell(LearnerEvent::EndSplit(epoch));
        Ok((sums, seconds, stop))
    }

    fn make_step(&mut self, batch: burnwright_data::Batch, window: &mut Window) {
        // Dropout draws from the device's generator: its values become a function of the step.
        let seed = Stream::new(self.plan.training.seed, Purpose::Step).bits(self.step as u64);
        self.plan.device.seed(seed);
        self.learner.lr_step();
        let output = self.learner.train_step(batch);
        let gradients = match self.plan.training.clip_global_norm {
            Some(norm) => clip_global_norm(&self.learner.model(), output.grads, norm),
            None => output.grads,
        };
        self.learner.optimizer_step(gradients);
        self.step += 1;
        if let Observation::Step(output) = output.item {
            window.push(output);
        }
    }

    fn reason_to_stop(&self) -> Option<StopReason> {
        if self.interrupter.should_stop() {
            Some(StopReason::Interrupted)
        } else if self.early_stopping.as_ref().is_some_and(EarlyStopping::is_over) {
            Some(StopReason::EarlyStopping)
        } else if self.plan.training.max_steps.is_some_and(|most| self.step >= most) {
            Some(StopReason::MaxSteps)
        } else {
            None
        }
    }

    /// Reads the window, guards against losses that are no numbers, and passes the reading on.
    fn close_window(
        &mut self,
        epoch: usize,
        window: &mut Window,
        sums: &mut Sums,
    ) -> Result<(), TrainingError> {
        if window.is_empty() {
            return Ok(());
        }
        let reading = window.read().map_err(device_error)?;
        if let Some(place) = reading.losses.iter().position(|loss| !loss.is_finite()) {
            return Err(TrainingError::NonFinite {
                loss: reading.losses[place],
                step: self.step - (reading.losses.len() - 1 - place),
                epoch,
                samples: window.samples_of(place),
            });
        }
        sums.add(&reading);
        let rate = self.learner.lr_current();
        self.emit(&Event::Window {
            epoch,
            step: self.step,
            samples: sums.samples,
            loss: reading.mean_loss(),
            losses: reading.losses.clone(),
            accuracy: reading.accuracy(),
            learning_rate: rate.base(),
            seconds: self.begun.elapsed().as_secs_f64(),
        })?;
        let progress = progress(sums.samples, self.plan.train.sample_count());
        let item = item(reading, progress, self.step, Some(rate));
        self.tell(LearnerEvent::ProcessedItem(item));
        *window = Window::open();
        Ok(())
    }

    /// Judges the epoch by the held-out samples and passes the scores on.
    fn end_epoch(
        &mut self,
        epoch: usize,
        sums: &Sums,
        seconds: f64,
    ) -> Result<Option<SplitScore>, TrainingError> {
        let validation = match &self.plan.validation {
            Some(loader) => self.validate(epoch, loader)?,
            None => None,
        };
        if let (Some(stopping), Some(score)) = (&mut self.early_stopping, validation)
            && stopping.observe(epoch, score)
        {
            self.best = Some(Best { epoch, score, model: self.learner.model() });
        }
        self.tell(LearnerEvent::EndEpoch(epoch));
        #[expect(clippy::cast_precision_loss, reason = "sample counts are far below 2^53")]
        let images_per_second = sums.samples as f64 / seconds.max(f64::MIN_POSITIVE);
        let (step, train) = (self.step, sums.score());
        self.emit(&Event::EpochEnded {
            epoch,
            step,
            train,
            validation,
            seconds,
            images_per_second,
        })?;
        Ok(validation)
    }

    /// The score of the held-out samples; none where a signal came first.
    fn validate(
        &mut self,
        epoch: usize,
        loader: &Loader,
    ) -> Result<Option<SplitScore>, TrainingError> {
        let total_items = loader.sample_count();
        self.tell_validation(LearnerEvent::StartSplit { epoch_number: epoch, total_items });
        let model = self.learner.model().valid();
        let (mut sums, mut window) = (Sums::default(), Window::open());
        let mut batches = loader.epoch(1).peekable();
        while let Some(batch) = batches.next() {
            if let Observation::Step(output) = InferenceStep::step(&model, batch?) {
                window.push(output);
            }
            if window.is_due() || batches.peek().is_none() {
                let reading = window.read().map_err(device_error)?;
                sums.add(&reading);
                let item = item(reading, progress(sums.samples, total_items), self.step, None);
                self.tell_validation(LearnerEvent::ProcessedItem(item));
                window = Window::open();
            }
            if self.interrupter.should_stop() {
                return Ok(None);
            }
        }
        self.tell_validation(LearnerEvent::EndSplit(epoch));
        let score = sums.score();
        if !score.loss.is_finite() {
            return Err(TrainingError::NonFiniteValidation { loss: score.loss, epoch });
        }
        Ok(Some(score))
    }

    /// The guard of the windows sees a broken weight in the loss of the next step; after the last step there is none.
    fn check_weights(&self) -> Result<(), TrainingError> {
        let mut check = FiniteCheck { sum: None };
        self.learner.model().visit(&mut check);
        let Some(sum) = check.sum else { return Ok(()) };
        let sum = sum.try_into_scalar::<f32>().map_err(device_error)?;
        if sum == 0.0 { Ok(()) } else { Err(TrainingError::NonFiniteWeights { step: self.step }) }
    }

    fn emit(&self, event: &Event) -> Result<(), TrainingError> {
        if let Ok(mut sinks) = self.plan.sinks.lock() {
            for sink in sinks.iter_mut() {
                sink.receive(event)?;
            }
        }
        Ok(())
    }

    /// Tells Burn's view; a failing view never stops training.
    fn tell(&mut self, event: LearnerEvent<Observation>) {
        let _ = self.processor.process_train(event);
    }

    fn tell_validation(&mut self, event: LearnerEvent<Observation>) {
        let _ = self.processor.process_valid(event);
    }
}

/// Adds up all weights times 0: 0, unless one is infinite or not a number.
struct FiniteCheck {
    sum: Option<Tensor<1>>,
}

impl ModuleVisitor for FiniteCheck {
    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        let zeros = parameter.val().inner().mul_scalar(0.0).sum(); // [1]
        self.sum = Some(match self.sum.take() {
            Some(sum) => sum + zeros,
            None => zeros,
        });
    }
}

fn progress(done: usize, total: usize) -> Progress {
    Progress::new(done, total, Some("images".to_owned()))
}

fn item(
    reading: Reading,
    progress: Progress,
    step: usize,
    rate: Option<ModuleLearningRate>,
) -> TrainingItem<Observation> {
    TrainingItem::new(Observation::Window(reading), progress, Some(step), rate)
}

#[expect(clippy::needless_pass_by_value, reason = "the form that map_err wants")]
fn device_error(error: TensorReadError) -> TrainingError {
    TrainingError::Device(error.to_string())
}
