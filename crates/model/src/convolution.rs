//! Layers of images: convolution, batch normalisation with ReLU, pooling.

use burn::nn::conv::Conv2d;
use burn::nn::pool::MaxPool2d;
use burn::nn::{BatchNorm, PaddingConfig2d};
use burn::tensor::ops::ConvOptions;
use burn::tensor::{Tensor, activation};
use burnwright_kernels as kernels;

/// `[batch, channels_in, height, width]` to `[batch, channels_out, height_out, width_out]`.
pub(crate) fn convolve(layer: &Conv2d, images: Tensor<4>) -> Tensor<4> {
    let padding = match layer.padding {
        PaddingConfig2d::Valid => [0, 0],
        PaddingConfig2d::Explicit(top, left, bottom, right) if (top, left) == (bottom, right) => {
            [top, left]
        }
        _ => return layer.forward(images),
    };
    let Some(bias) = &layer.bias else { return layer.forward(images) };
    let options = ConvOptions::new(layer.stride, padding, layer.dilation, layer.groups);
    kernels::conv2d(images, layer.weight.val(), bias.val(), options)
}

/// Batch normalisation, then ReLU; it takes the statistics of the batch, and remembers them, where gradients are recorded. As
/// `torch.nn.BatchNorm2d` it remembers the unbiased variance; Burn's own layer the biased one (burn-nn 0.22.1,
/// modules/norm/batch.rs:171), so it is only asked for its inference.
pub(crate) fn normalise_relu(layer: &BatchNorm, images: Tensor<4>) -> Tensor<4> {
    if !(images.device().is_autodiff() && layer.training.is_enabled()) {
        return activation::relu(layer.forward(images));
    }
    let (gamma, beta) = (layer.gamma.val(), layer.beta.val());
    let made =
        kernels::batch_norm(images, gamma, beta, layer.epsilon, kernels::FusedActivation::Relu);
    for (state, value) in [(&layer.running_mean, made.mean), (&layer.running_var, made.variance)] {
        let kept = state.value_sync().to_device(&value.device());
        let kept = kept * (1.0 - layer.momentum) + value * layer.momentum;
        state.update(kept.detach());
    }
    made.output
}

/// The largest value of each window.
pub(crate) fn pool(layer: &MaxPool2d, images: Tensor<4>) -> Tensor<4> {
    kernels::max_pool2d(images, layer.kernel_size, layer.stride)
}
