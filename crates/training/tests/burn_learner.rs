//! Burn's own loop, with our model, loss and loader in its traits, computes what our loop computes.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

#[path = "support/silent.rs"]
mod silent;
mod support;

use std::sync::Arc;

use burn::tensor::Device;
use burn::train::metric::{AccuracyMetric, LearningRateMetric, LossMetric};
use burn::train::{Learner, LearningResult, SupervisedTraining};
use burnwright_data::{BurnLoader, DataError, ImageShape, Source, Target, Targets};
use burnwright_model::{Architecture, Network};
use burnwright_training::{Job, ModelWithLoss, Recipe, steps_per_epoch, train, training_batches};
use silent::SilentRenderer;
use support::{digest, halves, recipe};

fn model(recipe: &Recipe, device: &Device) -> Network {
    recipe.model.init([1, 8, 8], 4, recipe.training.seed, device)
}

fn by_burn(
    recipe: &Recipe,
    source: &Arc<dyn Source>,
    validation: &Arc<dyn Source>,
) -> LearningResult<ModelWithLoss<Network>> {
    let device = Device::flex().autodiff();
    let batches = training_batches(recipe, source, &device).unwrap();
    let judged = training_batches(recipe, validation, &device).unwrap();
    let learner = Learner::new(
        ModelWithLoss::new(model(recipe, &device), recipe.loss.clone()),
        recipe.optimizer.init(&device),
        recipe.planned_schedule(steps_per_epoch(recipe, source).unwrap()),
    );
    let folder = tempfile::tempdir().unwrap();
    let (train, valid) = (BurnLoader::new(batches), BurnLoader::new(judged));
    SupervisedTraining::new(folder.path(), Arc::new(train), Arc::new(valid))
        .metrics((LossMetric::new(), AccuracyMetric::new()))
        .metric_train_numeric(LearningRateMetric::new())
        .with_application_logger(None)
        .renderer(Box::new(SilentRenderer))
        .num_epochs(recipe.training.epochs)
        .launch(learner)
}

#[test]
fn burns_loop_ends_with_the_bits_of_ours() {
    for changes in [
        ["model.kind=mlp", "model.hidden=[16]", "optimizer.kind=adam", "schedule.kind=constant"],
        ["model.kind=mlp", "model.hidden=[16, 8]", "optimizer.kind=sgd", "schedule.kind=cosine"],
    ] {
        let mut recipe = recipe(&changes);
        recipe.training.epochs = 3;
        recipe.data.batch_size = 32;
        // The last batch is a short one.
        let source = halves(200);
        let result = by_burn(&recipe, &source, &halves(40));
        assert!(result.error.is_none() && result.interrupted.is_none());

        let device = Device::flex().autodiff();
        let ours =
            train(Job::new(model(&recipe, &device), recipe, &source, device).unwrap()).unwrap();
        assert_eq!(digest(&result.model.model), digest(&ours.model), "{changes:?}");
    }
}

/// The source of [`halves`], until a disk fails.
struct Failing(Arc<dyn Source>);

impl Source for Failing {
    fn len(&self) -> usize {
        self.0.len()
    }
    fn shape(&self) -> ImageShape {
        self.0.shape()
    }
    fn targets(&self) -> &Targets {
        self.0.targets()
    }
    fn target(&self, index: usize) -> Result<Target, DataError> {
        self.0.target(index)
    }
    fn read(&self, index: usize, pixels: &mut [u8]) -> Result<Target, DataError> {
        assert_ne!(index, 17, "the disk is gone");
        self.0.read(index, pixels)
    }
}

#[test]
fn a_sample_that_cannot_be_read_ends_burns_loop_with_an_error() {
    let recipe = recipe(&["model.kind=mlp", "model.hidden=[16]", "training.epochs=2"]);
    let source: Arc<dyn Source> = Arc::new(Failing(halves(200)));
    let result = by_burn(&recipe, &source, &halves(40));
    let error = result.error.expect("an epoch without a sample is an error");
    assert!(error.to_string().contains("the disk is gone"), "{error}");
}
