//! Gradients are scaled down together when they are too long together.
//!
//! Burn's `GradientClipping::Norm` clips each tensor by its own norm (burn-optim 0.22.1, `grad_clipping/base.rs:70`), which
//! changes the direction of the step.

use burn::module::{Module, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::Tensor;

/// Scales all gradients by `min(1, max_norm / (norm + 1e-6))`, where `norm` is the 2-norm over all of them:
/// `torch.nn.utils.clip_grad_norm_`. Nothing is read from the device.
pub fn clip_global_norm<M: Module>(
    module: &M,
    gradients: GradientsParams,
    max_norm: f64,
) -> GradientsParams {
    let mut squares = SumOfSquares { gradients: &gradients, sum: None };
    module.visit(&mut squares);
    let Some(sum) = squares.sum else { return gradients };
    let norm = sum.sqrt(); // [1]
    let scale = (norm + 1e-6).recip().mul_scalar(max_norm).clamp_max(1.0);
    let mut scaling = Scaling { gradients, scale };
    module.visit(&mut scaling);
    scaling.gradients
}

struct SumOfSquares<'a> {
    gradients: &'a GradientsParams,
    sum: Option<Tensor<1>>,
}

impl ModuleVisitor for SumOfSquares<'_> {
    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.get::<D>(parameter.id) {
            let squares = gradient.square().sum();
            self.sum = Some(match self.sum.take() {
                Some(sum) => sum + squares,
                None => squares,
            });
        }
    }
}

struct Scaling {
    gradients: GradientsParams,
    scale: Tensor<1>,
}

impl ModuleVisitor for Scaling {
    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.remove::<D>(parameter.id) {
            let scale = self.scale.clone().reshape([1; D]);
            self.gradients.register(parameter.id, gradient * scale);
        }
    }
}
