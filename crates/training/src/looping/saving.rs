//! The state of the loop goes to whoever writes checkpoints.

use burn::module::Module;
use burnwright_model::ImageClassifier;

use super::{Course, device_error};
use crate::TrainingError;
use crate::checkpointing::{Checkpointing, Durable, Standing};
use crate::early_stopping::EarlyStopping;
use crate::finite::is_finite;
use crate::state::Position;

impl<M: ImageClassifier> Course<'_, M> {
    /// Saves the run where it stands, unless it was saved there.
    pub(super) fn save(&mut self, durable: Durable) -> Result<(), TrainingError> {
        let Some(mut recorder) = self.recorder.take() else { return Ok(()) };
        let result = self.save_with(&mut recorder, durable);
        self.recorder = Some(recorder);
        result
    }

    fn save_with(
        &self,
        recorder: &mut Checkpointing<M>,
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
                best: self.best.as_ref().map(|best| best.state),
                best_weights,
            };
            recorder.save(&self.learner, standing, &self.store)?;
        }
        if durable == Durable::Now { recorder.wait() } else { Ok(()) }
    }

    /// The guard of the windows sees a broken weight in the loss of the next step; after the last step there is none.
    pub(super) fn check_weights(&self) -> Result<(), TrainingError> {
        if is_finite(&self.learner.model()).map_err(device_error)? {
            return Ok(());
        }
        Err(TrainingError::NonFiniteWeights { step: self.position.step })
    }
}
