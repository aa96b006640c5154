//! Two blocks of convolution, batch normalisation and ReLU, then pooling, dropout and two linear layers.

use burn::module::Module;
use burn::nn::conv::Conv2d;
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::nn::{BatchNorm, BatchNormConfig, Dropout, DropoutConfig, Linear};
use burn::tensor::{Device, Tensor};
use burnwright_recipe::checks::{each, share, within};
use burnwright_recipe::settings;

use crate::convolution::{convolve, normalise_relu, pool};
use crate::initialization::Initializer;
use crate::layers::{Layer, Layers};
use crate::linear::{self, WIDEST};
use crate::{Activation, Model};

/// Width and height of each convolution's kernel.
const KERNEL: usize = 3;
/// Width, height and stride of the pooling.
const POOL: usize = 2;
/// The smallest image side: two valid convolutions and a pooling must leave a pixel.
pub(crate) const SMALLEST_SIDE: usize = 2 * (KERNEL - 1) + POOL;

settings! {
    /// Settings of the convolutional network.
    pub struct CnnConfig {
        /// Output channels of the two convolutions.
        channels: [usize; 2] = [32, 64], check(each(within(1..=WIDEST)));
        /// Width of the first linear layer.
        hidden: usize = 128, check(within(1..=WIDEST));
        /// Share of values zeroed between pooling and the linear layers while training.
        dropout: f64 = 0.25, check(share);
    }
}

/// The convolutional network; field names are the names of the exported parameters.
#[derive(Module, Debug)]
pub struct Cnn {
    conv1: Conv2d,
    bn1: BatchNorm,
    conv2: Conv2d,
    bn2: BatchNorm,
    pool: MaxPool2d,
    dropout: Dropout,
    fc1: Linear,
    fc2: Linear,
}

impl CnnConfig {
    /// A network for images `[channels, height, width]` of at least 6 x 6, with PyTorch's initial weights for `seed`.
    pub fn init(&self, image: [usize; 3], classes: usize, seed: u64, device: &Device) -> Cnn {
        let mut initializer = Initializer::new(seed, device);
        let [one, two] = self.channels;
        Cnn {
            conv1: initializer.conv2d([image[0], one], KERNEL),
            bn1: BatchNormConfig::new(one).init(device),
            conv2: initializer.conv2d([one, two], KERNEL),
            bn2: BatchNormConfig::new(two).init(device),
            pool: MaxPool2dConfig::new([POOL, POOL]).with_strides([POOL, POOL]).init(),
            dropout: DropoutConfig::new(self.dropout).init(),
            fc1: initializer.linear(self.flattened(image), self.hidden),
            fc2: initializer.linear(self.hidden, classes),
        }
    }

    pub(crate) fn layers(&self, image: [usize; 3], classes: usize) -> Layers {
        let [one, two] = self.channels;
        let shrunk = |by: usize| [image[1] - by, image[2] - by];
        let ([h1, w1], [h2, w2]) = (shrunk(KERNEL - 1), shrunk(2 * (KERNEL - 1)));
        let pooled = [two, h2 / POOL, w2 / POOL];
        let flattened = self.flattened(image);
        Layers {
            layers: vec![
                Layer::conv2d("conv1", image[0], KERNEL, &[one, h1, w1]),
                Layer::batch_norm("bn1", &[one, h1, w1]),
                Layer::without_parameters("ReLU", &[one, h1, w1]),
                Layer::conv2d("conv2", one, KERNEL, &[two, h2, w2]),
                Layer::batch_norm("bn2", &[two, h2, w2]),
                Layer::without_parameters("ReLU", &[two, h2, w2]),
                Layer::without_parameters("MaxPool2d", &pooled),
                Layer::without_parameters("Dropout", &[flattened]),
                Layer::linear("fc1", flattened, self.hidden),
                Layer::without_parameters("ReLU", &[self.hidden]),
                Layer::linear("fc2", self.hidden, classes),
            ],
        }
    }

    /// Values that reach the first linear layer.
    fn flattened(&self, image: [usize; 3]) -> usize {
        let side = |side: usize| (side - 2 * (KERNEL - 1)) / POOL;
        self.channels[1] * side(image[1]) * side(image[2])
    }
}

impl Model for Cnn {
    type Input = Tensor<4>;

    fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        let values = normalise_relu(&self.bn1, convolve(&self.conv1, images)); // [batch, 32, 26, 26]
        let values = normalise_relu(&self.bn2, convolve(&self.conv2, values)); // [batch, 64, 24, 24]
        let values = pool(&self.pool, values); // [batch, 64, 12, 12]
        let values = self.dropout.forward(values.flatten::<2>(1, 3)); // [batch, 9216]
        let values = linear::forward(&self.fc1, values, Some(Activation::Relu)); // [batch, 128]
        linear::forward(&self.fc2, values, None) // [batch, classes]
    }
}
