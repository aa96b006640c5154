//! Layers as one operation each, recorded as one node with its own backward pass.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::activation::{log_softmax, relu};
use burn::tensor::{Int, Tensor};

use super::{give, record};
use crate::host::{Host, runs_here};
use crate::linear::{self, LinearShape};

/// What follows a linear layer, as far as it is one operation with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FusedActivation {
    /// Nothing.
    None,
    /// Negative values become 0.
    Relu,
}

/// `input x weight + bias`, then the activation: `torch.nn.Linear`, `torch.relu`.
///
/// # Shapes
///
/// - `input`: `[batch, inputs]`
/// - `weight`: `[inputs, outputs]`
/// - `bias`: `[outputs]`
/// - output: `[batch, outputs]`
pub fn linear(
    input: Tensor<2>,
    weight: Tensor<2>,
    bias: Tensor<1>,
    activation: FusedActivation,
) -> Tensor<2> {
    let is_relu = activation == FusedActivation::Relu;
    if runs_here(&input) && runs_here(&weight) && runs_here(&bias) {
        let [input, weight] = [input, weight].map(Tensor::into_dispatch);
        let output = Dispatch::linear_relu(input, weight, bias.into_dispatch(), is_relu);
        return Tensor::from_dispatch(output);
    }
    let output = input.matmul(weight) + bias.unsqueeze();
    if is_relu { relu(output) } else { output }
}

/// `torch.nn.functional.cross_entropy` without smoothing: the mean over the batch.
///
/// # Shapes
///
/// - `logits`: `[batch, classes]`
/// - `targets`: `[batch]`, classes
/// - output: `[1]`
pub fn cross_entropy(logits: Tensor<2>, targets: Tensor<1, Int>) -> Tensor<1> {
    if runs_here(&logits) && logits.dims()[1] > 0 {
        let targets = targets.float().into_dispatch();
        return Tensor::from_dispatch(Dispatch::mean_cross_entropy(
            logits.into_dispatch(),
            targets,
        ));
    }
    log_softmax(logits, 1).gather(1, targets.unsqueeze_dim::<2>(1)).mean().neg()
}

/// The operations for which a backend of the processor has code of its own.
#[backend_extension(Autodiff, Flex, NdArray: cfg(feature = "ndarray"))]
pub(crate) trait DenseKernels: Backend {
    fn linear_relu(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        is_relu: bool,
    ) -> FloatTensor<Self>;

    fn mean_cross_entropy(
        logits: FloatTensor<Self>,
        targets: FloatTensor<Self>,
    ) -> FloatTensor<Self>;
}

/// The same on both backends, which differ in how they hand out their memory.
macro_rules! kernels_of {
    ($backend:ty) => {
        impl DenseKernels for $backend {
            fn linear_relu(
                input: FloatTensor<Self>,
                weight: FloatTensor<Self>,
                bias: FloatTensor<Self>,
                is_relu: bool,
            ) -> FloatTensor<Self> {
                linear_forward::<Self>(&input, &weight, &bias, is_relu)
            }

            fn mean_cross_entropy(
                logits: FloatTensor<Self>,
                targets: FloatTensor<Self>,
            ) -> FloatTensor<Self> {
                cross_entropy_forward::<Self>(&logits, &targets).0
            }
        }
    };
}

kernels_of!(Flex);
#[cfg(feature = "ndarray")]
kernels_of!(burn::backend::NdArray);

impl<B: DenseKernels + Host, C: CheckpointStrategy> DenseKernels for Autodiff<B, C> {
    fn linear_relu(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        is_relu: bool,
    ) -> FloatTensor<Self> {
        let (input, input_node) = input.into_parts();
        let (weight, weight_node) = weight.into_parts();
        let (bias, bias_node) = bias.into_parts();
        let output = linear_forward::<B>(&input, &weight, &bias, is_relu);
        let nodes = [input_node, weight_node, bias_node];
        record::<B, C, _, 3>(LinearBackward, nodes, output, |output| {
            let output = is_relu.then(|| output.clone());
            LinearState { input, weight, output }
        })
    }

    fn mean_cross_entropy(
        logits: FloatTensor<Self>,
        targets: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let (logits, node) = logits.into_parts();
        let targets = targets.into_primitive();
        let (loss, probabilities) = cross_entropy_forward::<B>(&logits, &targets);
        let state = |_: &_| CrossEntropyState { probabilities, targets };
        record::<B, C, _, 1>(CrossEntropyBackward, [node], loss, state)
    }
}

fn linear_forward<B: Host>(
    input: &FloatTensor<B>,
    weight: &FloatTensor<B>,
    bias: &FloatTensor<B>,
    is_relu: bool,
) -> FloatTensor<B> {
    let shape = linear_shape::<B>(input, weight);
    let output =
        linear::forward(shape, &B::values(input), &B::values(weight), &B::values(bias), is_relu);
    B::tensor(output, [shape.batch, shape.outputs])
}

fn linear_shape<B: Backend>(input: &FloatTensor<B>, weight: &FloatTensor<B>) -> LinearShape {
    let [batch, inputs] = input.shape().dims();
    let [_, outputs] = weight.shape().dims();
    LinearShape { batch, inputs, outputs }
}

#[derive(Debug)]
struct LinearBackward;

/// What the backward pass of a linear layer needs; the output only where it says what the activation let through.
#[derive(Clone, Debug)]
struct LinearState<B: Backend> {
    input: FloatTensor<B>,
    weight: FloatTensor<B>,
    output: Option<FloatTensor<B>>,
}

impl<B: Host> Backward<B, 3> for LinearBackward {
    type State = LinearState<B>;

    fn backward(
        self,
        ops: Ops<Self::State, 3>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let gradient = gradients.consume::<B>(&ops.node);
        let LinearState { input, weight, output } = &ops.state;
        let shape = linear_shape::<B>(input, weight);
        let gradient = B::values(&gradient);
        let masked =
            output.as_ref().map(|output| linear::through_relu(&B::values(output), &gradient));
        let gradient = masked.as_deref().unwrap_or(&gradient);
        give::<B, _, 3, 2>(gradients, &ops, 0, [shape.batch, shape.inputs], || {
            linear::input_gradient(shape, &B::values(weight), gradient)
        });
        give::<B, _, 3, 2>(gradients, &ops, 1, [shape.inputs, shape.outputs], || {
            linear::weight_gradient(shape, &B::values(input), gradient)
        });
        give::<B, _, 3, 1>(gradients, &ops, 2, [shape.outputs], || {
            linear::bias_gradient(shape, gradient)
        });
    }
}

/// The loss, `[1]`, and the probabilities, `[batch, classes]`.
fn cross_entropy_forward<B: Host>(
    logits: &FloatTensor<B>,
    targets: &FloatTensor<B>,
) -> (FloatTensor<B>, FloatTensor<B>) {
    let [batch, classes] = logits.shape().dims();
    let (loss, probabilities) =
        crate::cross_entropy::forward(&B::values(logits), classes, &B::values(targets));
    (B::tensor(vec![loss], [1]), B::tensor(probabilities, [batch, classes]))
}

#[derive(Debug)]
struct CrossEntropyBackward;

/// What the backward pass of the cross-entropy needs.
#[derive(Clone, Debug)]
struct CrossEntropyState<B: Backend> {
    probabilities: FloatTensor<B>,
    targets: FloatTensor<B>,
}

impl<B: Host> Backward<B, 1> for CrossEntropyBackward {
    type State = CrossEntropyState<B>;

    fn backward(
        self,
        ops: Ops<Self::State, 1>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let gradient = gradients.consume::<B>(&ops.node);
        let CrossEntropyState { probabilities, targets } = &ops.state;
        let [batch, classes] = probabilities.shape().dims();
        give::<B, _, 1, 2>(gradients, &ops, 0, [batch, classes], || {
            let gradient = *B::values(&gradient).first().expect("the loss is one number");
            let (probabilities, targets) = (B::values(probabilities), B::values(targets));
            crate::cross_entropy::backward(&probabilities, classes, &targets, gradient)
        });
    }
}
