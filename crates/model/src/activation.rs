//! The functions between layers.

use burn::tensor::{Tensor, activation};
use serde::{Deserialize, Serialize};

/// A function applied to each value, as PyTorch defines it under the same name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Activation {
    /// `max(x, 0)`
    #[default]
    Relu,
    /// `1 / (1 + exp(-x))`
    Sigmoid,
    /// The hyperbolic tangent.
    Tanh,
    /// `x * Phi(x)` with the exact normal distribution (`torch.nn.GELU()`).
    Gelu,
    /// `x` above 0, `0.01 x` below (`torch.nn.LeakyReLU()`).
    LeakyRelu,
    /// `x * sigmoid(x)`
    Silu,
}

/// Slope below 0 of the leaky ReLU; PyTorch's default.
const LEAKY_SLOPE: f64 = 0.01;

impl Activation {
    /// Applies the function to each value; the shape stays.
    pub fn apply<const D: usize>(self, input: Tensor<D>) -> Tensor<D> {
        match self {
            Self::Relu => activation::relu(input),
            Self::Sigmoid => activation::sigmoid(input),
            Self::Tanh => activation::tanh(input),
            Self::Gelu => activation::gelu(input),
            Self::LeakyRelu => activation::leaky_relu(input, LEAKY_SLOPE),
            Self::Silu => activation::silu(input),
        }
    }

    /// The name of `torch.nn`'s module.
    pub fn name(self) -> &'static str {
        match self {
            Self::Relu => "ReLU",
            Self::Sigmoid => "Sigmoid",
            Self::Tanh => "Tanh",
            Self::Gelu => "GELU",
            Self::LeakyRelu => "LeakyReLU",
            Self::Silu => "SiLU",
        }
    }
}
