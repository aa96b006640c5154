//! `torch.nn.MSELoss`: the mean squared difference, of logits of classes against one-hot targets.

use burn::tensor::{Int, Tensor};
use burnwright_data::TargetTensor;
use burnwright_recipe::settings;

use super::{Loss, Truth, not_mine};

settings! {
    /// The mean squared error has no settings.
    pub struct MseConfig {}
}

impl Loss for MseConfig {
    fn forward(&self, outputs: Tensor<2>, targets: &TargetTensor) -> Tensor<1> {
        let targets = match targets {
            TargetTensor::Classes(classes) => {
                let [_, width] = outputs.dims();
                let one_hot: Tensor<2, Int> = classes.clone().one_hot(width); // [batch, classes]
                one_hot.float().cast(outputs.dtype())
            }
            TargetTensor::Numbers(numbers) => numbers.clone(),
            TargetTensor::Labels(_) | TargetTensor::Mixed { .. } => not_mine("mse", targets.kind()),
        };
        (outputs - targets).square().mean()
    }

    /// The mean over the outputs.
    #[expect(clippy::cast_precision_loss, reason = "output counts are far below 2^53")]
    fn of_example(&self, outputs: &[f32], truth: &Truth<'_>) -> f64 {
        let wanted = |place: usize| match truth {
            Truth::Class(class) => f64::from(u8::from(place == *class)),
            Truth::Labels(_) => not_mine("mse", truth.kind()),
            Truth::Number(number) => *number,
        };
        let square = |(place, &value): (usize, &f32)| (f64::from(value) - wanted(place)).powi(2);
        outputs.iter().enumerate().map(square).sum::<f64>() / outputs.len() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squared_error_is_the_mean_over_the_classes() {
        let of = |outputs: &[f32], truth| MseConfig {}.of_example(outputs, &truth);
        assert!((of(&[0.5, 0.0], Truth::Class(0)) - 0.125).abs() < 1e-15);
        assert!((of(&[0.5], Truth::Number(-0.5)) - 1.0).abs() < 1e-15);
    }
}
