//! Losses, activations, optimizers and schedules give PyTorch's values; `fixtures/README.md` says how those were made.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

mod support;

use burn::module::{Module, Param};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Int, Tensor, TensorData};
use burnwright_data::TargetTensor;
use burnwright_model::Activation;
use burnwright_task::LossConfig;
use burnwright_training::{OptimizerConfig, Schedule, ScheduleConfig};
use serde_json::{Value, json};
use support::devices;

fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(items) => items.iter().flat_map(numbers).collect(),
        number => vec![number.as_f64().unwrap()],
    }
}

fn floats(value: &Value) -> Vec<f32> {
    #[expect(clippy::cast_possible_truncation, reason = "the values are f32 in PyTorch")]
    numbers(value).into_iter().map(|number| number as f32).collect()
}

fn assert_close(ours: &[f32], theirs: &[f32], tolerance: f32, what: &str) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (place, (a, b)) in ours.iter().zip(theirs).enumerate() {
        let scale = b.abs().max(1e-3);
        assert!((a - b).abs() <= tolerance * scale, "{what}[{place}]: {a}, PyTorch has {b}");
    }
}

#[derive(Module, Debug)]
struct Single {
    weight: Param<Tensor<2>>,
}

#[test]
fn optimizers_step_as_pytorchs() {
    let fixture = support::json("optimizers.json");
    for (device_name, plain) in devices() {
        let device = plain.autodiff();
        for case in fixture["cases"].as_array().unwrap() {
            let name = format!("{} on {device_name}", case["name"].as_str().unwrap());
            let mut settings = case["settings"].clone();
            if let Some(decay) = settings.as_object_mut().unwrap().remove("lr_decay") {
                settings["learning_rate_decay"] = decay;
            }
            let config: OptimizerConfig = serde_json::from_value(settings).unwrap();
            let mut optimizer = config.init(&device);
            let initial = TensorData::new(floats(&fixture["initial"]), [2, 3]);
            let mut module = Single { weight: Param::from_data(initial, &device) };
            let steps = fixture["gradients"]
                .as_array()
                .unwrap()
                .iter()
                .zip(case["parameters"].as_array().unwrap());
            for (step, (gradient, expected)) in steps.enumerate() {
                let gradient = TensorData::new(floats(gradient), [2, 3]);
                let mut gradients = GradientsParams::new();
                let gradient = Tensor::<2>::from_data(gradient, &device.clone().inner());
                gradients.register(module.weight.id, gradient);
                module = optimizer.step(config.learning_rate(), module, gradients);
                let ours = module.weight.val().into_data().try_to_vec::<f32>().unwrap();
                assert_close(&ours, &floats(expected), 2e-5, &format!("{name}, step {step}"));
            }
        }
    }
}

#[test]
fn schedules_give_pytorchs_rates() {
    for case in support::json("schedules.json")["cases"].as_array().unwrap() {
        let settings = &case["settings"];
        let rates = numbers(&case["learning_rates"]);
        let (config, steps_per_epoch) = match settings["kind"].as_str().unwrap() {
            "constant" => (json!({"kind": "constant"}), 1),
            "step" => (json!({"kind": "step", "epochs": 2, "gamma": settings["gamma"]}), 5),
            "cosine" => (json!({"kind": "cosine", "minimum": settings["eta_min"]}), 1),
            "one-cycle" => (json!({"kind": "one-cycle"}), 1),
            "warmup" => (json!({"kind": "warmup", "steps": settings["warmup_steps"]}), 1),
            other => panic!("{other}"),
        };
        let config: ScheduleConfig = serde_json::from_value(config).unwrap();
        let peak = settings.get("learning_rate").or(settings.get("max_learning_rate"));
        let schedule =
            Schedule::new(config, peak.unwrap().as_f64().unwrap(), steps_per_epoch, rates.len());
        for (step, &expected) in rates.iter().enumerate() {
            let ours = schedule.at(step);
            let error = (ours - expected).abs() / expected;
            assert!(error < 1e-9, "{settings}: step {step} has {ours}, PyTorch has {expected}");
        }
    }
}

#[test]
fn losses_and_their_gradients_are_pytorchs() {
    for group in support::json("losses.json")["losses"].as_array().unwrap() {
        for (device_name, plain) in devices() {
            let device = plain.autodiff();
            for case in group["cases"].as_array().unwrap() {
                let of = group["of"].as_str().unwrap();
                let name = format!("{} of {of} on {device_name}", case["name"].as_str().unwrap());
                let config: LossConfig = serde_json::from_value(case["settings"].clone()).unwrap();
                let outputs = matrix(&group["outputs"], &device).require_grad();
                let loss = config.forward(outputs.clone(), &targets(of, group, &device));
                let gradients = loss.backward();
                let value = loss.into_data().try_to_vec::<f32>().unwrap();
                assert_close(&value, &floats(&case["value"]), 1e-5, &name);
                let gradient =
                    outputs.grad(&gradients).unwrap().into_data().try_to_vec::<f32>().unwrap();
                assert_close(
                    &gradient,
                    &floats(&case["gradient"]),
                    1e-4,
                    &format!("gradient of {name}"),
                );
            }
        }
    }
}

/// Rows of numbers as a tensor.
fn matrix(rows: &Value, device: &Device) -> Tensor<2> {
    let width = rows[0].as_array().unwrap().len();
    let values = floats(rows);
    let shape = [values.len() / width, width];
    Tensor::from_data(TensorData::new(values, shape), device)
}

fn targets(of: &str, group: &Value, device: &Device) -> TargetTensor {
    let targets = &group["targets"];
    match of {
        "classes" => {
            let classes: Vec<i32> = serde_json::from_value(targets.clone()).unwrap();
            let classes = TensorData::new(classes.clone(), [classes.len()]);
            TargetTensor::Classes(Tensor::<1, Int>::from_data(classes, device))
        }
        "labels" => TargetTensor::Labels(matrix(targets, device)),
        "numbers" => TargetTensor::Numbers(matrix(targets, device)),
        other => panic!("{other}"),
    }
}

#[test]
fn activations_are_pytorchs() {
    let fixture = support::json("losses.json");
    let inputs = floats(&fixture["inputs"]);
    for (device_name, device) in devices() {
        for case in fixture["activations"].as_array().unwrap() {
            let kind = case["kind"].as_str().unwrap().replace('_', "-");
            let activation: Activation = serde_json::from_value(json!(kind)).unwrap();
            let ours = outputs(activation, &inputs, &device);
            // Absolute: where an activation is near 0 it is the difference of two numbers near 1, in PyTorch too.
            for (x, (a, b)) in inputs.iter().zip(ours.iter().zip(floats(&case["outputs"]))) {
                assert!((a - b).abs() < 1e-6, "{kind}({x}) on {device_name}: {a}, PyTorch has {b}");
            }
        }
    }
}

fn outputs(activation: Activation, inputs: &[f32], device: &Device) -> Vec<f32> {
    let inputs = Tensor::<1>::from_data(TensorData::new(inputs.to_vec(), [inputs.len()]), device);
    activation.apply(inputs).into_data().try_to_vec::<f32>().unwrap()
}
