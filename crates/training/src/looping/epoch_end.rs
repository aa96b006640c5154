//! The end of an epoch: judged by the held-out samples, written down, and on to the next.

use burnwright_data::Assembly;
use burnwright_model::Model;
use burnwright_run::{Event, Scores};
use burnwright_task::judge;

use super::{Best, Training};
use crate::TrainingError;
use crate::checkpointing::{Checkpointing, Durable};
use crate::state::{BestState, Position, Sums};

impl<M: Model, A: Assembly<Input = M::Input>> Training<M, A> {
    /// Judges the epoch by the held-out samples, passes the scores on, and goes to the next. False where a signal came first: the
    /// epoch is then not over.
    pub(super) fn end_epoch(&mut self) -> Result<bool, TrainingError> {
        let epoch = self.position.epoch;
        let validation = match self.judge_held_out()? {
            Judged::Scores(scores) => Some(scores),
            Judged::NoSamples => None,
            Judged::Interrupted => return Ok(false),
        };
        let improved = match (&mut self.watch, &validation) {
            (Some(watch), Some(scores)) => watch.observe(epoch, scores).then_some(scores),
            _ => None,
        };
        let is_best = improved.is_some();
        if let Some(scores) = improved {
            let state = BestState { epoch, step: self.state.step, score: scores.into() };
            self.best = Some(Best { state, model: self.state.model.valid() });
        }
        let Position { step, sums, epoch_seconds: seconds, .. } = self.position.clone();
        #[expect(clippy::cast_precision_loss, reason = "sample counts are far below 2^53")]
        let images_per_second = sums.samples as f64 / seconds.max(f64::MIN_POSITIVE);
        let train = sums.scores(self.task.as_ref());
        self.position = Position {
            epoch: epoch + 1,
            batch: 0,
            sums: Sums::default(),
            epoch_seconds: 0.0,
            finished: epoch,
            train: Some((&train).into()),
            validation: validation.as_ref().map(Into::into),
            ..self.position.clone()
        };
        self.emit(&Event::EpochEnded {
            epoch,
            step,
            train,
            validation,
            seconds,
            images_per_second,
        })?;
        if is_best || self.recorder.as_ref().is_some_and(Checkpointing::at_epochs) {
            self.save(Durable::Soon)?;
        }
        Ok(true)
    }

    fn judge_held_out(&self) -> Result<Judged, TrainingError> {
        let Some(loader) = &self.validation else { return Ok(Judged::NoSamples) };
        let (epoch, model) = (self.position.epoch, self.state.model.valid());
        let goes_on = |_| !self.interrupter.should_stop();
        let judged = judge(&model, loader, self.task.as_ref(), goes_on)?;
        let Some(predictions) = judged else { return Ok(Judged::Interrupted) };
        let scores =
            predictions.scores().expect("held-out samples are there, or there is no loader");
        let loss = scores.loss();
        if !loss.is_finite() {
            return Err(TrainingError::NonFiniteValidation { loss, epoch });
        }
        Ok(Judged::Scores(scores))
    }
}

/// What the held-out samples said.
enum Judged {
    Scores(Scores),
    NoSamples,
    /// A signal came first.
    Interrupted,
}
