//! Layers as one operation each, recorded as one node with its own backward pass.

mod dense;
mod image;

use burn::backend::Autodiff;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, NodeGuard, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;

use crate::host::Host;

pub use dense::{FusedActivation, cross_entropy, linear};
pub use image::{BatchNormOutput, batch_norm, conv2d, max_pool2d};

/// Records an output, with what its backward pass needs where one of the inputs wants a gradient.
fn record<B: Host, C: CheckpointStrategy, O: Backward<B, N>, const N: usize>(
    operation: O,
    inputs: [NodeGuard; N],
    output: FloatTensor<B>,
    state: impl FnOnce(&FloatTensor<B>) -> O::State,
) -> FloatTensor<Autodiff<B, C>> {
    match operation.prepare::<C>(inputs).compute_bound().stateful() {
        OpsKind::Tracked(prepared) => prepared.finish(state(&output), output),
        OpsKind::UnTracked(prepared) => prepared.finish(output),
    }
}

/// Hands the gradient of an input on, which is made only where it is wanted.
fn give<B: Host, S, const N: usize, const D: usize>(
    gradients: &mut Gradients,
    ops: &Ops<S, N>,
    input: usize,
    shape: [usize; D],
    make: impl FnOnce() -> Vec<f32>,
) {
    if let Some(node) = &ops.parents[input] {
        gradients.register::<B>(node.id, B::tensor(make(), shape));
    }
}

/// As many zeros as a shape has places, filled.
fn filled<const D: usize>(shape: [usize; D], fill: impl FnOnce(&mut [f32])) -> Vec<f32> {
    let mut values = vec![0.0; shape.iter().product()];
    fill(&mut values);
    values
}
