//! What training promises: the same bits for the same seed, clean ends, and errors that say where.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

mod support;

use std::sync::Arc;

use burn::tensor::Device;
use burnwright_data::{DataError, ImageShape, Source, Target, Targets};
use burnwright_model::{Architecture, Model, Network};
use burnwright_recipe::kinds::Kinds;
use burnwright_run::{Event, StopReason};
use burnwright_task::TaskConfig;
use burnwright_training::{
    Job, OptimizerConfig, Outcome, Recipe, ScheduleConfig, TrainingError, train,
};
use support::{Recorder, devices, digest, halves, recipe};

const SMALL: &[&str] = &[
    "model.kind=mlp",
    "model.hidden=[16]",
    "data.batch_size=8",
    "training.epochs=3",
    "optimizer.learning_rate=0.01",
    "optimizer.kind=adam",
];

fn with(changes: &[&str]) -> Recipe {
    recipe(&[SMALL, changes].concat())
}

fn job(recipe: &Recipe, device: &Device) -> Job<Network> {
    let device = device.clone().autodiff();
    let model = recipe.model.init([1, 8, 8], 4, recipe.training.seed, &device);
    Job::new(model, recipe.clone(), &halves(100), device).unwrap()
}

fn run(recipe: &Recipe) -> Outcome<Network> {
    train(job(recipe, &Device::flex())).unwrap()
}

#[test]
fn a_small_model_learns_a_small_task() {
    for (name, device) in devices() {
        let outcome = train(job(&with(&[]), &device)).unwrap();
        let score = outcome.train.unwrap();
        assert!(score.get("accuracy").unwrap() > 0.95, "{name}: {score:?}");
        assert_eq!((outcome.epochs, outcome.steps), (3, 39));
        assert_eq!(outcome.stopped, StopReason::Completed);
    }
}

#[test]
fn the_same_seed_gives_the_same_bits_whatever_the_workers() {
    let once = digest(&run(&with(&[])).model);
    for workers in ["data.workers=0", "data.workers=1", "data.workers=3"] {
        assert_eq!(digest(&run(&with(&[workers])).model), once, "{workers}");
    }
    assert_ne!(digest(&run(&with(&["training.seed=7"])).model), once);
}

#[test]
fn each_optimizer_schedule_and_loss_trains() {
    let each = |section: &str, kinds: &[&str]| -> Vec<String> {
        kinds.iter().map(|kind| format!("{section}.kind={kind}")).collect()
    };
    for change in [
        each("optimizer", OptimizerConfig::NAMES),
        each("schedule", ScheduleConfig::NAMES),
        each("loss", TaskConfig::default().losses()),
    ]
    .concat()
    {
        let recorder = Recorder::default();
        let mut job = job(&with(&[&change, "optimizer.learning_rate=0.02"]), &Device::flex());
        job.sinks.push(Box::new(recorder.clone()));
        train(job).unwrap();
        let losses = recorder.losses();
        assert_eq!(losses.len(), 39, "{change}");
        assert!(losses[38] < losses[0], "{change}: {} to {}", losses[0], losses[38]);
    }
}

#[test]
fn max_steps_ends_a_run_cleanly() {
    let outcome = run(&with(&["training.max_steps=20"]));
    assert_eq!((outcome.epochs, outcome.steps), (1, 20));
    assert_eq!(outcome.stopped, StopReason::MaxSteps);
}

#[test]
fn weights_that_no_epoch_ended_with_have_no_validation_score() {
    let validation = |steps: &str| run(&with(&["data.validation=0.2", steps])).validation;
    assert!(validation("training.max_steps=10").is_some(), "an epoch has ten steps");
    assert_eq!(validation("training.max_steps=13"), None);
    assert_eq!(validation("training.max_steps=3"), None);
}

#[test]
fn events_tell_the_whole_story() {
    let recorder = Recorder::default();
    let mut job = job(&with(&["data.validation=0.2"]), &Device::flex());
    job.sinks.push(Box::new(recorder.clone()));
    train(job).unwrap();
    let events = recorder.0.lock().unwrap();
    let Event::TrainingStarted { epochs, steps_per_epoch, samples, .. } = events[0] else {
        panic!("{:?}", events[0])
    };
    assert_eq!((epochs, steps_per_epoch, samples), (3, 10, 80));
    let ended = events.iter().filter_map(|event| match event {
        Event::EpochEnded { step, validation, .. } => Some((*step, validation.is_some())),
        _ => None,
    });
    assert_eq!(ended.collect::<Vec<_>>(), [(10, true), (20, true), (30, true)]);
    let stopped = Event::TrainingStopped {
        reason: StopReason::Completed,
        epoch: 3,
        step: 30,
        best_epoch: None,
    };
    assert_eq!(events.last(), Some(&stopped));
}

#[test]
fn early_stopping_keeps_the_best_epoch() {
    let early = with(&[
        "data.validation=0.2",
        "early_stopping.patience=2",
        "early_stopping.min_delta=0.5",
        "training.epochs=50",
    ]);
    let outcome = run(&early);
    assert_eq!(outcome.stopped, StopReason::EarlyStopping);
    let best = outcome.best_epoch.unwrap();
    assert_eq!(outcome.epochs, best + 2);
    assert_eq!(outcome.best_step, Some(10 * best));
    // The kept weights are those of the best epoch, which a run of just so many epochs ends with.
    let epochs = format!("training.epochs={best}");
    assert_eq!(
        digest(&outcome.model),
        digest(&run(&with(&["data.validation=0.2", &epochs])).model)
    );
}

#[test]
fn a_run_that_is_stopped_before_it_begins_makes_no_step() {
    let job = job(&with(&[]), &Device::flex());
    job.interrupter.stop(None);
    let outcome = train(job).unwrap();
    assert_eq!((outcome.stopped, outcome.steps), (StopReason::Interrupted, 0));
}

#[test]
fn a_loss_that_is_no_number_names_step_and_samples() {
    let recipe = with(&["optimizer.kind=sgd", "optimizer.learning_rate=1e30"]);
    let Err(error) = train(job(&recipe, &Device::flex())) else { panic!("accepted") };
    let TrainingError::NonFinite { step, epoch, samples, .. } = &error else { panic!("{error}") };
    assert!((2..=5).contains(step), "{error}");
    assert_eq!((*epoch, samples.len()), (1, 8));
}

#[test]
fn an_update_that_breaks_the_weights_is_noticed_after_the_last_step() {
    let recipe = with(&[
        "optimizer.kind=sgd",
        "optimizer.learning_rate=1e38",
        "optimizer.weight_decay=1e10",
        "training.max_steps=1",
    ]);
    let Err(error) = train(job(&recipe, &Device::flex())) else { panic!("accepted") };
    assert_eq!(error.to_string(), "the weights are not finite after step 1");
}

#[test]
fn clipping_bounds_the_step() {
    let largest_change = |clip: &str| {
        let recipe = with(&[
            "optimizer.kind=sgd",
            "optimizer.learning_rate=1.0",
            "training.max_steps=1",
            "training.seed=42",
            clip,
        ]);
        let before = weights(&recipe.model.init([1, 8, 8], 4, 42, &Device::flex()));
        let after = weights(&run(&recipe).model);
        let squares = before.iter().zip(&after).map(|(a, b)| f64::from(a - b).powi(2));
        squares.sum::<f64>().sqrt()
    };
    let clipped = largest_change("training.clip_global_norm=0.001");
    assert!((clipped - 0.001).abs() < 1e-5, "{clipped}");
    assert!(largest_change("training.clip_global_norm=1000.0") > 0.01);
}

fn weights<M: Model>(model: &M) -> Vec<f32> {
    let tensors = burnwright_model::state_dict(model).unwrap();
    let bytes = tensors.iter().flat_map(|tensor| tensor.bytes.chunks_exact(4));
    bytes.map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap())).collect()
}

struct Broken(Arc<dyn Source>);

impl Source for Broken {
    fn len(&self) -> usize {
        self.0.len()
    }
    fn shape(&self) -> ImageShape {
        self.0.shape()
    }
    fn targets(&self) -> &Targets {
        self.0.targets()
    }
    fn read(&self, index: usize, pixels: &mut [u8]) -> Result<Target, DataError> {
        match index {
            33 => Err(DataError::Sample { index, reason: "the disk is gone".to_owned() }),
            _ => self.0.read(index, pixels),
        }
    }
    fn target(&self, index: usize) -> Result<Target, DataError> {
        self.0.target(index)
    }
}

/// Four classes of samples, of which only some have a name.
struct Mislabelled(Arc<dyn Source>, Targets);

impl Source for Mislabelled {
    fn len(&self) -> usize {
        self.0.len()
    }
    fn shape(&self) -> ImageShape {
        self.0.shape()
    }
    fn targets(&self) -> &Targets {
        &self.1
    }
    fn read(&self, index: usize, pixels: &mut [u8]) -> Result<Target, DataError> {
        self.0.read(index, pixels)
    }
}

#[test]
fn a_label_without_a_class_is_refused_before_the_first_step() {
    for changes in [&[][..], &["data.validation=0.2"], &["loss.kind=mse"]] {
        let recipe = with(changes);
        let device = Device::flex().autodiff();
        let model = recipe.model.init([1, 8, 8], 3, recipe.training.seed, &device);
        let three = Targets::Classes(["left", "right", "all"].map(str::to_owned).to_vec());
        let source: Arc<dyn Source> = Arc::new(Mislabelled(halves(100), three));
        let Err(error) = Job::new(model, recipe, &source, device) else { panic!("accepted") };
        assert_eq!(
            error.to_string(),
            "label 3 at sample 3 is not below the 3 classes: the training samples"
        );
    }
}

#[test]
fn a_bad_sample_ends_the_run_with_its_place() {
    let (recipe, device) = (with(&[]), Device::flex().autodiff());
    let model = recipe.model.init([1, 8, 8], 4, recipe.training.seed, &device);
    let source: Arc<dyn Source> = Arc::new(Broken(halves(100)));
    let Err(error) = train(Job::new(model, recipe, &source, device).unwrap()) else {
        panic!("accepted")
    };
    assert_eq!(error.to_string(), "sample 33 could not be read: the disk is gone");
}
