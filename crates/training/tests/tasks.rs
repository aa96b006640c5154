//! Regression and multi-label: learned, judged in the data's own unit, and refused where they do not fit.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

mod support;

use std::sync::Arc;

use burn::tensor::Device;
use burnwright_data::{ImageShape, Images, Loader, LoaderConfig, Order, Source, Target, Targets};
use burnwright_run::{Event, Scores};
use burnwright_task::judge;
use burnwright_training::{Job, Outcome, Recipe, preprocess_and_task, train};
use support::{Recorder, recipe};

const SHAPE: ImageShape = ImageShape { channels: 1, height: 4, width: 4 };

/// Images of which some columns are bright: 1,000 times how many are is a number, each column is a label.
fn columns(count: u32, targets: &Targets) -> Arc<dyn Source> {
    let (mut pixels, mut truth) = (Vec::new(), Vec::new());
    for sample in 0..count {
        let bits = sample.wrapping_mul(2_654_435_761) >> 20;
        let bright: [bool; 4] = std::array::from_fn(|column| bits >> column & 1 == 1);
        pixels.extend((0..16).map(|place| if bright[place % 4] { 200 } else { 30 }));
        truth.push(match targets {
            Targets::Number(_) => Target::Number(f64::from(1_000 * (bits & 15).count_ones())),
            _ => Target::Labels(bright.into()),
        });
    }
    Arc::new(Images::with_targets(SHAPE, targets.clone(), pixels, truth, "columns").unwrap())
}

fn number() -> Targets {
    Targets::Number("brightness".to_owned())
}

fn labels() -> Targets {
    Targets::Labels(["a", "b", "c", "d"].map(str::to_owned).to_vec())
}

fn with(changes: &[&str]) -> Recipe {
    let common = [
        "model.kind=mlp",
        "model.hidden=[16]",
        "data.batch_size=16",
        "data.validation=0.2",
        "training.epochs=30",
        "optimizer.kind=adam",
        "optimizer.learning_rate=0.01",
    ];
    recipe(&[&common, changes].concat())
}

/// Trains, and judges by samples that were never seen.
fn run(
    recipe: &Recipe,
    targets: &Targets,
) -> (Outcome<burnwright_model::Network>, Scores, Vec<Event>) {
    let device = Device::flex();
    let training = device.clone().autodiff();
    let source = columns(200, targets);
    let outputs = targets.names().len();
    let model = recipe.model.init([1, 4, 4], outputs, recipe.training.seed, &training);
    let (preprocess, task) = preprocess_and_task(recipe, source.as_ref()).unwrap();
    let recorder = Recorder::default();
    let mut job = Job::new(model, recipe.clone(), &source, training).unwrap();
    job.sinks.push(Box::new(recorder.clone()));
    let outcome = train(job).unwrap();
    let config = LoaderConfig { batch_size: 64, order: Order::Sequential, workers: 0 };
    let test = Loader::of_images(columns(400, targets), &preprocess, config, &device).unwrap();
    let judged = judge(&outcome.model, &test, task.as_ref(), |_| true).unwrap().unwrap();
    let events = recorder.0.lock().unwrap().clone();
    (outcome, judged.evaluate().unwrap().scores(), events)
}

#[test]
fn a_number_is_learned_standardised_and_judged_in_its_own_unit() {
    for changes in [&["loss.kind=mse"][..], &["loss.kind=l1"], &["task.log=true"]] {
        let recipe = with(&[&["task.kind=regression"], changes].concat());
        let (outcome, test, events) = run(&recipe, &number());
        // The numbers go from 0 to 4,000.
        let [rmse, mae, r2] = ["rmse", "mae", "r2"].map(|name| test.get(name).unwrap());
        assert!(mae <= rmse && rmse < 300.0 && r2 > 0.9, "{changes:?}: {test:?}");
        let validation = outcome.validation.unwrap();
        assert!(validation.get("rmse").unwrap() < 300.0, "{validation:?}");
        // The sums of the loop and the judge say the same of weights that hardly change any more.
        let train = outcome.train.unwrap();
        let ratio = train.get("rmse").unwrap() / rmse;
        assert!((0.2..5.0).contains(&ratio), "{changes:?}: {train:?} {test:?}");
        let Event::TrainingStarted { metrics, .. } = &events[0] else { panic!("{:?}", events[0]) };
        assert_eq!((&*metrics[0].name, metrics[0].higher_is_better), ("rmse", false));
    }
}

#[test]
fn labels_are_learned_each_by_itself() {
    let (outcome, test, _) = run(&with(&["task.kind=multi-label"]), &labels());
    let precision = test.get("mean_average_precision").unwrap();
    assert!(precision > 0.95, "{test:?}");
    let train = outcome.train.unwrap();
    assert!(train.get("f1_micro").unwrap() > 0.9, "{train:?}");
}

#[test]
fn the_loss_that_a_recipe_leaves_out_is_the_tasks_own() {
    let kind = |task: &str| with(&[task]).loss.kind();
    assert_eq!(kind("task.kind=classification"), "cross-entropy");
    assert_eq!(kind("task.kind=regression"), "mse");
    assert_eq!(kind("task.kind=multi-label"), "binary-cross-entropy");
}

#[test]
fn early_stopping_watches_a_metric_of_the_task_in_its_direction() {
    let recipe =
        with(&["task.kind=regression", "early_stopping.monitor=rmse", "early_stopping.patience=3"]);
    let (outcome, ..) = run(&recipe, &number());
    let events = run(&recipe, &number()).2;
    let rmse: Vec<f64> = events
        .iter()
        .filter_map(|event| match event {
            Event::EpochEnded { validation: Some(scores), .. } => scores.get("rmse"),
            _ => None,
        })
        .collect();
    let best = outcome.best_epoch.unwrap_or(outcome.epochs);
    let lowest = rmse.iter().copied().fold(f64::INFINITY, f64::min);
    assert_eq!(rmse[best - 1].to_bits(), lowest.to_bits(), "{rmse:?}");
}

#[test]
fn what_does_not_belong_together_is_refused() {
    let refused = |recipe: &Recipe, targets: &Targets| {
        preprocess_and_task(recipe, columns(20, targets).as_ref()).unwrap_err().to_string()
    };
    assert_eq!(
        refused(&with(&[]), &number()),
        "the task classification learns classes, but the data have numbers"
    );
    assert_eq!(
        refused(&with(&["task.kind=regression"]), &labels()),
        "the task regression learns numbers, but the data have labels"
    );
    let said = |changes: &[&str]| {
        let changes: Vec<_> = changes.iter().map(|change| change.parse().unwrap()).collect();
        <Recipe>::parse("mine", "", &changes).unwrap_err().to_string()
    };
    assert_eq!(
        said(&["task.kind=regression", "loss.kind=cross-entropy"]),
        "loss.kind is \"cross-entropy\", and the task regression has mse, l1, huber: --set loss.kind=cross-entropy"
    );
    assert_eq!(
        said(&["task.kind=multi-label", "data.validation=0.1", "early_stopping.monitor=rmse"])
            .split(", expected")
            .next()
            .unwrap(),
        "early_stopping.monitor is \"rmse\""
    );
}
