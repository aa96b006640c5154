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

#[cfg(test)]
mod tests {
    use burnwright_recipe::Settings;

    use super::*;
    use crate::{Architecture, ModelConfig, Network, state_dict};

    fn config(channels: &[usize], dropout: f64) -> ConvNetConfig {
        ConvNetConfig { channels: channels.to_vec(), dropout }
    }

    fn images(shape: [usize; 4], device: &Device) -> Tensor<4> {
        let count = i64::try_from(shape.iter().product::<usize>()).unwrap();
        let values = Tensor::<1, burn::tensor::Int>::arange(0..count, device).float();
        (values * 0.37).sin().reshape(shape)
    }

    fn outputs(model: &ConvNet, images: Tensor<4>) -> Vec<f32> {
        model.forward(images).into_data().try_to_vec().unwrap()
    }

    #[test]
    fn settings_out_of_bounds_are_said() {
        let said = |channels: &[usize], dropout| {
            let fault = config(channels, dropout).fault();
            fault.map(|fault| format!("{} {}", fault.key, fault.text))
        };
        assert_eq!(said(&[], 0.0).unwrap(), "channels are 0 blocks, expected 1 to 12");
        assert_eq!(said(&[1; 13], 0.0).unwrap(), "channels are 13 blocks, expected 1 to 12");
        assert!(said(&[4, 0], 0.0).unwrap().starts_with("channels [1] is 0, expected 1 to "));
        assert!(said(&[4], 1.0).unwrap().starts_with("dropout is 1"));
        assert_eq!((said(&[1; 12], 0.5), said(&[32, 64, 128, 256], 0.0)), (None, None));
        assert_eq!(ConvNetConfig::default(), config(&[32, 64, 128, 256], 0.0));
    }

    #[test]
    fn pictures_of_any_size_from_a_pixel_a_block_up_become_a_row() {
        for image in [[3, 4, 4], [1, 4, 9], [3, 13, 7], [2, 33, 32]] {
            let config = config(&[3, 5], 0.25);
            let model = config.init(image, 6, 1, &Device::flex());
            let [channels, height, width] = image;
            let out = model.forward(images([2, channels, height, width], &Device::flex()));
            assert_eq!(out.dims(), [2, 6], "{image:?}");
            let layers = ModelConfig::ConvNet(config).layers(image, 6);
            assert_eq!(layers.layers.last().unwrap().output, [6]);
            // The running statistics are kept, not learned.
            let learned = state_dict(&Network::ConvNet(model)).unwrap();
            let learned = learned.iter().filter(|tensor| !tensor.name.contains("running"));
            let values: usize = learned.map(|tensor| tensor.shape.iter().product::<usize>()).sum();
            assert_eq!(layers.parameters(), values, "{image:?}");
        }
    }

    #[test]
    fn pictures_of_which_no_pixel_is_left_are_a_fault() {
        let model = ModelConfig::ConvNet(config(&[2, 2, 2], 0.0));
        assert_eq!(model.image_fault([1, 8, 8]), None);
        for image in [[1, 7, 8], [1, 8, 7]] {
            let [_, height, width] = image;
            let expected =
                format!("images are {height} x {width}, this model needs at least 8 x 8");
            assert_eq!(model.image_fault(image).unwrap(), expected);
        }
    }

    #[test]
    fn dropout_acts_in_training_alone() {
        let (config, image) = (config(&[4, 32], 0.5), [3, 8, 8]);
        let device = Device::flex();
        let judged = config.init(image, 5, 1, &device);
        let pictures = images([3, 3, 8, 8], &device);
        let answer = outputs(&judged, pictures.clone());
        assert_eq!(answer, outputs(&judged, pictures.clone()));
        let without = ConvNetConfig { dropout: 0.0, ..config.clone() };
        assert_eq!(answer, outputs(&without.init(image, 5, 1, &device), pictures));

        let recording = device.autodiff();
        let (with, without) =
            (config.init(image, 5, 1, &recording), without.init(image, 5, 1, &recording));
        let pictures = images([3, 3, 8, 8], &recording);
        // Both normalise by the batch: what differs is dropout.
        assert_ne!(outputs(&with, pictures.clone()), outputs(&without, pictures.clone()));
        let fresh = config.init(image, 5, 1, &recording);
        assert_eq!(outputs(&fresh.valid(), pictures.inner()), answer);
    }

    #[test]
    fn initial_weights_lie_within_pytorchs_bounds() {
        let model = config(&[16, 32], 0.0).init([3, 8, 8], 10, 3, &Device::flex());
        for tensor in state_dict(&Network::ConvNet(model)).unwrap() {
            let fan_in = match &*tensor.name {
                "blocks.0.conv.weight" | "blocks.0.conv.bias" => 27.0_f32,
                "blocks.1.conv.weight" | "blocks.1.conv.bias" => 144.0,
                "fc.weight" | "fc.bias" => 32.0,
                name => {
                    assert!(name.contains(".bn."), "{name}");
                    continue;
                }
            };
            let bound = 1.0 / fan_in.sqrt();
            let values = tensor.bytes.chunks_exact(4);
            let values = values.map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()).abs());
            let largest = values.fold(0.0_f32, f32::max);
            assert!((0.8 * bound..=bound).contains(&largest), "{}: {largest}", tensor.name);
        }
    }
}
