//! Gradients agree with central differences in double precision.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may end so")]

mod support;

use burn::tensor::{DType, Device, Int, Tensor, TensorData};
use burnwright_data::TargetTensor;
use burnwright_model::Activation;
use burnwright_recipe::kinds::Kinds;
use burnwright_task::{LossConfig, TaskConfig};
use serde_json::json;
use support::devices;

/// Relative error allowed, in the 2-norm.
const TOLERANCE: f64 = 1e-3;
/// Half the distance of the two points of a difference.
const STEP: f64 = 1e-5;

fn inputs() -> Vec<f64> {
    // None at 0, where ReLU has no derivative; none so large that everything saturates.
    (0..12).map(|i| f64::from((i * 7) % 12) / 3.0 - 1.9).collect()
}

/// The gradient in `f32` against differences of the same function in `f64`.
fn check(
    what: &str,
    device: &Device,
    shape: [usize; 2],
    function: impl Fn(Tensor<2>) -> Tensor<1>,
) {
    let values = inputs();
    let gradient = backward(device, shape, &values, &function);
    let difference: Vec<f64> = (0..values.len())
        .map(|place| {
            let at = |offset: f64| {
                let mut moved = values.clone();
                moved[place] += offset;
                forward(shape, moved, &function)
            };
            (at(STEP) - at(-STEP)) / (2.0 * STEP)
        })
        .collect();
    let norm = |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>().sqrt();
    let apart: Vec<f64> = gradient.iter().zip(&difference).map(|(a, b)| a - b).collect();
    let error = norm(&apart) / norm(&difference);
    println!("{what}: {error:.1e}");
    assert!(norm(&difference) > 1e-3, "{what}: the differences vanish");
    assert!(error < TOLERANCE, "{what}: off by {error:e}: {gradient:?}, {difference:?}");
}

fn backward(
    device: &Device,
    shape: [usize; 2],
    values: &[f64],
    function: &impl Fn(Tensor<2>) -> Tensor<1>,
) -> Vec<f64> {
    let device = device.clone().autodiff();
    let data = TensorData::new(values.to_vec(), shape).convert::<f32>();
    let input = Tensor::<2>::from_data(data, &device).require_grad();
    let gradients = function(input.clone()).backward();
    let gradient = input.grad(&gradients).unwrap().into_data().try_to_vec::<f32>().unwrap();
    gradient.into_iter().map(f64::from).collect()
}

/// Always on flex: some of ndarray's functions compute in single precision whatever they are given.
fn forward(shape: [usize; 2], values: Vec<f64>, function: &impl Fn(Tensor<2>) -> Tensor<1>) -> f64 {
    let input =
        Tensor::<2>::from_data(TensorData::new(values, shape), (&Device::flex(), DType::F64));
    let output = function(input).into_data();
    assert_eq!(output.dtype(), DType::F64, "the function left double precision");
    output.try_to_vec::<f64>().unwrap()[0]
}

#[test]
fn activations() {
    for (name, device) in devices() {
        for activation in [
            Activation::Relu,
            Activation::Sigmoid,
            Activation::Tanh,
            Activation::Gelu,
            Activation::LeakyRelu,
            Activation::Silu,
        ] {
            // Squared, so that each input's derivative has a weight of its own.
            let function = |input: Tensor<2>| activation.apply(input).square().sum();
            check(&format!("{} on {name}", activation.name()), &device, [3, 4], function);
        }
    }
}

#[test]
fn losses() {
    let tasks = TaskConfig::NAMES.iter().flat_map(|task| {
        let task = TaskConfig::of_kind(task, json!({})).unwrap();
        task.losses().iter().map(move |loss| (task.kind(), *loss, json!({})))
    });
    let smoothed = ("classification", "cross-entropy", json!({ "label_smoothing": 0.1 }));
    for (task, kind, settings) in tasks.chain([smoothed]) {
        let loss = LossConfig::of_kind(kind, settings.clone()).unwrap();
        let shape = if task == "regression" { [12, 1] } else { [3, 4] };
        let function = |input: Tensor<2>| loss.forward(input.clone(), &targets(task, &input));
        for (name, device) in devices() {
            check(&format!("{kind} of {task} {settings} on {name}"), &device, shape, function);
        }
    }
}

/// Targets such as a task has, for inputs of its shape and type.
fn targets(task: &str, input: &Tensor<2>) -> TargetTensor {
    let (device, dtype) = (input.device(), input.dtype());
    let numbers = |values: Vec<f64>| {
        Tensor::<2>::from_data(TensorData::new(values, input.dims()), (&device, dtype))
    };
    match task {
        "classification" => {
            let classes = TensorData::new(vec![0_i32, 3, 1], [3]);
            TargetTensor::Classes(Tensor::<1, Int>::from_data(classes, &device))
        }
        "multi-label" => {
            TargetTensor::Labels(numbers((0..12).map(|i| f64::from(i % 3 % 2)).collect()))
        }
        // So that no error is at 0 or 1, where the derivatives of L1 and Huber jump.
        "regression" => TargetTensor::Numbers(numbers(vec![0.25; 12])),
        other => panic!("{other} has no targets here"),
    }
}
