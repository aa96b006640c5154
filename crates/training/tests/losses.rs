//! Every task is learned with each of its losses, by the same loop: only the targets differ.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

mod support;

use std::sync::Arc;

use burn::tensor::Device;
use burnwright_data::{ImageShape, Images, Source, Target, Targets};
use burnwright_model::Network;
use burnwright_recipe::kinds::Kinds;
use burnwright_run::NamedMetric;
use burnwright_task::TaskConfig;
use burnwright_training::{Job, Outcome, train};
use support::{digest, recipe};

const SHAPE: ImageShape = ImageShape { channels: 1, height: 4, width: 4 };

/// Images whose halves are bright or dark, and what a task says of them.
fn source(task: &str) -> Arc<dyn Source> {
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    let targets = match task {
        "classification" => Targets::Classes(names(&["none", "left", "right", "both"])),
        "multi-label" => Targets::Labels(names(&["left", "right"])),
        "regression" => Targets::Number("share".to_owned()),
        other => panic!("{other} has no targets here"),
    };
    let halves = |example: u8| [example % 2 == 1, example % 4 > 1];
    let truth = (0..120).map(|example: u8| match &targets {
        Targets::Labels(_) => Target::Labels(halves(example).into()),
        Targets::Number(_) => {
            let [left, right] = halves(example).map(|is_bright| f64::from(u8::from(is_bright)));
            Target::Number(1000.0 + 300.0 * left - 100.0 * right)
        }
        Targets::Classes(_) => Target::Class(u32::from(example % 4)),
    });
    let pixels = (0..120).flat_map(|example: u8| {
        (0..16_u8).map(move |place| {
            let is_bright = halves(example)[usize::from(place % 4 / 2)];
            u8::from(is_bright) * 200 + (example ^ place) % 32
        })
    });
    let (pixels, truth) = (pixels.collect(), truth.collect());
    Arc::new(Images::with_targets(SHAPE, targets, pixels, truth, "halves").unwrap())
}

fn learn(task: &str, loss: &str) -> (Outcome<Network>, Vec<NamedMetric>) {
    let recipe = recipe(&[
        &format!("task.kind={task}"),
        &format!("loss.kind={loss}"),
        "model.kind=mlp",
        "model.hidden=[16]",
        "data.batch_size=8",
        "data.validation=0.2",
        "training.epochs=20",
        "optimizer.kind=adam",
        "optimizer.learning_rate=0.01",
    ]);
    let (source, device) = (source(task), Device::flex().autodiff());
    let outputs = source.targets().names().len();
    let model = recipe.model.init(SHAPE.dimensions(), outputs, 3, &device);
    let job = Job::new(model, recipe, &source, device).unwrap();
    let metrics = job.task.metrics();
    (train(job).unwrap(), metrics)
}

#[test]
fn each_task_is_learned_with_each_of_its_losses_to_the_same_bits() {
    for task in TaskConfig::NAMES {
        let config = TaskConfig::of_kind(task, serde_json::json!({})).unwrap();
        for loss in config.losses() {
            let (outcome, metrics) = learn(task, loss);
            let validation = outcome.validation.as_ref().unwrap();
            // The share of the examples, or of the number's deviation, that is missed.
            let missed = match metrics[0].name.as_str() {
                "rmse" => validation.get("rmse").unwrap() / 158.0,
                name => 1.0 - validation.get(name).unwrap(),
            };
            assert!(missed < 0.1, "{task} with {loss}: {validation:?}");
            for metric in &metrics {
                assert!(validation.get(&metric.name).is_some(), "{task} has no {}", metric.name);
            }
            assert_eq!(
                digest(&learn(task, loss).0.model),
                digest(&outcome.model),
                "{task}, {loss}"
            );
        }
    }
}
