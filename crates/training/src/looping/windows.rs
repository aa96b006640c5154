//! Steps are observed one by one and read together, once a window.

use burnwright_data::Assembly;
use burnwright_model::Model;
use burnwright_run::{Event, StepRecord};

use super::Training;
use crate::digest::weights_digest;
use crate::train_state::Observation;
use crate::window::{Reading, Window};
use crate::{TrainingError, error::device_error};

/// Steps between two digests of the weights in the record of the steps.
const DIGEST_EVERY: usize = 100;

impl<M: Model, A: Assembly<Input = M::Input>> Training<M, A> {
    /// Takes note of a step; nothing is read.
    pub(super) fn observe(&mut self, observation: Observation) {
        self.position.step = self.state.step;
        self.position.batch += 1;
        let is_digested = self.recorder.is_some() && self.state.step.is_multiple_of(DIGEST_EVERY);
        let digest = is_digested.then(|| weights_digest(&self.state.model.valid()));
        self.window.push(observation, digest);
    }

    /// Reads the window, guards against losses that are no numbers, and passes the reading on.
    pub(super) fn close_window(&mut self) -> Result<(), TrainingError> {
        if self.window.is_empty() {
            return Ok(());
        }
        let window = std::mem::replace(&mut self.window, Window::open());
        let reading = window.read(self.task.as_ref()).map_err(device_error)?;
        let epoch = self.position.epoch;
        let before = self.state.step - reading.losses.len();
        if let Some(place) = reading.losses.iter().position(|loss| !loss.is_finite()) {
            let (loss, samples) = (reading.losses[place], window.examples_of(place));
            return Err(TrainingError::NonFinite {
                loss,
                step: before + place + 1,
                epoch,
                samples,
            });
        }
        if let Some(recorder) = &mut self.recorder {
            recorder.append_steps(&step_records(&reading))?;
        }
        let seconds = window.age().as_secs_f64();
        self.position.add(&reading, seconds);
        let scores = reading.scores(self.task.as_ref());
        self.emit(&Event::Window {
            epoch,
            step: self.state.step,
            samples: self.position.sums.samples,
            scores,
            losses: reading.losses,
            learning_rate: self.state.schedule.at(self.state.step - 1),
            seconds: self.seconds(),
        })
    }

    /// Seconds of training, those before a restart included.
    pub(crate) fn seconds(&self) -> f64 {
        self.position.seconds + self.begun.elapsed().as_secs_f64()
    }
}

/// What is recorded of the steps of a window.
fn step_records(reading: &Reading) -> Vec<StepRecord> {
    let steps = reading.losses.iter().zip(&reading.batches).zip(&reading.digests);
    steps.map(|((&loss, &batch), &weights)| StepRecord { batch, loss, weights }).collect()
}
