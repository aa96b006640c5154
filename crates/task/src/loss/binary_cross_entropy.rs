//! `torch.nn.BCEWithLogitsLoss`: the mean over examples and labels.

use burn::tensor::Tensor;
use burn::tensor::activation::log_sigmoid;
use burnwright_data::TargetTensor;
use burnwright_recipe::settings;

use super::{Loss, Truth, not_mine};

settings! {
    /// The binary cross-entropy has no settings.
    pub struct BinaryCrossEntropyConfig {}
}

impl Loss for BinaryCrossEntropyConfig {
    /// `-y log(s(x)) - (1 - y) log(1 - s(x))`, of which the second logarithm is `log(s(x)) - x`.
    fn forward(&self, outputs: Tensor<2>, targets: &TargetTensor) -> Tensor<1> {
        let TargetTensor::Labels(labels) = targets else {
            not_mine("binary-cross-entropy", targets.kind())
        };
        let absent = labels.clone().neg().add_scalar(1.0); // [batch, labels]
        (absent * outputs.clone() - log_sigmoid(outputs)).mean()
    }

    /// The mean over the labels.
    #[expect(clippy::cast_precision_loss, reason = "output counts are far below 2^53")]
    fn of_example(&self, outputs: &[f32], truth: &Truth<'_>) -> f64 {
        let Truth::Labels(labels) = truth else { not_mine("binary-cross-entropy", truth.kind()) };
        let each = outputs.iter().zip(*labels).map(|(&output, &holds)| {
            let x = f64::from(output);
            let absent = if holds { 0.0 } else { x };
            // max(-x, 0) + log(1 + exp(-|x|)) is -log(s(x)) without overflow.
            absent + (-x).max(0.0) + (-x.abs()).exp().ln_1p()
        });
        each.sum::<f64>() / outputs.len() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_pytorchs_and_does_not_overflow() {
        // torch 2.15: binary_cross_entropy_with_logits([0.5, -1.0, 2.0], [1.0, 0.0, 0.0]) in float64.
        let of = |outputs: &[f32], labels: &[bool]| {
            BinaryCrossEntropyConfig {}.of_example(outputs, &Truth::Labels(labels))
        };
        let got = of(&[0.5, -1.0, 2.0], &[true, false, false]);
        assert!((got - 0.971_422_227_580_434_1).abs() < 1e-12, "{got}");
        assert!((of(&[-1e4], &[true]) - 1e4).abs() < 1e-9);
        assert!(of(&[1e4], &[true]).abs() < 1e-9);
        assert!(of(&[f32::NAN], &[true]).is_nan());
    }
}
