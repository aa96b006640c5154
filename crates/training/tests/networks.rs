//! The networks for tables and for pictures of any size compute what PyTorch's twins compute over 20 steps of training, and when they are
//! judged after it; `fixtures/README.md` says how PyTorch's were made.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may end so")]

mod support;

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Int, Tensor, TensorData};
use burnwright_data::TargetTensor;
use burnwright_model::{
    Architecture, ConvNetConfig, Model, ModelConfig, TabularConfig, from_safetensors, state_dict,
};
use burnwright_task::LossConfig;
use burnwright_training::OptimizerConfig;
use safetensors::SafeTensors;
use serde_json::{Value, json};
use support::{devices, fixture};

const STEPS: usize = 20;
const BATCH: usize = 8;
const CLASSES: usize = 4;
const PROBED: usize = 7;
/// What sums in another order are worth after 20 steps.
const ALLOWED: f32 = 1e-3;

#[test]
fn a_network_for_tables_learns_as_pytorchs_twin() {
    let config = TabularConfig { hidden: vec![12, 7], dropout: 0.0, categories: vec![4, 11] };
    let adamw = json!({"kind": "adamw", "learning_rate": 0.01, "weight_decay": 0.01});
    follow("tabular", &ModelConfig::Tabular(config), &adamw, [1, 1, 7]);
}

#[test]
fn a_network_for_pictures_of_any_size_learns_as_pytorchs_twin() {
    let config = ConvNetConfig { channels: vec![4, 6], dropout: 0.0 };
    let sgd = json!({"kind": "sgd", "learning_rate": 0.05, "momentum": 0.9});
    follow("convnet", &ModelConfig::ConvNet(config), &sgd, [3, 11, 9]);
}

/// PyTorch's file, asked for the part of one network.
struct Peer<'a> {
    file: SafeTensors<'a>,
    network: &'a str,
}

impl Peer<'_> {
    fn values(&self, name: &str) -> Vec<f32> {
        floats(self.file.tensor(&format!("{}/{name}", self.network)).unwrap().data())
    }

    /// The weights before training, as a file of their own.
    fn initial(&self) -> Vec<u8> {
        let prefix = format!("{}/init/", self.network);
        let tensors = self.file.tensors();
        let of_this =
            tensors.iter().filter_map(|(name, view)| Some((name.strip_prefix(&prefix)?, view)));
        safetensors::serialize(of_this, None).unwrap()
    }
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().unwrap())).collect()
}

/// The largest difference, relative where the values are above 1.
fn largest_gap(ours: &[f32], theirs: &[f32]) -> f32 {
    assert_eq!(ours.len(), theirs.len());
    let gaps = ours.iter().zip(theirs).map(|(a, b)| (a - b).abs() / b.abs().max(1.0));
    gaps.fold(0.0, |most, gap| if gap > most || gap.is_nan() { gap } else { most })
}

fn follow(name: &str, config: &ModelConfig, optimizer: &Value, example: [usize; 3]) {
    let bytes = fixture("networks.safetensors");
    let peer = Peer { file: SafeTensors::deserialize(&bytes).unwrap(), network: name };
    for (device_name, device) in devices() {
        let gaps = gaps(&peer, config, optimizer, example, &device);
        println!("{name} on {device_name}: {gaps:?}");
        for (what, gap) in gaps {
            assert!(gap < ALLOWED, "{what} of {name} on {device_name} is off by {gap:e}");
        }
    }
}

/// How far the losses, each tensor after training, and the outputs of the trained network are from PyTorch's.
fn gaps(
    peer: &Peer<'_>,
    config: &ModelConfig,
    optimizer: &Value,
    [channels, height, width]: [usize; 3],
    device: &Device,
) -> Vec<(String, f32)> {
    let recording = device.clone().autodiff();
    let model = config.init([channels, height, width], CLASSES, 0, &recording);
    let mut model = from_safetensors(model, &peer.initial()).unwrap();
    let optimizer_config: OptimizerConfig = serde_json::from_value(optimizer.clone()).unwrap();
    let mut optimizer = optimizer_config.init(&recording);
    let loss: LossConfig = serde_json::from_value(json!({"kind": "cross-entropy"})).unwrap();
    let (inputs, targets) = (peer.values("inputs"), peer.values("targets"));
    let size = BATCH * channels * height * width;
    let mut losses = Vec::new();
    for (inputs, targets) in inputs.chunks_exact(size).zip(targets.chunks_exact(BATCH)) {
        let inputs = TensorData::new(inputs.to_vec(), [BATCH, channels, height, width]);
        #[expect(clippy::cast_possible_truncation, reason = "classes are whole and small")]
        let targets: Vec<i32> = targets.iter().map(|&class| class as i32).collect();
        let targets = Tensor::<1, Int>::from_data(TensorData::new(targets, [BATCH]), &recording);
        let outputs = model.forward(Tensor::from_data(inputs, &recording));
        let loss = loss.forward(outputs, &TargetTensor::Classes(targets)); // [1]
        losses.push(loss.clone().into_scalar::<f32>());
        let gradients = GradientsParams::from_grads(loss.backward(), &model);
        model = optimizer.step(optimizer_config.learning_rate(), model, gradients);
    }
    assert_eq!(losses.len(), STEPS);
    let mut gaps = vec![("losses".to_owned(), largest_gap(&losses, &peer.values("losses")))];
    let model = model.valid();
    for tensor in state_dict(&model).unwrap() {
        let theirs = peer.values(&format!("final/{}", tensor.name));
        gaps.push((tensor.name, largest_gap(&floats(&tensor.bytes), &theirs)));
    }
    let probe = TensorData::new(peer.values("probe"), [PROBED, channels, height, width]);
    let outputs = model.forward(Tensor::from_data(probe, device));
    let outputs = outputs.into_data().try_to_vec::<f32>().unwrap();
    gaps.push(("outputs".to_owned(), largest_gap(&outputs, &peer.values("outputs"))));
    gaps
}
