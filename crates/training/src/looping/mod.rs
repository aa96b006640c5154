//! The training loop: forward, loss, backward, update, for each batch of each epoch.
//!
//! It stands inside burn-train as a `SupervisedLearningStrategy`. Burn's own strategies read every step's metrics from the
//! device, reshuffle by a generator with state, and end a run silently when data is missing; here a window
//! of steps is read at once, the order is a function of the seed, and missing data are an error.

mod epoch_end;
mod saving;

use std::sync::{Arc, Mutex};
use std::time::Instant;

use burn::data::dataloader::Progress;
use burn::lr_scheduler::module_lr_scheduler::ModuleLearningRate;
use burn::module::Module;
use burn::tensor::{Device, TensorReadError};
use burn::train::metric::store::EventStoreClient;
use burn::train::{
    EventProcessorTraining, Interrupter, Learner, LearnerEvent, SupervisedLearningStrategy,
    SupervisedTrainingEventProcessor, TrainLoader, TrainingComponents, TrainingItem, ValidLoader,
};
use burnwright_data::Loader;
use burnwright_model::ImageClassifier;
use burnwright_random::{Purpose, Stream};
use burnwright_run::{Event, EventSink, SplitScore, StepRecord, StopReason};

use crate::checkpointing::{Checkpointing, Durable};
use crate::classifier::{Classifier, Observation};
use crate::digest::weights_digest;
use crate::early_stopping::EarlyStopping;
use crate::records::model_record;
use crate::resume::ResumePoint;
use crate::state::{BestState, Position};
use crate::trainer::Recording;
use crate::window::{Reading, Window};
use crate::{CheckpointConfig, TrainingConfig, TrainingError, clip_global_norm};

/// Steps between two digests of the weights in the record of the steps.
const DIGEST_EVERY: usize = 100;

/// Why a lock of the loop is never poisoned when it is taken.
const UNBROKEN: &str = "a panic in the loop, a sink's included, ends the loop";

/// What the loop works on; fixed for a run.
pub(crate) struct Loop {
    pub(crate) train: Loader,
    pub(crate) validation: Option<Loader>,
    pub(crate) training: TrainingConfig,
    pub(crate) checkpoint: CheckpointConfig,
    pub(crate) device: Device,
    pub(crate) parameters: usize,
    /// Follows the validation samples, where there are some.
    pub(crate) watch: Option<EarlyStopping>,
    /// Whether the best weights are kept in place of the last.
    pub(crate) keeps_best: bool,
    /// Where the run is written down; taken by the loop.
    pub(crate) recording: Mutex<Option<Recording>>,
    pub(crate) sinks: Mutex<Vec<Box<dyn EventSink>>>,
    pub(crate) ending: Mutex<Option<Result<Ending, TrainingError>>>,
}

/// How the loop ended.
#[derive(Clone, Debug)]
pub(crate) struct Ending {
    pub(crate) stopped: StopReason,
    pub(crate) epochs: usize,
    pub(crate) steps: usize,
    pub(crate) best: Option<BestState>,
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
        let recording = self.recording.lock().expect(UNBROKEN).take();
        let mut course = Course {
            plan: self,
            learner,
            best: None,
            watch: self.watch.clone(),
            processor: components.event_processor,
            interrupter: components.interrupter,
            store: components.event_store,
            begun: Instant::now(),
            position: Position { epoch: 1, ..Position::default() },
            window: Window::open(),
            digests: Vec::new(),
            recorder: None,
        };
        let ending = course.take_up(recording).and_then(|()| course.run());
        *self.ending.lock().expect(UNBROKEN) = Some(ending);
        let kept = course.best.filter(|_| self.keeps_best).map(|best| best.model);
        (kept.unwrap_or_else(|| course.learner.model()), course.processor)
    }
}

/// One run of the loop.
struct Course<'a, M: ImageClassifier> {
    plan: &'a Loop,
    learner: Learner<Classifier<M>>,
    best: Option<Best<M>>,
    watch: Option<EarlyStopping>,
    processor: SupervisedTrainingEventProcessor<Classifier<M>>,
    interrupter: Interrupter,
    store: Arc<EventStoreClient>,
    begun: Instant,
    position: Position,
    /// The steps that have not been read.
    window: Window,
    /// Steps of the window after which the weights were hashed, and the hashes.
    digests: Vec<(usize, u64)>,
    recorder: Option<Checkpointing<M>>,
}

/// The best weights so far.
struct Best<M: ImageClassifier> {
    state: BestState,
    /// Without gradients and with running statistics of its own: those of a clone are shared.
    model: Classifier<M>,
}

impl<M: ImageClassifier> Course<'_, M> {
    /// Goes to where the recording was left, if it was.
    fn take_up(&mut self, recording: Option<Recording>) -> Result<(), TrainingError> {
        let Some(recording) = recording else { return self.emit_start() };
        let (from, machine) = (recording.from.clone(), recording.machine.clone());
        self.recorder = Some(Checkpointing::new(recording, self.plan.checkpoint.clone())?);
        let Some(ResumePoint { state, best, .. }) = from else { return self.emit_start() };
        if let (Some(watch), Some(state)) = (self.watch.take(), &state.watch) {
            self.watch = Some(watch.with_state(state));
        }
        if let Some(best_state) = state.best {
            let mut model = self.learner.model().valid();
            if let Some(bytes) = &best {
                let step = best_state.step;
                let wrong = |fault| TrainingError::CheckpointDoesNotFit { step, fault };
                let record = model_record(bytes).map_err(wrong)?;
                model = model.try_load_record(record).map_err(|e| wrong(e.to_string()))?;
            }
            self.best = Some(Best { state: best_state, model });
        }
        self.position = state.position;
        self.emit(&Event::TrainingResumed {
            epochs: self.plan.training.epochs,
            steps_per_epoch: self.plan.train.batch_count(),
            step: self.position.step,
            epoch: self.position.epoch,
            machine,
        })
    }

    fn emit_start(&mut self) -> Result<(), TrainingError> {
        self.emit(&Event::TrainingStarted {
            epochs: self.plan.training.epochs,
            steps_per_epoch: self.plan.train.batch_count(),
            samples: self.plan.train.sample_count(),
            parameters: self.plan.parameters,
        })
    }

    fn run(&mut self) -> Result<Ending, TrainingError> {
        let epochs = self.plan.training.epochs;
        let mut stopped = StopReason::Completed;
        while self.position.epoch <= epochs {
            let at_start = self.position.batch == 0;
            if let Some(reason) = self.reason_to_stop().filter(|_| at_start) {
                stopped = reason;
                break;
            }
            let mut stop = self.train_epoch()?;
            if self.position.sums.samples == self.plan.train.sample_count() {
                stop = (!self.end_epoch()?).then_some(StopReason::Interrupted);
            }
            if let Some(reason) = stop {
                stopped = reason;
                break;
            }
        }
        self.check_weights()?;
        self.save(Durable::Now)?;
        let ending = self.ending(stopped);
        self.emit(&Event::TrainingStopped {
            reason: stopped,
            epoch: ending.epochs,
            step: ending.steps,
            best_epoch: ending.best.map(|best| best.epoch),
        })?;
        Ok(ending)
    }

    fn ending(&self, stopped: StopReason) -> Ending {
        let Position { finished, step, images, step_seconds, sums, .. } = self.position;
        let best = self.other_best().map(|best| best.state);
        let of_epoch = (sums.samples > 0).then(|| sums.score());
        // Inside an epoch, what the held-out samples said after the one before is said of other weights.
        let newest = self.position.validation.filter(|_| sums.samples == 0).map(SplitScore::from);
        Ending {
            stopped,
            epochs: finished,
            steps: step,
            best,
            train: of_epoch.or(self.position.train.map(SplitScore::from)),
            validation: best.map_or(newest, |best| Some(best.score.into())),
            images,
            step_seconds,
            seconds: self.seconds(),
        }
    }

    /// The best weights, where they are kept and are not those of the last step.
    fn other_best(&self) -> Option<&Best<M>> {
        let best = self.best.as_ref().filter(|_| self.plan.keeps_best);
        best.filter(|best| best.state.step != self.position.step)
    }

    /// Seconds of training, those before a restart included.
    fn seconds(&self) -> f64 {
        self.position.seconds + self.begun.elapsed().as_secs_f64()
    }

    /// The steps of the epoch that are left; what ended them before the last sample, if anything.
    fn train_epoch(&mut self) -> Result<Option<StopReason>, TrainingError> {
        let epoch = self.position.epoch;
        if self.position.batch == 0 {
            self.emit(&Event::EpochStarted { epoch })?;
        }
        let total_items = self.plan.train.sample_count();
        self.tell(LearnerEvent::StartSplit { epoch_number: epoch, total_items });
        self.window = Window::open();
        let mut batches = self.plan.train.epoch_from(epoch, self.position.batch);
        let stop = loop {
            if let Some(reason) = self.reason_to_stop() {
                break Some(reason);
            }
            let Some(batch) = batches.next() else { break None };
            self.make_step(batch?);
            let step = self.position.step;
            let due = self.recorder.as_mut().map_or(Ok(None), |recorder| recorder.due(step))?;
            if due.is_some() || self.window.is_due() {
                self.close_window()?;
            }
            if let Some(durable) = due {
                self.save(durable)?;
            }
        };
        self.close_window()?;
        self.tell(LearnerEvent::EndSplit(epoch));
        Ok(stop)
    }

    fn make_step(&mut self, batch: burnwright_data::Batch) {
        // Dropout draws from the device's generator: its values become a function of the step.
        let stream = Stream::new(self.plan.training.seed, Purpose::Step);
        self.plan.device.seed(stream.bits(self.position.step as u64));
        self.learner.lr_step();
        let output = self.learner.train_step(batch);
        let gradients = match self.plan.training.clip_global_norm {
            Some(norm) => clip_global_norm(&self.learner.model(), output.grads, norm),
            None => output.grads,
        };
        self.learner.optimizer_step(gradients);
        self.position.step += 1;
        self.position.batch += 1;
        if let Observation::Step(output) = output.item {
            self.window.push(output);
        }
        if self.recorder.is_some() && self.position.step.is_multiple_of(DIGEST_EVERY) {
            self.digests.push((self.position.step, weights_digest(&self.learner.model().valid())));
        }
    }

    fn reason_to_stop(&self) -> Option<StopReason> {
        if self.interrupter.should_stop() {
            Some(StopReason::Interrupted)
        } else if self.watch.as_ref().is_some_and(EarlyStopping::is_over) {
            Some(StopReason::EarlyStopping)
        } else if self.plan.training.max_steps.is_some_and(|most| self.position.step >= most) {
            Some(StopReason::MaxSteps)
        } else {
            None
        }
    }

    /// Reads the window, guards against losses that are no numbers, and passes the reading on.
    fn close_window(&mut self) -> Result<(), TrainingError> {
        if self.window.is_empty() {
            return Ok(());
        }
        let reading = self.window.read().map_err(device_error)?;
        let Position { step, epoch, .. } = self.position;
        let before = step - reading.losses.len();
        if let Some(place) = reading.losses.iter().position(|loss| !loss.is_finite()) {
            return Err(TrainingError::NonFinite {
                loss: reading.losses[place],
                step: before + place + 1,
                epoch,
                samples: self.window.samples_of(place),
            });
        }
        if let Some(recorder) = &mut self.recorder {
            recorder.append_steps(&step_records(&reading, before, &self.digests))?;
        }
        self.digests.clear();
        let seconds = self.window.age().as_secs_f64();
        self.window = Window::open();
        self.position.sums.add(&reading);
        self.position.images += reading.samples;
        self.position.epoch_seconds += seconds;
        self.position.step_seconds += seconds;
        let samples = self.position.sums.samples;
        let rate = self.learner.lr_current();
        self.emit(&Event::Window {
            epoch,
            step,
            samples,
            loss: reading.mean_loss(),
            losses: reading.losses.clone(),
            accuracy: reading.accuracy(),
            learning_rate: rate.base(),
            seconds: self.seconds(),
        })?;
        let progress = progress(samples, self.plan.train.sample_count());
        let item = item(reading, progress, step, Some(rate));
        self.tell(LearnerEvent::ProcessedItem(item));
        Ok(())
    }

    fn emit(&mut self, event: &Event) -> Result<(), TrainingError> {
        if let Some(recorder) = &mut self.recorder {
            recorder.receive(event)?;
        }
        let mut sinks = self.plan.sinks.lock().expect(UNBROKEN);
        sinks.iter_mut().try_for_each(|sink| Ok(sink.receive(event)?))
    }

    /// Tells Burn's view; a failing view never stops training.
    fn tell(&mut self, event: LearnerEvent<Observation>) {
        let _ = self.processor.process_train(event);
    }

    fn tell_validation(&mut self, event: LearnerEvent<Observation>) {
        let _ = self.processor.process_valid(event);
    }
}

/// What is recorded of the steps of a window; `before` were made before it.
fn step_records(reading: &Reading, before: usize, digests: &[(usize, u64)]) -> Vec<StepRecord> {
    let steps = reading.losses.iter().zip(&reading.batches).zip(before + 1..);
    let digest = |step| digests.iter().find(|(at, _)| *at == step).map(|(_, digest)| *digest);
    steps.map(|((&loss, &batch), step)| StepRecord { batch, loss, weights: digest(step) }).collect()
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
