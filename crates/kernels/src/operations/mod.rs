//! Layers as one operation each, recorded as one node with its own backward pass.

mod dense;
mod image;

pub use dense::{Activation, cross_entropy, linear};
pub use image::{BatchNormOutput, batch_norm, conv2d, max_pool2d};
