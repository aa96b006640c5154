//! A trained model is judged and written down.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use burn::tensor::Device;
use burn::train::renderer::MetricsRenderer;
use burnwright_data::mnist::Splits;
use burnwright_data::{Loader, LoaderConfig, Order, Source};
use burnwright_inference::{EVALUATION_BATCH, Loss, digest, judge, scores_of};
use burnwright_metrics::Evaluation;
use burnwright_model::{Network, state_dict, to_safetensors};
use burnwright_run::{
    Event, MODEL_CARD_SCHEMA, Machine, ModelCard, RunDirectory, SUMMARY_SCHEMA, Seconds,
    SplitScore, StopReason, Summary, TestScore,
};
use burnwright_training::{LossConfig, Outcome, Recipe};

use crate::check::image_shape;
use crate::error::internal;
use crate::exports;
use crate::judging::parts;
use crate::session::Clock;
use crate::{Judgement, SessionError, Split, report};

/// MNIST's digits are bright on dark; so is every data set that is read in its format.
const BRIGHT_ON_DARK: bool = true;

/// How training ended.
pub struct Trained {
    /// The outcome, as it is in the run's `summary.json` where the run is finished.
    pub summary: Summary,
    /// Burn's view, still open.
    pub renderer: Box<dyn MetricsRenderer>,
    /// Files beside the run that could not be written: report, `metrics.csv`, TensorBoard's. The run is whole without them.
    pub beside: Vec<SessionError>,
}

/// What is needed to end a run.
pub(crate) struct Finish {
    pub(crate) run: RunDirectory,
    pub(crate) recipe: Recipe,
    pub(crate) splits: Splits,
    pub(crate) device: Device,
    pub(crate) machine: Machine,
    pub(crate) started: Instant,
    pub(crate) loading: Duration,
    pub(crate) seconds_before: f64,
    /// What the ledger calls this look at the test samples.
    pub(crate) command: &'static str,
    pub(crate) clock: Clock,
}

impl Finish {
    pub(crate) fn finish(self, outcome: Outcome<Network>) -> Result<Trained, SessionError> {
        let interrupted = outcome.stopped == StopReason::Interrupted;
        let judging = Instant::now();
        let tensors = state_dict(&outcome.model).map_err(internal)?;
        let digest = digest(&tensors);
        let validation = self.judge_held_out(&outcome.model, &digest)?;
        let judged =
            if interrupted { None } else { Some(self.judge_test(&outcome.model, &digest)?) };
        let test = judged.as_ref().map(|judged| score_of(&judged.evaluation));
        let evaluation = judging.elapsed().as_secs_f64();

        let card = self.model_card(&digest)?;
        self.run.write_model(&to_safetensors(&tensors).map_err(internal)?, &card)?;
        // Between the model, without which nothing will be shown, and the summary, which names it: a finished run has a look.
        let look = judged.as_ref().map(|judged| self.note(judged)).transpose()?;
        let summary = Summary {
            schema: SUMMARY_SCHEMA,
            run: self.run.name(),
            path: self.run.path().display().to_string(),
            device: self.machine.device.clone(),
            epochs: outcome.epochs,
            steps: outcome.steps,
            stopped: outcome.stopped,
            best_epoch: outcome.best_epoch,
            best_step: outcome.best_step,
            train: outcome.train,
            validation,
            test,
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
        let mut beside = Vec::new();
        if let Some(judged) = judged {
            self.run.write_summary(&summary)?;
            beside.extend(exports::complete(&self.run, &judged.evaluation, &card.classes).err());
            beside.extend(self.write_report(&judged).err());
        }
        Ok(Trained { summary, renderer: outcome.renderer, beside })
    }

    /// Notes the look with which the run finishes; the hash of its line.
    fn note(&self, judged: &Judgement) -> Result<String, SessionError> {
        let look = judged.look(self.command, self.clock);
        let noted = self.run.ledger().add(&look.expect("a run is judged by the test samples"))?;
        noted.fault.map_or(Ok(noted.hash), |fault| Err(fault.into()))
    }

    fn write_report(&self, judged: &Judgement) -> Result<(), SessionError> {
        Ok(self.run.write_report(&report(&self.run, judged)?.html())?)
    }

    fn model_card(&self, digest: &str) -> Result<ModelCard, SessionError> {
        let section = |value: Result<serde_json::Value, serde_json::Error>| value.map_err(internal);
        let source = &self.splits.train;
        let data = &self.recipe.data;
        Ok(ModelCard {
            schema: MODEL_CARD_SCHEMA,
            architecture: section(serde_json::to_value(&self.recipe.model))?,
            loss: section(serde_json::to_value(&self.recipe.loss))?,
            image_shape: image_shape(source.as_ref()),
            classes: source.classes().to_vec(),
            mean: data.normalize.mean.clone(),
            std: data.normalize.std.clone(),
            bright_on_dark: BRIGHT_ON_DARK,
            dataset: data.dataset.clone(),
            data_root: data.root.as_deref().map(Path::to_owned),
            weights_digest: digest.to_owned(),
        })
    }

    /// The kept weights by the held-out samples, as `evaluate` judges them: training itself has judged them only where it ended with
    /// an epoch. None where none are held out.
    fn judge_held_out(
        &self,
        model: &Network,
        digest: &str,
    ) -> Result<Option<SplitScore>, SessionError> {
        if self.recipe.data.validation <= 0.0 {
            return Ok(None);
        }
        let [_, held_out] = parts(&self.recipe, &self.splits.train)?;
        let judgement = self.judge(model, held_out, Split::Validation, digest)?;
        let Evaluation { loss, accuracy, .. } = judgement.evaluation;
        Ok(Some(SplitScore { loss, accuracy }))
    }

    fn judge_test(&self, model: &Network, digest: &str) -> Result<Judgement, SessionError> {
        let judged = self.judge(model, Arc::clone(&self.splits.test), Split::Test, digest)?;
        let Evaluation { correct, total, loss, .. } = judged.evaluation;
        let split = Split::Test.name().to_owned();
        self.run.append_event(&Event::Evaluated { split, correct, total, loss })?;
        Ok(judged)
    }

    fn judge(
        &self,
        model: &Network,
        source: Arc<dyn Source>,
        split: Split,
        digest: &str,
    ) -> Result<Judgement, SessionError> {
        let (image, classes) = (image_shape(source.as_ref()), source.classes().len());
        let config = LoaderConfig {
            batch_size: self.recipe.model.inference_batch(image, classes, EVALUATION_BATCH),
            order: Order::Sequential,
            normalize: self.recipe.data.normalize.clone(),
            augment: None,
            workers: 1,
        };
        let loader = Loader::of_all(Arc::clone(&source), &config, &self.device)?;
        let predictions = judge(model, &loader, classes, loss_of(&self.recipe)?)?;
        let evaluation = scores_of(&predictions)?;
        let loss = evaluation.loss;
        if !loss.is_finite() {
            return Err(SessionError::NonFiniteLoss { split: split.name(), loss });
        }
        let weights_digest = digest.to_owned();
        Ok(Judgement { split, source, predictions, evaluation, weights_digest })
    }
}

fn score_of(evaluation: &Evaluation) -> TestScore {
    let Evaluation { accuracy, correct, total, loss, .. } = *evaluation;
    TestScore { accuracy, correct, total, loss }
}

fn loss_of(recipe: &Recipe) -> Result<Loss, SessionError> {
    match &recipe.loss {
        LossConfig::CrossEntropy(_) => Ok(Loss::CrossEntropy),
        LossConfig::Mse(_) => Ok(Loss::Mse),
        other => Err(internal(format!("nothing judges by the loss {other:?}"))),
    }
}
