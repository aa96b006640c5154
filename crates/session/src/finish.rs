//! A trained model is judged and written down.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use burn::tensor::Device;
use burnwright_data::{Loader, LoaderConfig, Order, Preprocess, Source, Splits};
use burnwright_inference::{EVALUATION_BATCH, digest};
use burnwright_model::{Architecture, state_dict, to_safetensors};
use burnwright_run::{
    Baseline, Event, MODEL_CARD_SCHEMA, Machine, ModelCard, RunDirectory, SUMMARY_SCHEMA, Scores,
    Seconds, StopReason, Summary,
};
use burnwright_task::{Task, evaluation_of, judge};
use burnwright_training::{Outcome, Recipe};

use crate::baselines::baselines;
use crate::error::internal;
use crate::exports;
use crate::judging::parts;
use crate::surroundings::Clock;
use crate::{Judgement, SessionError, Split, report};

/// How training ended.
pub struct Trained {
    /// The outcome, as it is in the run's `summary.json` where the run is finished.
    pub summary: Summary,
    /// Baselines that could not be fitted, and files beside the run that could not be written: report, `metrics.csv`, TensorBoard's. The
    /// run is whole without them.
    pub beside: Vec<SessionError>,
}

/// What is needed to end a run.
pub(crate) struct Finish<A: Architecture> {
    pub(crate) run: RunDirectory,
    pub(crate) recipe: Recipe<A>,
    pub(crate) splits: Splits,
    pub(crate) preprocess: Preprocess,
    pub(crate) task: Arc<dyn Task>,
    pub(crate) device: Device,
    pub(crate) machine: Machine,
    pub(crate) started: Instant,
    pub(crate) loading: Duration,
    pub(crate) seconds_before: f64,
    /// What the ledger calls this look at the test samples.
    pub(crate) command: &'static str,
    pub(crate) clock: Clock,
}

impl<A: Architecture> Finish<A> {
    pub(crate) fn finish(self, outcome: Outcome<A::Model>) -> Result<Trained, SessionError> {
        let interrupted = outcome.stopped == StopReason::Interrupted;
        let judging = Instant::now();
        let tensors = state_dict(&outcome.model).map_err(internal)?;
        let digest = digest(&tensors);
        let validation = self.judge_held_out(&outcome.model, &digest)?;
        let judged =
            if interrupted { None } else { Some(self.judge_test(&outcome.model, &digest)?) };
        let test = judged.as_ref().map(|judged| judged.evaluation.scores());
        let evaluation = judging.elapsed().as_secs_f64();

        let card = self.model_card(&digest)?;
        self.run.write_model(&to_safetensors(&tensors).map_err(internal)?, &card)?;
        // Between the model, without which nothing will be shown, and the summary, which names it: a finished run has a look.
        let look = judged.as_ref().map(|judged| self.note(judged)).transpose()?;
        // After all that a run needs, for a linear model may take long.
        let mut beside = Vec::new();
        let baselines = judged.is_some().then(|| self.baselines());
        let baselines = baselines.transpose().unwrap_or_else(|error| {
            beside.push(error);
            None
        });
        let summary = Summary {
            schema: SUMMARY_SCHEMA,
            run: self.run.name(),
            path: self.run.path().display().to_string(),
            task: self.task.kind().to_owned(),
            metrics: self.task.metrics(),
            device: self.machine.device.clone(),
            epochs: outcome.epochs,
            steps: outcome.steps,
            stopped: outcome.stopped,
            best_epoch: outcome.best_epoch,
            best_step: outcome.best_step,
            train: outcome.train,
            validation,
            test,
            // default: where nothing was judged, nothing is compared.
            baselines: baselines.unwrap_or_default(),
            left_out: self.splits.train.left_out(),
            look,
            seconds: Seconds {
                total: self.seconds_before + self.started.elapsed().as_secs_f64(),
                loading: self.loading.as_secs_f64(),
                training: outcome.seconds,
                evaluation,
            },
            images_per_second: outcome.images_per_second,
            weights_digest: digest,
            interrupted,
        };
        if let Some(judged) = judged {
            self.run.write_summary(&summary)?;
            beside.extend(
                exports::complete(
                    &self.run,
                    &self.task.metrics(),
                    &judged.evaluation,
                    &card.classes,
                )
                .err(),
            );
            beside.extend(self.write_report(&judged).err());
        }
        Ok(Trained { summary, beside })
    }

    /// What is reached without a network, fitted to what the model learned from.
    fn baselines(&self) -> Result<Vec<Baseline>, SessionError> {
        let [train, _] = parts(&self.recipe, &self.splits.train)?;
        baselines(train.as_ref(), self.splits.test.as_ref())
    }

    /// Notes the look with which the run finishes; the hash of its line.
    fn note(&self, judged: &Judgement) -> Result<String, SessionError> {
        let look = judged.look(self.command, self.clock);
        let noted = self.run.ledger().add(&look.expect("a run is judged by the test samples"))?;
        noted.fault.map_or(Ok(noted.hash), |fault| Err(fault.into()))
    }

    fn write_report(&self, judged: &Judgement) -> Result<(), SessionError> {
        Ok(self.run.write_report(&report::<A>(&self.run, judged)?.html())?)
    }

    fn model_card(&self, digest: &str) -> Result<ModelCard, SessionError> {
        let section = |value: Result<serde_json::Value, serde_json::Error>| value.map_err(internal);
        let data = &self.recipe.data;
        let Preprocess { image, normalize, bright_on_dark, scale, preparation } = &self.preprocess;
        let scale = (!scale.is_identity()).then(|| serde_json::to_value(scale));
        let preparation = (!preparation.is_none()).then(|| serde_json::to_value(preparation));
        Ok(ModelCard {
            schema: MODEL_CARD_SCHEMA,
            architecture: section(serde_json::to_value(&self.recipe.model))?,
            task: section(serde_json::to_value(&self.recipe.task))?,
            loss: section(serde_json::to_value(&self.recipe.loss))?,
            image_shape: image.dimensions(),
            classes: self.task.targets().names().to_vec(),
            mean: normalize.mean.clone(),
            std: normalize.std.clone(),
            bright_on_dark: *bright_on_dark,
            scale: scale.map(section).transpose()?,
            preparation: preparation.map(section).transpose()?,
            dataset: data.source.clone(),
            data_root: data.path.as_deref().map(Path::to_owned),
            weights_digest: digest.to_owned(),
        })
    }

    /// The kept weights by the held-out samples, as `evaluate` judges them: training itself has judged them only where it ended with
    /// an epoch. None where none are held out.
    fn judge_held_out(
        &self,
        model: &A::Model,
        digest: &str,
    ) -> Result<Option<Scores>, SessionError> {
        if self.recipe.data.validation <= 0.0 {
            return Ok(None);
        }
        let [_, held_out] = parts(&self.recipe, &self.splits.train)?;
        let judgement = self.judge(model, held_out, Split::Validation, digest)?;
        Ok(Some(judgement.evaluation.scores()))
    }

    fn judge_test(&self, model: &A::Model, digest: &str) -> Result<Judgement, SessionError> {
        let judged = self.judge(model, Arc::clone(&self.splits.test), Split::Test, digest)?;
        let (split, scores) = (Split::Test.name().to_owned(), judged.evaluation.scores());
        self.run.append_event(&Event::Evaluated { split, scores })?;
        Ok(judged)
    }

    fn judge(
        &self,
        model: &A::Model,
        source: Arc<dyn Source>,
        split: Split,
        digest: &str,
    ) -> Result<Judgement, SessionError> {
        let (image, outputs) = (self.preprocess.image.dimensions(), source.targets().names().len());
        let config = LoaderConfig {
            batch_size: self.recipe.model.inference_batch(image, outputs, EVALUATION_BATCH),
            order: Order::Sequential,
            workers: 1,
        };
        let loader =
            Loader::of_images(Arc::clone(&source), &self.preprocess, config, &self.device)?;
        let predictions = judge(model, &loader, self.task.as_ref(), |_| true)?;
        let predictions = predictions.expect("nothing ends it early");
        let evaluation = evaluation_of(&predictions)?;
        let loss = evaluation.loss();
        if !loss.is_finite() {
            return Err(SessionError::NonFiniteLoss { split: split.name(), loss });
        }
        let weights_digest = digest.to_owned();
        Ok(Judgement { split, source, predictions, evaluation, weights_digest })
    }
}
