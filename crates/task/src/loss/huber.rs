//! `torch.nn.HuberLoss`: squared where an error is small, absolute where it is large.

use burn::tensor::Tensor;
use burnwright_data::TargetTensor;
use burnwright_recipe::checks::above_zero;
use burnwright_recipe::settings;

use super::{Loss, Truth, not_mine};

settings! {
    /// Settings of the Huber loss (Huber, 1964).
    pub struct HuberConfig {
        /// The size of an error above which the loss grows linearly: in deviations of the targets, for they are learned with deviation 1.
        delta: f64 = 1.0, check(above_zero);
    }
}

impl Loss for HuberConfig {
    /// With the size `s` of an error, `s^2 / 2` up to `delta` and `delta * (s - delta / 2)` above it. With `c = min(s, delta)` both are
    /// `c * (s - c / 2)`.
    fn forward(&self, outputs: Tensor<2>, targets: &TargetTensor) -> Tensor<1> {
        let TargetTensor::Numbers(numbers) = targets else { not_mine("huber", targets.kind()) };
        let size = (outputs - numbers.clone()).abs(); // [batch, outputs]
        let clamped = size.clone().clamp_max(self.delta);
        (clamped.clone() * (size - clamped.mul_scalar(0.5))).mean()
    }

    /// The mean over the outputs.
    #[expect(clippy::cast_precision_loss, reason = "output counts are far below 2^53")]
    fn of_example(&self, outputs: &[f32], truth: &Truth<'_>) -> f64 {
        let Truth::Number(number) = *truth else { not_mine("huber", truth.kind()) };
        let each = outputs.iter().map(|&output| {
            let size = (f64::from(output) - number).abs();
            // `f64::min` would take `delta` for NaN, but the other factor is NaN then.
            let clamped = size.min(self.delta);
            clamped * (size - clamped / 2.0)
        });
        each.sum::<f64>() / outputs.len() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_pytorchs_on_both_sides_of_delta() {
        // torch 2.15: huber_loss of errors in float64.
        for (error, delta, expected) in [(0.5, 1.0, 0.125), (-3.0, 1.0, 2.5), (3.0, 2.5, 4.375)] {
            let got = HuberConfig { delta }.of_example(&[error], &Truth::Number(0.0));
            assert!((got - expected).abs() < 1e-15, "{error}, {delta}: {got}");
        }
        assert!(HuberConfig::default().of_example(&[f32::NAN], &Truth::Number(0.0)).is_nan());
    }
}
