//! Where training stands goes to whoever writes checkpoints, and comes back from there.

use burnwright_data::Assembly;
use burnwright_model::Model;

use super::{Best, Training};
use crate::checkpointing::{Checkpointing, Durable, Standing};
use crate::early_stopping::EarlyStopping;
use crate::error::device_error;
use crate::finite::is_finite;
use crate::records::{load_model, model_record};
use crate::resume::ResumePoint;
use crate::state::Position;
use crate::{TrainState, TrainingError};

impl<M: Model, A: Assembly<Input = M::Input>> Training<M, A> {
    /// Goes to where a checkpoint was made.
    pub(crate) fn at(self, from: ResumePoint) -> Result<Self, TrainingError> {
        let step = from.step();
        let wrong = |fault| TrainingError::CheckpointDoesNotFit { step, fault };
        let ResumePoint { state, records, best } = from;
        let parts = records.read(&self.state.model).map_err(wrong)?;
        let train_state: TrainState<M> = self.state.from_parts(parts, step).map_err(wrong)?;
        let watch = match (self.watch, &state.watch) {
            (Some(watch), Some(state)) => Some(watch.with_state(state)),
            (watch, _) => watch,
        };
        let best = match state.best {
            Some(best_state) => {
                let step = best_state.step;
                let wrong = |fault| TrainingError::CheckpointDoesNotFit { step, fault };
                let mut model = train_state.model.valid();
                if let Some(bytes) = &best {
                    let record = model_record(bytes, state.schema, &model).map_err(wrong)?;
                    model = load_model(model, record).map_err(wrong)?;
                }
                Some(Best { state: best_state, model })
            }
            None => None,
        };
        Ok(Self { state: train_state, watch, best, position: state.position, ..self })
    }

    /// Saves the run where it stands, unless it was saved there.
    pub(crate) fn save(&mut self, durable: Durable) -> Result<(), TrainingError> {
        let Some(mut recorder) = self.recorder.take() else { return Ok(()) };
        let result = self.save_with(&mut recorder, durable);
        self.recorder = Some(recorder);
        result
    }

    fn save_with(
        &self,
        recorder: &mut Checkpointing,
        durable: Durable,
    ) -> Result<(), TrainingError> {
        if recorder.must_put_off(durable)? {
            return Ok(());
        }
        if !recorder.is_saved(&self.position) {
            // No checkpoint ever holds weights that are no numbers.
            self.check_weights()?;
            let position = Position { seconds: self.seconds(), ..self.position.clone() };
            let best_weights = self
                .other_best()
                .map(|best| best.model.clone().into_record().into_bytes())
                .transpose()
                .map_err(|error| TrainingError::Snapshot(error.to_string()))?
                .map(|bytes| bytes.to_vec());
            let standing = Standing {
                position,
                watch: self.watch.as_ref().map(EarlyStopping::state),
                best: self.best.as_ref().map(|best| best.state.clone()),
                best_weights,
            };
            recorder.save(self.state.to_parts(), standing)?;
        }
        if durable == Durable::Now { recorder.wait() } else { Ok(()) }
    }

    /// The best weights, where they are kept and are not those of the last step.
    pub(crate) fn other_best(&self) -> Option<&Best<M>> {
        let best = self.best.as_ref().filter(|_| self.keeps_best);
        best.filter(|best| best.state.step != self.state.step)
    }

    /// The guard of the windows sees a broken weight in the loss of the next step; after the last step there is none.
    pub(crate) fn check_weights(&self) -> Result<(), TrainingError> {
        if is_finite(&self.state.model).map_err(device_error)? {
            return Ok(());
        }
        Err(TrainingError::NonFiniteWeights { step: self.state.step })
    }
}
