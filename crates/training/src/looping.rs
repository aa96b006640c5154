//! The training loop: for each epoch, for each batch: forward, loss, backward, update.

mod epoch_end;
mod events;
mod saving;
mod training;
mod windows;

use burnwright_data::Assembly;
use burnwright_model::Model;
use burnwright_run::{Event, StopReason};

pub(crate) use self::training::{Best, Training};
use crate::TrainingError;
use crate::checkpointing::Durable;
use crate::early_stopping::EarlyStopping;
use crate::state::Position;
use crate::window::Window;

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
