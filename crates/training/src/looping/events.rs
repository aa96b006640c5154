//! What happens in training is told to the run's own log first, then to all who want to know.

use burn::module::Module;
use burnwright_data::Assembly;
use burnwright_model::Model;
use burnwright_run::{Event, Machine, StopReason};

use super::Training;
use crate::TrainingError;

impl<M: Model, A: Assembly<Input = M::Input>> Training<M, A> {
    pub(super) fn emit(&mut self, event: &Event) -> Result<(), TrainingError> {
        if let Some(recorder) = &mut self.recorder {
            recorder.receive(event)?;
        }
        self.sinks.iter_mut().try_for_each(|sink| Ok(sink.receive(event)?))
    }

    pub(crate) fn emit_start(&mut self) -> Result<(), TrainingError> {
        self.emit(&Event::TrainingStarted {
            epochs: self.config.epochs,
            steps_per_epoch: self.train.batch_count(),
            samples: self.train.sample_count(),
            parameters: Module::num_params(&self.state.model),
            metrics: self.task.metrics(),
        })
    }

    pub(crate) fn emit_stop(&mut self, reason: StopReason) -> Result<(), TrainingError> {
        let best_epoch = self.other_best().map(|best| best.state.epoch);
        let (epoch, step) = (self.position.finished, self.state.step);
        self.emit(&Event::TrainingStopped { reason, epoch, step, best_epoch })
    }

    pub(crate) fn emit_resumption(&mut self, machine: Machine) -> Result<(), TrainingError> {
        self.emit(&Event::TrainingResumed {
            epochs: self.config.epochs,
            steps_per_epoch: self.train.batch_count(),
            samples: self.train.sample_count(),
            step: self.state.step,
            epoch: self.position.epoch,
            machine,
            metrics: self.task.metrics(),
        })
    }
}
