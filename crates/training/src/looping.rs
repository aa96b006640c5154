//! The training loop: for each epoch, for each batch: forward, loss, backward, update.

mod epoch_end;
mod events;
mod saving;
mod windows;

use std::sync::Arc;
use std::time::Instant;

use burn::train::Interrupter;
use burnwright_data::{Assembly, Loader};
use burnwright_model::Model;
use burnwright_run::{Event, EventSink, StopReason};
use burnwright_task::Task;

use crate::checkpointing::{Checkpointing, Durable};
use crate::early_stopping::EarlyStopping;
use crate::state::{BestState, Position};
use crate::window::Window;
use crate::{TrainState, TrainingConfig, TrainingError};

/// A model in training, and all that follows it.
pub(crate) struct Training<M: Model, A: Assembly<Input = M::Input>> {
    pub(crate) state: TrainState<M>,
    pub(crate) task: Arc<dyn Task>,
    pub(crate) train: Loader<A>,
    pub(crate) validation: Option<Loader<A>>,
    pub(crate) config: TrainingConfig,
    /// Where training stands.
    pub(crate) position: Position,
    /// The steps that have not been read.
    pub(crate) window: Window,
    /// Follows the validation samples, where there are some.
    pub(crate) watch: Option<EarlyStopping>,
    pub(crate) best: Option<Best<M>>,
    /// Whether the best weights are kept in place of the last.
    pub(crate) keeps_best: bool,
    pub(crate) recorder: Option<Checkpointing>,
    pub(crate) sinks: Vec<Box<dyn EventSink>>,
    pub(crate) interrupter: Interrupter,
    pub(crate) begun: Instant,
}

/// The best weights so far.
pub(crate) struct Best<M> {
    pub(crate) state: BestState,
    /// Without gradients and with running statistics of its own: those of a clone are shared.
    pub(crate) model: M,
}

impl<M: Model, A: Assembly<Input = M::Input>> Training<M, A> {
    /// Trains from where the state stands; says why it stopped.
    pub(crate) fn run(&mut self) -> Result<StopReason, TrainingError> {
        while self.position.epoch <= self.config.epochs {
            if let Some(reason) = self.train_epoch()? {
                return Ok(reason);
            }
            if !self.end_epoch()? {
                return Ok(StopReason::Interrupted);
            }
        }
        Ok(StopReason::Completed)
    }

    /// The steps of the epoch that are left; what ended them before the last sample, if anything.
    fn train_epoch(&mut self) -> Result<Option<StopReason>, TrainingError> {
        let Position { epoch, batch, .. } = self.position;
        if batch == 0 {
            if let Some(reason) = self.reason_to_stop() {
                return Ok(Some(reason));
            }
            self.emit(&Event::EpochStarted { epoch })?;
        }
        self.window = Window::open();
        for batch in self.train.epoch_from(epoch, batch) {
            if let Some(reason) = self.reason_to_stop() {
                self.close_window()?;
                return Ok(Some(reason));
            }
            let observation = self.state.step(batch?, self.task.as_ref());
            self.observe(observation);
            let due = self.checkpoint_due()?;
            if due.is_some() || self.window.is_due() {
                self.close_window()?;
            }
            if let Some(durable) = due {
                self.save(durable)?;
            }
        }
        self.close_window()?;
        Ok(None)
    }

    fn reason_to_stop(&self) -> Option<StopReason> {
        if self.interrupter.should_stop() {
            Some(StopReason::Interrupted)
        } else if self.watch.as_ref().is_some_and(EarlyStopping::is_over) {
            Some(StopReason::EarlyStopping)
        } else if self.config.max_steps.is_some_and(|most| self.state.step >= most) {
            Some(StopReason::MaxSteps)
        } else {
            None
        }
    }

    fn checkpoint_due(&mut self) -> Result<Option<Durable>, TrainingError> {
        let step = self.state.step;
        self.recorder.as_mut().map_or(Ok(None), |recorder| recorder.due(step))
    }
}
