//! Tensors in, tensors and gradients out: operations of our own for the processor.
//!
//! Burn composes a layer of many small operations, each of which allocates, is recorded for the backward pass and walks its
//! memory once. Here a layer is one operation with its own backward pass, on flex and ndarray with 32-bit floats. Everything
//! else, every other device among it, goes through Burn's own operations: the functions of this crate choose.
//!
//! Values do not depend on the number of threads: how work is divided follows from its shape alone.

#![cfg_attr(
    feature = "ndarray",
    expect(deprecated, reason = "ndarray leaves Burn with 0.23; until then it is one of ours")
)]

mod batch_norm;
mod conv2d;
mod cross_entropy;
mod host;
mod linear;
mod max_pool;
mod memory;
mod operations;
mod parallel;
mod product;
mod simd;
#[cfg(test)]
mod tests;
mod transpose;
mod update;

pub use host::is_on_host;
pub use memory::keep_freed_memory;
pub use operations::{
    BatchNormOutput, FusedActivation, batch_norm, conv2d, cross_entropy, linear, max_pool2d,
};
pub use update::{AdamStep, SgdStep, adam_step, sgd_step};
