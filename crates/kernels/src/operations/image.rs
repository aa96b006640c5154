//! Operations on images: convolution, batch normalisation, pooling.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops};
use burn::backend::tensor::FloatTensor;
use burn::backend::{
    Autodiff, AutodiffBackend, Backend, Dispatch, Flex, TensorMetadata, backend_extension,
};
use burn::tensor::activation::relu;
use burn::tensor::ops::{ConvOptions, MaxPoolOptions};
use burn::tensor::{Tensor, module};

use super::{FusedActivation, filled, give, record};
use crate::batch_norm::{self, Statistics};
use crate::conv2d::{self, Conv2dShape};
use crate::host::{Host, runs_here};
use crate::max_pool::{self, MaxPoolShape};

/// `torch.nn.functional.conv2d`.
///
/// # Shapes
///
/// - `input`: `[batch, channels_in, height, width]`
/// - `weight`: `[channels_out, channels_in / groups, kernel_height, kernel_width]`
/// - `bias`: `[channels_out]`
/// - output: `[batch, channels_out, height_out, width_out]`
pub fn conv2d(
    input: Tensor<4>,
    weight: Tensor<4>,
    bias: Tensor<1>,
    options: ConvOptions<2>,
) -> Tensor<4> {
    let even = options.padding.iter().all(|(begin, end)| begin == end);
    if even && runs_here(&input) && runs_here(&weight) && runs_here(&bias) {
        let [input, weight] = [input, weight].map(Tensor::into_dispatch);
        let output = Dispatch::convolve(input, weight, bias.into_dispatch(), options);
        return Tensor::from_dispatch(output);
    }
    module::conv2d(input, weight, Some(bias), options)
}

/// What batch normalisation makes of a batch.
pub struct BatchNormOutput {
    /// `[batch, channels, height, width]`
    pub output: Tensor<4>,
    /// The mean of each channel, `[channels]`.
    pub mean: Tensor<1>,
    /// The unbiased variance of each channel's `n = batch · height · width` values, `[channels]`: squared deviations over `n - 1`.
    /// It is 0 where `n` is 1, for which PyTorch refuses to train.
    pub variance: Tensor<1>,
}

/// Batch normalisation by the statistics of the batch, then the activation: `torch.nn.BatchNorm2d` in training, `torch.relu`.
/// As there, the output is normalised by the biased variance, and the running statistics are to take the unbiased one. The
/// statistics record no gradients.
///
/// # Shapes
///
/// - `input`: `[batch, channels, height, width]`
/// - `gamma`, `beta`: `[channels]`
pub fn batch_norm(
    input: Tensor<4>,
    gamma: Tensor<1>,
    beta: Tensor<1>,
    epsilon: f64,
    activation: FusedActivation,
) -> BatchNormOutput {
    let is_relu = activation == FusedActivation::Relu;
    if runs_here(&input) && runs_here(&gamma) && runs_here(&beta) {
        let (input, gamma) = (input.into_dispatch(), gamma.into_dispatch());
        let (output, mean, variance) =
            Dispatch::normalise(input, gamma, beta.into_dispatch(), epsilon, is_relu);
        let [mean, variance] = [mean, variance].map(Tensor::<1>::from_dispatch);
        let (mean, variance) = (mean.detach(), variance.detach());
        return BatchNormOutput { output: Tensor::from_dispatch(output), mean, variance };
    }
    let [batch, _, height, width] = input.dims();
    let made = module::batch_norm_train(input, gamma, beta, epsilon);
    // What Burn returns is the biased one (burn-backend 0.22.1, backend/ops/modules/base.rs:189).
    let variance = made.variance.detach() * unbiased(batch * height * width);
    BatchNormOutput {
        output: if is_relu { relu(made.output) } else { made.output },
        mean: made.mean.detach(),
        variance,
    }
}

/// The unbiased variance of so many values, as a multiple of their biased one.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn unbiased(count: usize) -> f64 {
    count as f64 / (count.max(2) - 1) as f64
}

/// `torch.nn.functional.max_pool2d` without padding.
///
/// # Shapes
///
/// - `input`: `[batch, channels, height, width]`
/// - output: `[batch, channels, height_out, width_out]`
pub fn max_pool2d(input: Tensor<4>, kernel: [usize; 2], stride: [usize; 2]) -> Tensor<4> {
    let [_, _, height, width] = input.dims();
    if runs_here(&input) && height >= kernel[0] && width >= kernel[1] {
        return Tensor::from_dispatch(Dispatch::pool(input.into_dispatch(), kernel, stride));
    }
    module::max_pool2d(input, MaxPoolOptions::new(kernel).with_stride(stride))
}

/// The operations for which a backend of the processor has code of its own.
#[backend_extension(Autodiff, Flex, NdArray: cfg(feature = "ndarray"))]
pub(crate) trait ImageKernels: Backend {
    fn convolve(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        options: ConvOptions<2>,
    ) -> FloatTensor<Self>;

    fn normalise(
        input: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        epsilon: f64,
        is_relu: bool,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);

    fn pool(input: FloatTensor<Self>, kernel: [usize; 2], stride: [usize; 2]) -> FloatTensor<Self>;
}

/// The same on both backends, which differ in how they hand out their memory.
macro_rules! kernels_of {
    ($backend:ty) => {
        impl ImageKernels for $backend {
            fn convolve(
                input: FloatTensor<Self>,
                weight: FloatTensor<Self>,
                bias: FloatTensor<Self>,
                options: ConvOptions<2>,
            ) -> FloatTensor<Self> {
                convolve_forward::<Self>(&input, &weight, &bias, &options)
            }

            fn normalise(
                input: FloatTensor<Self>,
                gamma: FloatTensor<Self>,
                beta: FloatTensor<Self>,
                epsilon: f64,
                is_relu: bool,
            ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
                let (output, statistics) =
                    normalise_forward::<Self>(&input, &gamma, &beta, epsilon, is_relu);
                let [mean, variance] = moments::<Self>(&statistics);
                (output, mean, variance)
            }

            fn pool(
                input: FloatTensor<Self>,
                kernel: [usize; 2],
                stride: [usize; 2],
            ) -> FloatTensor<Self> {
                pool_forward::<Self>(&input, kernel, stride).0
            }
        }
    };
}

kernels_of!(Flex);
#[cfg(feature = "ndarray")]
kernels_of!(burn::backend::NdArray);

impl<B: ImageKernels + Host, C: CheckpointStrategy> ImageKernels for Autodiff<B, C> {
    fn convolve(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        options: ConvOptions<2>,
    ) -> FloatTensor<Self> {
        let (input, input_node) = input.into_parts();
        let (weight, weight_node) = weight.into_parts();
        let (bias, bias_node) = bias.into_parts();
        let output = convolve_forward::<B>(&input, &weight, &bias, &options);
        let nodes = [input_node, weight_node, bias_node];
        let state = |_: &_| ConvolveState { input, weight, options };
        record::<B, C, _, 3>(ConvolveBackward, nodes, output, state)
    }

    fn normalise(
        input: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        epsilon: f64,
        is_relu: bool,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        let (input, input_node) = input.into_parts();
        let (gamma, gamma_node) = gamma.into_parts();
        let (beta, beta_node) = beta.into_parts();
        let (output, statistics) = normalise_forward::<B>(&input, &gamma, &beta, epsilon, is_relu);
        let [mean, variance] = moments::<B>(&statistics).map(Self::from_inner);
        let nodes = [input_node, gamma_node, beta_node];
        let state = |_: &_| NormaliseState { input, gamma, beta, statistics, is_relu };
        let output = record::<B, C, _, 3>(NormaliseBackward, nodes, output, state);
        (output, mean, variance)
    }

    fn pool(input: FloatTensor<Self>, kernel: [usize; 2], stride: [usize; 2]) -> FloatTensor<Self> {
        let (input, node) = input.into_parts();
        let dims = input.shape().dims();
        let (output, places) = pool_forward::<B>(&input, kernel, stride);
        let state = |_: &_| PoolState { dims, kernel, stride, places };
        record::<B, C, _, 1>(PoolBackward, [node], output, state)
    }
}

fn convolve_shape<B: Backend>(
    input: &FloatTensor<B>,
    weight: &FloatTensor<B>,
    options: &ConvOptions<2>,
) -> Conv2dShape {
    let [batch, channels_in, height, width] = input.shape().dims();
    let [channels_out, _, kernel_height, kernel_width] = weight.shape().dims();
    Conv2dShape {
        batch,
        channels: [channels_in, channels_out],
        image: [height, width],
        kernel: [kernel_height, kernel_width],
        stride: options.stride,
        padding: options.padding.map(|(begin, _)| begin),
        dilation: options.dilation,
        groups: options.groups,
    }
}

fn convolve_forward<B: Host>(
    input: &FloatTensor<B>,
    weight: &FloatTensor<B>,
    bias: &FloatTensor<B>,
    options: &ConvOptions<2>,
) -> FloatTensor<B> {
    let shape = convolve_shape::<B>(input, weight, options);
    let [height, width] = shape.output();
    let dims = [shape.batch, shape.channels[1], height, width];
    let mut output = vec![0.0; dims.iter().product()];
    let (input, weight, bias) = (B::values(input), B::values(weight), B::values(bias));
    conv2d::forward(&shape, &input, &weight, Some(&bias), &mut output);
    B::tensor(output, dims)
}

#[derive(Debug)]
struct ConvolveBackward;

#[derive(Clone, Debug)]
struct ConvolveState<B: Backend> {
    input: FloatTensor<B>,
    weight: FloatTensor<B>,
    options: ConvOptions<2>,
}

impl<B: Host> Backward<B, 3> for ConvolveBackward {
    type State = ConvolveState<B>;

    fn backward(
        self,
        ops: Ops<Self::State, 3>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let gradient = gradients.consume::<B>(&ops.node);
        let ConvolveState { input, weight, options } = &ops.state;
        let shape = convolve_shape::<B>(input, weight, options);
        let gradient = B::values(&gradient);
        let dims: [usize; 4] = input.shape().dims();
        give::<B, _, 3, 4>(gradients, &ops, 0, dims, || {
            filled(dims, |made| {
                conv2d::input_gradient(&shape, &B::values(weight), &gradient, made);
            })
        });
        let dims: [usize; 4] = weight.shape().dims();
        give::<B, _, 3, 4>(gradients, &ops, 1, dims, || {
            filled(dims, |made| {
                conv2d::weight_gradient(&shape, &B::values(input), &gradient, made);
            })
        });
        let dims = [shape.channels[1]];
        give::<B, _, 3, 1>(gradients, &ops, 2, dims, || {
            filled(dims, |made| conv2d::bias_gradient(&shape, &gradient, made))
        });
    }
}

/// Batch, channels, pixels of a channel.
fn planes<B: Backend>(input: &FloatTensor<B>) -> [usize; 3] {
    let [batch, channels, height, width] = input.shape().dims();
    [batch, channels, height * width]
}

#[expect(clippy::cast_possible_truncation, reason = "the elements are f32")]
fn normalise_forward<B: Host>(
    input: &FloatTensor<B>,
    gamma: &FloatTensor<B>,
    beta: &FloatTensor<B>,
    epsilon: f64,
    is_relu: bool,
) -> (FloatTensor<B>, Statistics) {
    let dims: [usize; 4] = input.shape().dims();
    let mut output = vec![0.0; dims.iter().product()];
    let statistics = batch_norm::forward(
        &B::values(input),
        planes::<B>(input),
        &B::values(gamma),
        &B::values(beta),
        epsilon as f32,
        is_relu,
        &mut output,
    );
    (B::tensor(output, dims), statistics)
}

fn moments<B: Host>(statistics: &Statistics) -> [FloatTensor<B>; 2] {
    [&statistics.mean, &statistics.variance].map(|values| B::tensor(values.clone(), [values.len()]))
}

#[derive(Debug)]
struct NormaliseBackward;

#[derive(Clone, Debug)]
struct NormaliseState<B: Backend> {
    input: FloatTensor<B>,
    gamma: FloatTensor<B>,
    beta: FloatTensor<B>,
    statistics: Statistics,
    is_relu: bool,
}

impl<B: Host> Backward<B, 3> for NormaliseBackward {
    type State = NormaliseState<B>;

    fn backward(
        self,
        ops: Ops<Self::State, 3>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let gradient = gradients.consume::<B>(&ops.node);
        let NormaliseState { input, gamma, beta, statistics, is_relu } = &ops.state;
        let dims: [usize; 4] = input.shape().dims();
        // The three come from the same passes.
        let (mut of_gamma, mut of_beta) = (Vec::new(), Vec::new());
        let made = filled(dims, |made| {
            (of_gamma, of_beta) = batch_norm::backward(
                &B::values(input),
                planes::<B>(input),
                &B::values(&gradient),
                &B::values(gamma),
                &B::values(beta),
                statistics,
                *is_relu,
                made,
            );
        });
        give::<B, _, 3, 4>(gradients, &ops, 0, dims, || made);
        give::<B, _, 3, 1>(gradients, &ops, 1, [dims[1]], || of_gamma);
        give::<B, _, 3, 1>(gradients, &ops, 2, [dims[1]], || of_beta);
    }
}

fn pool_shape(
    [batch, channels, height, width]: [usize; 4],
    kernel: [usize; 2],
    stride: [usize; 2],
) -> MaxPoolShape {
    MaxPoolShape { planes: batch * channels, image: [height, width], kernel, stride }
}

/// The largest values, and where in their plane they were.
fn pool_forward<B: Host>(
    input: &FloatTensor<B>,
    kernel: [usize; 2],
    stride: [usize; 2],
) -> (FloatTensor<B>, Vec<u32>) {
    let dims: [usize; 4] = input.shape().dims();
    let shape = pool_shape(dims, kernel, stride);
    let [height, width] = shape.output();
    let mut output = vec![0.0; shape.planes * height * width];
    let mut places = vec![0; output.len()];
    max_pool::forward(&shape, &B::values(input), &mut output, &mut places);
    (B::tensor(output, [dims[0], dims[1], height, width]), places)
}

#[derive(Debug)]
struct PoolBackward;

#[derive(Clone, Debug)]
struct PoolState {
    dims: [usize; 4],
    kernel: [usize; 2],
    stride: [usize; 2],
    places: Vec<u32>,
}

impl<B: Host> Backward<B, 1> for PoolBackward {
    type State = PoolState;

    fn backward(
        self,
        ops: Ops<Self::State, 1>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let gradient = gradients.consume::<B>(&ops.node);
        let PoolState { dims, kernel, stride, places } = &ops.state;
        give::<B, _, 1, 4>(gradients, &ops, 0, *dims, || {
            let shape = pool_shape(*dims, *kernel, *stride);
            filled(*dims, |made| max_pool::backward(&shape, &B::values(&gradient), places, made))
        });
    }
}
