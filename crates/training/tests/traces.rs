//! The whole training path computes what PyTorch computes, step by step: initial weights and batches given, 200 losses and the
//! final weights compared. `fixtures/traces/README.md` says how the traces were made.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may end so")]

mod support;

use burn::tensor::Device;
use burnwright_data::DataConfig;
use burnwright_model::{Architecture, NamedTensor, from_safetensors, state_dict};
use burnwright_training::{Job, Recipe, train};
use safetensors::SafeTensors;
use serde_json::Value;
use support::{Recorder, devices, fixture, json, recipe};

const STEPS: usize = 200;

#[test]
fn relu_cross_entropy_adam() {
    follow("relu_ce_adam");
}

#[test]
fn tanh_cross_entropy_sgd() {
    follow("tanh_ce_sgd");
}

#[test]
fn sigmoid_mse_adam() {
    follow("sigmoid_mse_adam");
}

#[test]
fn relu_cross_entropy_sgd_momentum() {
    follow("relu_ce_sgd_momentum");
}

#[test]
fn relu_cross_entropy_adamw_clip() {
    follow("relu_ce_adamw_clip");
}

fn follow(name: &str) {
    let trace = json(&format!("traces/{name}.json"));
    let expected: Vec<f64> =
        trace["losses"].as_array().unwrap().iter().map(|loss| loss.as_f64().unwrap()).collect();
    assert_eq!(expected.len(), STEPS);
    let final_weights = fixture(&format!("traces/{name}.final.safetensors"));
    for (device_name, device) in devices() {
        let (losses, weights) = run(name, &recipe_of(&trace["settings"]), &device);
        let relative =
            |step: usize| (f64::from(losses[step]) - expected[step]).abs() / expected[step];
        let worst = |steps: std::ops::Range<usize>| largest(steps.map(relative));
        let (first, all) = (worst(0..20), worst(0..STEPS));
        let distance = worst_distance(&weights, &final_weights);
        println!(
            "{name} {device_name}: first 20 {first:.1e}, all {all:.1e}, weights {distance:.1e}"
        );
        assert!(
            first < 1e-4,
            "{name} on {device_name}: a loss of the first 20 is off by {first:e}"
        );
        assert!(all < 2e-2, "{name} on {device_name}: a loss is off by {all:e}");
        assert!(distance < 1e-2, "{name} on {device_name}: a tensor is off by {distance:e}");
    }
}

fn recipe_of(settings: &Value) -> Recipe {
    let text = |key: &str| settings[key].as_str().unwrap().to_owned();
    let mut changes = vec![
        format!("model.hidden={}", settings["hidden"]),
        format!("model.activation={}", text("activation")),
        format!("loss.kind={}", text("loss")),
        format!("optimizer.learning_rate={}", settings["learning_rate"]),
        "model.kind=mlp".to_owned(),
        format!("optimizer.kind={}", text("optimizer")),
        "data.shuffle=false".to_owned(),
        format!("training.max_steps={STEPS}"),
    ];
    for (key, place) in [
        ("momentum", "optimizer.momentum"),
        ("weight_decay", "optimizer.weight_decay"),
        ("clip_global_norm", "training.clip_global_norm"),
    ] {
        if let Some(value) = settings.get(key) {
            changes.push(format!("{place}={value}"));
        }
    }
    recipe(&changes.iter().map(String::as_str).collect::<Vec<_>>())
}

fn run(name: &str, recipe: &Recipe, device: &Device) -> (Vec<f32>, Vec<NamedTensor>) {
    let device = device.clone().autodiff();
    let source = DataConfig::default().open().unwrap().train;
    let model = recipe.model.init([1, 28, 28], 10, 0, &device);
    let initial = fixture(&format!("traces/{name}.init.safetensors"));
    let model = from_safetensors(model, &initial).unwrap();
    let recorder = Recorder::default();
    let mut job = Job::new(model, recipe.clone(), &source, device).unwrap();
    job.sinks.push(Box::new(recorder.clone()));
    let outcome = train(job).unwrap();
    (recorder.losses(), state_dict(&outcome.model).unwrap())
}

/// The largest relative 2-norm distance of a tensor from PyTorch's.
fn worst_distance(weights: &[NamedTensor], expected: &[u8]) -> f64 {
    let expected = SafeTensors::deserialize(expected).unwrap();
    assert_eq!(weights.len(), expected.len());
    let values = |bytes: &[u8]| -> Vec<f64> {
        bytes
            .chunks_exact(4)
            .map(|b| f64::from(f32::from_le_bytes(b.try_into().unwrap())))
            .collect()
    };
    let norm = |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>().sqrt();
    let distance = |tensor: &NamedTensor| {
        let peer = expected.tensor(&tensor.name).unwrap();
        assert_eq!(peer.shape(), tensor.shape, "{}", tensor.name);
        let (ours, theirs) = (values(&tensor.bytes), values(peer.data()));
        let difference: Vec<f64> = ours.iter().zip(&theirs).map(|(a, b)| a - b).collect();
        norm(&difference) / norm(&theirs)
    };
    largest(weights.iter().map(distance))
}

/// NaN counts as larger than any number.
fn largest(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(
        0.0,
        |largest: f64, value| if value > largest || value.is_nan() { value } else { largest },
    )
}
