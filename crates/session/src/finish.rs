//! A trained model is judged and written down.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use burn::tensor::Device;
use burn::train::renderer::MetricsRenderer;
use burnwright_data::mnist::Splits;
use burnwright_data::{Loader, LoaderConfig, Order};
use burnwright_inference::{EVALUATION_BATCH, Loss, digest, judge, scores_of};
use burnwright_metrics::{Evaluation, Predictions};
use burnwright_model::{Network, state_dict, to_safetensors};
use burnwright_run::{
    Event, Look, MODEL_CARD_SCHEMA, Machine, ModelCard, RunDirectory, SUMMARY_SCHEMA, Seconds,
    StopReason, Summary, TestScore,
};
use burnwright_training::{LossConfig, Outcome, Recipe};

use crate::check::image_shape;
use crate::error::internal;
use crate::exports;
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
        let judged = if interrupted { None } else { Some(self.judge(&outcome.model)?) };
        let test = judged.as_ref().map(|(_, evaluation)| score_of(evaluation));
        let evaluation = judging.elapsed().as_secs_f64();

        let tensors = state_dict(&outcome.model).map_err(internal)?;
        let digest = digest(&tensors);
        if let Some(TestScore { correct, total, .. }) = test {
            let (split, command) = (Split::Test.name().to_owned(), self.command.to_owned());
            let (at, weights_digest) = ((self.clock)(), digest.clone());
            self.run.ledger().add(Look { split, command, at, weights_digest, correct, total })?;
        }
        let card = self.model_card(&digest)?;
        self.run.write_model(&to_safetensors(&tensors).map_err(internal)?, &card)?;
        let summary = Summary {
            schema: SUMMARY_SCHEMA,
            run: self.run.name(),
            path: self.run.path().display().to_string(),
            device: self.machine.device.clone(),
            epochs: outcome.epochs,
            steps: outcome.steps,
            stopped: outcome.stopped,
            best_epoch: outcome.best_epoch,
            train: outcome.train,
            validation: outcome.validation,
            test,
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
        if let Some((predictions, evaluation)) = judged {
            self.run.write_summary(&summary)?;
            beside.extend(exports::complete(&self.run, &evaluation, &card.classes).err());
            beside.extend(self.write_report(predictions, evaluation).err());
        }
        Ok(Trained { summary, renderer: outcome.renderer, beside })
    }

    fn write_report(
        &self,
        predictions: Predictions,
        evaluation: Evaluation,
    ) -> Result<(), SessionError> {
        let (source, looks) = (Arc::clone(&self.splits.test), self.run.ledger().read());
        let judgement = Judgement { source, predictions, evaluation, looks };
        Ok(self.run.write_report(&report(&self.run, &judgement)?.html())?)
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

    fn judge(&self, model: &Network) -> Result<(Predictions, Evaluation), SessionError> {
        let source = self.splits.test.as_ref();
        let (image, classes) = (image_shape(source), source.classes().len());
        let config = LoaderConfig {
            batch_size: self.recipe.model.inference_batch(image, classes, EVALUATION_BATCH),
            order: Order::Sequential,
            normalize: self.recipe.data.normalize.clone(),
            augment: None,
            workers: 1,
        };
        let loader = Loader::of_all(Arc::clone(&self.splits.test), &config, &self.device)?;
        let predictions = judge(model, &loader, classes, loss_of(&self.recipe))?;
        let evaluation = scores_of(&predictions)?;
        let Evaluation { correct, total, loss, .. } = evaluation;
        if !loss.is_finite() {
            return Err(SessionError::NonFiniteTest(loss));
        }
        let split = Split::Test.name().to_owned();
        self.run.append_event(&Event::Evaluated { split, correct, total, loss })?;
        Ok((predictions, evaluation))
    }
}

fn score_of(evaluation: &Evaluation) -> TestScore {
    let Evaluation { accuracy, correct, total, loss, .. } = *evaluation;
    TestScore { accuracy, correct, total, loss }
}

fn loss_of(recipe: &Recipe) -> Loss {
    match recipe.loss {
        LossConfig::CrossEntropy(_) => Loss::CrossEntropy,
        LossConfig::Mse(_) => Loss::Mse,
    }
}
