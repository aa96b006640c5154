//! Batch normalisation keeps the statistics that PyTorch keeps, in training and in evaluation after it; `fixtures/README.md` says how
//! PyTorch's were made.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

mod support;

use burn::module::Module;
use burn::nn::BatchNormConfig;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Int, Tensor, TensorData};
use burnwright_data::TargetTensor;
use burnwright_model::{Architecture, CnnConfig, Model, ModelConfig, from_safetensors, state_dict};
use burnwright_task::LossConfig;
use burnwright_training::OptimizerConfig;
use safetensors::SafeTensors;
use serde_json::json;
use support::{devices, fixture};

const STEPS: usize = 5;

/// PyTorch's file, asked for the part of one batch size.
struct Peer<'a> {
    file: SafeTensors<'a>,
    batch: usize,
}

impl Peer<'_> {
    fn values(&self, name: &str) -> Vec<f32> {
        let bytes = self.file.tensor(&format!("{}/{name}", self.batch)).unwrap().data();
        bytes.chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect()
    }

    /// The weights before training, as a file of their own.
    fn initial(&self) -> Vec<u8> {
        let prefix = format!("{}/init/", self.batch);
        let tensors = self.file.tensors();
        let of_this =
            tensors.iter().filter_map(|(name, view)| Some((name.strip_prefix(&prefix)?, view)));
        safetensors::serialize(of_this, None).unwrap()
    }
}

fn assert_near(what: &str, ours: &[f32], theirs: &[f32]) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (place, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
        let gap = (ours - theirs).abs();
        assert!(
            gap <= 2e-5 * theirs.abs().max(1.0),
            "{what}[{place}]: {ours}, PyTorch has {theirs}"
        );
    }
}

#[test]
fn running_statistics_and_the_evaluation_after_training_are_pytorchs() {
    let bytes = fixture("batch_norm.safetensors");
    for batch in [1, 2, 64] {
        let peer = Peer { file: SafeTensors::deserialize(&bytes).unwrap(), batch };
        for (device_name, device) in devices() {
            follow(&peer, &format!("batches of {batch} on {device_name}"), &device);
        }
    }
}

fn follow(peer: &Peer, what: &str, device: &Device) {
    let config = CnnConfig { channels: [2, 3], hidden: 5, dropout: 0.0 };
    let recording = device.clone().autodiff();
    let model = ModelConfig::Cnn(config).init([1, 6, 6], 4, 0, &recording);
    let mut model = from_safetensors(model, &peer.initial()).unwrap();
    let settings = json!({"kind": "sgd", "learning_rate": 0.05});
    let config: OptimizerConfig = serde_json::from_value(settings).unwrap();
    let mut optimizer = config.init(&recording);
    let loss: LossConfig = serde_json::from_value(json!({"kind": "cross-entropy"})).unwrap();
    let (images, targets) = (peer.values("images"), peer.values("targets"));
    for step in 0..STEPS {
        let of_step = |values: &[f32]| {
            let length = values.len() / STEPS;
            values[step * length..(step + 1) * length].to_vec()
        };
        let images = TensorData::new(of_step(&images), [peer.batch, 1, 6, 6]);
        #[expect(clippy::cast_possible_truncation, reason = "classes are whole and small")]
        let targets: Vec<i32> = of_step(&targets).into_iter().map(|class| class as i32).collect();
        let targets =
            Tensor::<1, Int>::from_data(TensorData::new(targets, [peer.batch]), &recording);
        let logits = model.forward(Tensor::from_data(images, &recording));
        let gradients = loss.forward(logits, &TargetTensor::Classes(targets)).backward();
        let gradients = GradientsParams::from_grads(gradients, &model);
        model = optimizer.step(config.learning_rate(), model, gradients);
    }
    let model = model.valid();
    for tensor in state_dict(&model).unwrap() {
        let ours = tensor.bytes.chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap()));
        let theirs = peer.values(&format!("final/{}", tensor.name));
        assert_near(&format!("{}, {what}", tensor.name), &ours.collect::<Vec<_>>(), &theirs);
    }
    let probe = Tensor::from_data(TensorData::new(peer.values("probe"), [5, 1, 6, 6]), device);
    let logits = model.forward(probe).into_data().try_to_vec::<f32>().unwrap();
    assert_near(&format!("logits, {what}"), &logits, &peer.values("logits"));
}

/// The day this fails, `normalise_relu` of the model crate and `batch_norm` of the kernels need their workaround no longer.
#[test]
fn burns_own_layer_still_keeps_the_biased_variance() {
    let device = Device::flex().autodiff();
    let layer = BatchNormConfig::new(1).with_momentum(1.0).init(&device);
    // Two values, 1 from their mean: the biased variance is 1, the unbiased one 2.
    let _ = layer.forward(Tensor::<4>::from_data([[[[0.0_f32, 2.0]]]], &device));
    assert_eq!(layer.running_var.value_sync().into_scalar::<f32>().to_bits(), 1.0_f32.to_bits());
}
