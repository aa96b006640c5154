//! The cross-entropy of mixed examples is that against soft targets, as `torch.nn.functional.cross_entropy` takes them after
//! `torchvision.transforms.v2.MixUp`; and what is counted as correct.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

use burn::tensor::{Device, Tensor, TensorData};
use burnwright_data::{Target, TargetTensor};
use burnwright_task::{CrossEntropyConfig, LossConfig};

const LOGITS: [[f64; 3]; 3] = [[2.0, -1.0, 0.5], [0.0, 0.25, -3.0], [1.5, 1.0, -0.5]];
const CLASSES: [usize; 3] = [0, 2, 1];
const SHARE: f64 = 0.7;

/// What each example is to have of each class, `[example][class]`.
fn soft_targets(smoothing: f64) -> [[f64; 3]; 3] {
    let mut targets = [[smoothing / 3.0; 3]; 3];
    for (example, targets) in targets.iter_mut().enumerate() {
        let before = CLASSES[(example + 2) % 3];
        targets[CLASSES[example]] += (1.0 - smoothing) * SHARE;
        targets[before] += (1.0 - smoothing) * (1.0 - SHARE);
    }
    targets
}

fn softmax(logits: [f64; 3]) -> [f64; 3] {
    let sum: f64 = logits.iter().map(|logit| logit.exp()).sum();
    logits.map(|logit| logit.exp() / sum)
}

#[test]
fn the_loss_and_its_gradient_are_those_of_soft_targets() {
    let device = Device::flex().autodiff();
    for label_smoothing in [0.0, 0.1] {
        let logits: Vec<f64> = LOGITS.iter().flatten().copied().collect();
        let logits =
            Tensor::<2>::from_data(TensorData::new(logits, [3, 3]), &device).require_grad();
        let truth = CLASSES.map(|class| Target::Class(u32::try_from(class).unwrap()));
        let targets = TargetTensor::mixed(&truth, SHARE, &device);
        let loss = LossConfig::CrossEntropy(CrossEntropyConfig { label_smoothing });
        let loss = loss.forward(logits.clone(), &targets);
        let gradients = logits.grad(&loss.backward()).unwrap();

        let wanted = soft_targets(label_smoothing);
        let mut expected = 0.0;
        let mut slopes = Vec::new();
        for (logits, wanted) in LOGITS.into_iter().zip(wanted) {
            for (probability, wanted) in softmax(logits).into_iter().zip(wanted) {
                expected -= wanted * probability.ln() / 3.0;
                slopes.push((probability - wanted) / 3.0);
            }
        }
        let got = f64::from(loss.into_scalar::<f32>());
        assert!((got - expected).abs() < 1e-6, "{got}, expected {expected}");
        let got = gradients.into_data().try_to_vec::<f32>().unwrap();
        for (got, expected) in got.into_iter().zip(slopes) {
            assert!((f64::from(got) - expected).abs() < 1e-6, "{got}, expected {expected}");
        }
    }
}

#[test]
fn the_class_of_the_larger_share_counts() {
    let device = Device::flex();
    let truth = CLASSES.map(|class| Target::Class(u32::try_from(class).unwrap()));
    let settled = |share| {
        let TargetTensor::Classes(classes) = TargetTensor::mixed(&truth, share, &device).settled()
        else {
            panic!("not settled")
        };
        classes.into_data().iter::<i64>().collect::<Vec<_>>()
    };
    assert_eq!((settled(0.5), settled(0.49)), (vec![0, 2, 1], vec![1, 0, 2]));
}
