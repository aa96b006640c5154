//! A linear layer with what follows it.

use burn::nn::Linear;
use burn::tensor::Tensor;
use burnwright_kernels as kernels;

use crate::Activation;

/// The widest layer that settings may ask for, 2^26 weights on another of 1024: beyond it, this program is the wrong tool.
pub(crate) const WIDEST: usize = 1 << 16;

/// `[batch, inputs]` to `[batch, outputs]`, then the activation, if there is one. ReLU is one operation with the layer.
pub(crate) fn forward(
    layer: &Linear,
    values: Tensor<2>,
    activation: Option<Activation>,
) -> Tensor<2> {
    let Some(bias) = &layer.bias else {
        return apply(activation, layer.forward(values));
    };
    let (weight, bias) = (layer.weight.val(), bias.val());
    match activation {
        Some(Activation::Relu) => {
            kernels::linear(values, weight, bias, kernels::FusedActivation::Relu)
        }
        other => {
            apply(other, kernels::linear(values, weight, bias, kernels::FusedActivation::None))
        }
    }
}

fn apply(activation: Option<Activation>, values: Tensor<2>) -> Tensor<2> {
    match activation {
        Some(activation) => activation.apply(values),
        None => values,
    }
}
