//! Images `[n, c, h, w]` and weights in, their convolution and its gradients out.
//!
//! All three products are the same sum: vectors run over output channels, and each value of the
//! image is broadcast from where it lies, so no patches are copied. Each image is one task.

mod bias_gradient;
mod bordered;
mod forward;
mod input_gradient;
mod plan;
mod shape;
mod tile;
mod weight_gradient;

pub(crate) use bias_gradient::bias_gradient;
pub(crate) use forward::forward;
pub(crate) use input_gradient::input_gradient;
pub(crate) use shape::Conv2dShape;
pub(crate) use weight_gradient::weight_gradient;
