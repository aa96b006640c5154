//! The end of an epoch: judged by the held-out samples, written down, and on to the next.

use burn::module::Module;
use burn::train::{InferenceStep, LearnerEvent};
use burnwright_data::Loader;
use burnwright_model::ImageClassifier;
use burnwright_run::{Event, SplitScore};

use super::{Best, Course, device_error, item, progress};
use crate::TrainingError;
use crate::checkpointing::{Checkpointing, Durable};
use crate::classifier::Observation;
use crate::state::{BestState, Position, Sums};
use crate::window::Window;

impl<M: ImageClassifier> Course<'_, M> {
    /// Judges the epoch by the held-out samples, passes the scores on, and goes to the next. False where a signal came first: the
    /// epoch is then not over.
    pub(super) fn end_epoch(&mut self) -> Result<bool, TrainingError> {
        let epoch = self.position.epoch;
        let validation = match &self.plan.validation {
            Some(loader) => match self.validate(epoch, loader)? {
                Some(score) => Some(score),
                None => return Ok(false),
            },
            None => None,
        };
        let improved = match (&mut self.watch, validation) {
            (Some(watch), Some(score)) => watch.observe(epoch, score).then_some(score),
            _ => None,
        };
        if let Some(score) = improved {
            let state = BestState { epoch, step: self.position.step, score: score.into() };
            self.best = Some(Best { state, model: self.learner.model().valid() });
        }
        self.tell(LearnerEvent::EndEpoch(epoch));
        let Position { step, sums, epoch_seconds: seconds, .. } = self.position;
        #[expect(clippy::cast_precision_loss, reason = "sample counts are far below 2^53")]
        let images_per_second = sums.samples as f64 / seconds.max(f64::MIN_POSITIVE);
        let train = sums.score();
        self.emit(&Event::EpochEnded {
            epoch,
            step,
            train,
            validation,
            seconds,
            images_per_second,
        })?;
        self.position = Position {
            epoch: epoch + 1,
            batch: 0,
            sums: Sums::default(),
            epoch_seconds: 0.0,
            finished: epoch,
            train: Some(train.into()),
            validation: validation.map(Into::into),
            ..self.position.clone()
        };
        if improved.is_some() || self.recorder.as_ref().is_some_and(Checkpointing::at_epochs) {
            self.save(Durable::Soon)?;
        }
        Ok(true)
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
                let progress = progress(sums.samples, total_items);
                let item = item(reading, progress, self.position.step, None);
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
}
