//! Every optimizer goes on from its record. Those that have a pass of their own on the processor step as Burn's do, and each goes on from
//! the other's record.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

mod support;

use burn::nn::{Linear, LinearConfig};
use burn::optim::decay::WeightDecayConfig;
use burn::optim::momentum::MomentumConfig;
use burn::optim::{self, GradientsParams, ModuleOptimizer, OptimizerRecord};
use burn::tensor::{Device, Tensor, TensorData};
use burnwright_recipe::kinds::Kinds;
use burnwright_training::{AdamConfig, AdamWConfig, OptimizerConfig, SgdConfig};
use support::devices;

const SHAPE: [usize; 2] = [7, 5];

#[test]
fn plain_sgd() {
    let ours = SgdConfig { weight_decay: 0.01, ..SgdConfig::default() };
    follow(&OptimizerConfig::Sgd(ours), || burns_sgd(None));
}

#[test]
fn sgd_with_momentum() {
    for nesterov in [false, true] {
        let ours =
            SgdConfig { weight_decay: 0.01, momentum: 0.9, nesterov, ..SgdConfig::default() };
        let momentum = MomentumConfig { momentum: 0.9, dampening: 0.0, nesterov };
        follow(&OptimizerConfig::Sgd(ours), || burns_sgd(Some(momentum.clone())));
    }
}

#[test]
fn adam() {
    let ours = AdamConfig { weight_decay: 0.01, ..AdamConfig::default() };
    follow(&OptimizerConfig::Adam(ours), || {
        let decay = Some(WeightDecayConfig::new(0.01));
        optim::AdamConfig::new().with_epsilon(1e-8).with_weight_decay(decay).init()
    });
}

#[test]
fn adamw() {
    let ours = AdamWConfig { weight_decay: 0.01, ..AdamWConfig::default() };
    follow(&OptimizerConfig::AdamW(ours), || {
        optim::AdamWConfig::new().with_epsilon(1e-8).with_weight_decay(0.01).init()
    });
}

#[test]
fn each_optimizer_goes_on_from_its_record_to_the_same_bits() {
    for (name, device) in devices() {
        let device = device.autodiff();
        for kind in OptimizerConfig::NAMES {
            let config = OptimizerConfig::of_kind(kind, serde_json::json!({})).unwrap();
            let model = LinearConfig::new(SHAPE[0], SHAPE[1]).with_bias(false).init(&device);
            let (through, middle) = steps(config.init(&device), model, 0..20);
            let bytes = through.to_record().into_bytes().unwrap();
            let resumed =
                config.init(&device).load_record(OptimizerRecord::from_bytes(bytes).unwrap());
            let bits = |optimizer: ModuleOptimizer| -> Vec<u32> {
                let (_, model) = steps(optimizer, middle.clone(), 20..40);
                let weights = model.weight.val().into_data().try_to_vec::<f32>().unwrap();
                weights.into_iter().map(f32::to_bits).collect()
            };
            assert_eq!(bits(resumed), bits(through), "{kind} on {name}");
        }
    }
}

fn burns_sgd(momentum: Option<MomentumConfig>) -> ModuleOptimizer {
    let decay = Some(WeightDecayConfig::new(0.01));
    optim::SgdConfig::new().with_momentum(momentum).with_weight_decay(decay).init()
}

fn follow(config: &OptimizerConfig, new_burns: impl Fn() -> ModuleOptimizer) {
    for (name, device) in devices() {
        let device = device.autodiff();
        let model = LinearConfig::new(SHAPE[0], SHAPE[1]).with_bias(false).init(&device);
        let (ours, middle) = steps(config.init(&device), model.clone(), 0..20);
        let (burns, burns_middle) = steps(new_burns(), model, 0..20);
        let ours_on_burns = config.init(&device).load_record(burns.to_record());
        let burns_on_ours = new_burns().load_record(ours.to_record());
        let (_, expected) = steps(burns, burns_middle.clone(), 20..40);
        for (who, optimizer, model) in [
            ("ours", ours, middle.clone()),
            ("ours on Burn's record", ours_on_burns, burns_middle),
            ("Burn's on our record", burns_on_ours, middle),
        ] {
            let (_, got) = steps(optimizer, model, 20..40);
            let difference = (got.weight.val() - expected.weight.val()).abs().max();
            let difference = difference.into_scalar::<f32>();
            assert!(difference < 1e-6, "{who}, {config:?} on {name}: {difference}");
        }
    }
}

/// Steps with gradients that look random.
fn steps(
    mut optimizer: ModuleOptimizer,
    mut model: Linear,
    numbers: std::ops::Range<u16>,
) -> (ModuleOptimizer, Linear) {
    let device: Device = model.weight.val().device();
    for number in numbers {
        let values: Vec<f32> =
            (0..35_u16).map(|place| f32::from(place * 31 + number * 7).sin()).collect();
        let direction = Tensor::<2>::from_data(TensorData::new(values, SHAPE), &device);
        let loss = (model.weight.val() * direction).sum();
        let gradients = GradientsParams::from_grads(loss.backward(), &model);
        model = optimizer.step(0.01, model, gradients);
    }
    (optimizer, model)
}
