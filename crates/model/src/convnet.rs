//! Pictures of any size: blocks of convolution, batch normalisation, ReLU and pooling, then the mean of what is left, and a linear layer.

use burn::module::Module;
use burn::nn::conv::Conv2d;
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::nn::{BatchNorm, BatchNormConfig, Dropout, DropoutConfig, Linear};
use burn::tensor::{Device, Tensor};
use burnwright_recipe::checks::{each, share, within};
use burnwright_recipe::{Fault, settings};

use crate::Model;
use crate::convolution::{convolve, normalise_relu, pool};
use crate::initialization::Initializer;
use crate::layers::{Layer, Layers};
use crate::linear::{self, WIDEST};

/// Width and height of each convolution's kernel; a border of one pixel keeps the size.
const KERNEL: usize = 3;
/// Width, height and stride of the pooling after each block.
const POOL: usize = 2;
/// With more blocks, even the longest side that is read, 4,096 pixels, has no pixel left.
const MOST_BLOCKS: usize = 12;

settings! {
    /// Settings of a convolutional network for pictures of any size.
    pub struct ConvNetConfig {
        /// Output channels of each block; each halves height and width.
        channels: Vec<usize> = vec![32, 64, 128, 256], check(each(within(1..=WIDEST))), check(|channels: &Vec<usize>| some_blocks(channels));
        /// Share of the last block's means that are zeroed while training.
        dropout: f64 = 0.0, check(share);
    }
}

fn some_blocks(channels: &[usize]) -> Option<Fault> {
    let count = channels.len();
    let fault = || Fault::new(format!("are {count} blocks, expected 1 to {MOST_BLOCKS}"));
    (!(1..=MOST_BLOCKS).contains(&count)).then(fault)
}

/// The network; field names are the names of the exported parameters.
#[derive(Module, Debug)]
pub struct ConvNet {
    blocks: Vec<Block>,
    pool: MaxPool2d,
    dropout: Dropout,
    fc: Linear,
}

/// Convolution and batch normalisation.
#[derive(Module, Debug)]
struct Block {
    conv: Conv2d,
    bn: BatchNorm,
}

impl ConvNetConfig {
    /// A network for images `[channels, height, width]` of at least 2^blocks pixels a side, with PyTorch's initial weights for `seed`.
    pub fn init(&self, image: [usize; 3], outputs: usize, seed: u64, device: &Device) -> ConvNet {
        let mut initializer = Initializer::new(seed, device);
        let all = [&image[..1], &self.channels[..]].concat();
        let blocks = all.windows(2).map(|pair| Block {
            conv: initializer.conv2d_padded([pair[0], pair[1]], KERNEL),
            bn: BatchNormConfig::new(pair[1]).init(device),
        });
        let blocks = blocks.collect();
        ConvNet {
            blocks,
            pool: MaxPool2dConfig::new([POOL, POOL]).with_strides([POOL, POOL]).init(),
            dropout: DropoutConfig::new(self.dropout).init(),
            fc: initializer.linear(self.last(), outputs),
        }
    }

    pub(crate) fn layers(&self, image: [usize; 3], outputs: usize) -> Layers {
        let [mut inputs, mut height, mut width] = image;
        let mut layers = Vec::new();
        for (number, &channels) in self.channels.iter().enumerate() {
            let shape = [channels, height, width];
            let name = |layer: &str| format!("blocks.{number}.{layer}");
            layers.push(Layer::conv2d(&name("conv"), inputs, KERNEL, &shape));
            layers.push(Layer::batch_norm(&name("bn"), &shape));
            layers.push(Layer::without_parameters("ReLU", &shape));
            (inputs, height, width) = (channels, height / POOL, width / POOL);
            layers.push(Layer::without_parameters("MaxPool2d", &[channels, height, width]));
        }
        let last = self.last();
        layers.push(Layer::without_parameters("AvgPool2d", &[last]));
        layers.push(Layer::without_parameters("Dropout", &[last]));
        layers.push(Layer::linear("fc", last, outputs));
        Layers { layers }
    }

    /// The smallest side of an image of which a pixel is left.
    pub(crate) fn smallest_side(&self) -> usize {
        POOL.pow(u32::try_from(self.channels.len()).expect("blocks are at most 12"))
    }

    fn last(&self) -> usize {
        *self.channels.last().expect("there is at least one block, by a check")
    }
}

impl Model for ConvNet {
    type Input = Tensor<4>;

    fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        let mut values = images;
        for block in &self.blocks {
            values = normalise_relu(&block.bn, convolve(&block.conv, values));
            values = pool(&self.pool, values); // [batch, channels of the block, height / 2, width / 2]
        }
        let values = values.flatten::<3>(2, 3).mean_dim(2).flatten::<2>(1, 2); // [batch, channels of the last block]
        linear::forward(&self.fc, self.dropout.forward(values), None) // [batch, outputs]
    }
}
