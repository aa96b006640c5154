//! `torch.nn.L1Loss`: the mean absolute difference.

use burn::tensor::Tensor;
use burnwright_data::TargetTensor;
use burnwright_recipe::settings;

use super::{Loss, Truth, not_mine};

settings! {
    /// The absolute error has no settings.
    pub struct L1Config {}
}

impl Loss for L1Config {
    fn forward(&self, outputs: Tensor<2>, targets: &TargetTensor) -> Tensor<1> {
        let TargetTensor::Numbers(numbers) = targets else { not_mine("l1", targets.kind()) };
        (outputs - numbers.clone()).abs().mean()
    }

    fn of_example(&self, outputs: &[f32], truth: &Truth<'_>) -> f64 {
        let Truth::Number(number) = *truth else { not_mine("l1", truth.kind()) };
        outputs.iter().map(|&output| (f64::from(output) - number).abs()).sum()
    }
}
