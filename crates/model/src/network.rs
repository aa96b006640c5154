//! The models that a recipe can name.

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use burnwright_recipe::kinds;

use crate::cnn::SMALLEST_SIDE;
use crate::{
    Architecture, Cnn, CnnConfig, ConvNet, ConvNetConfig, Layers, Mlp, MlpConfig, Model, Tabular,
    TabularConfig,
};

kinds! {
    /// The `[model]` section of a recipe. Where it says nothing: the course's perceptron.
    #[non_exhaustive]
    pub enum ModelConfig = Mlp {
        /// A multi-layer perceptron.
        "mlp" => Mlp(MlpConfig),
        /// Two convolutions and two linear layers.
        "cnn" => Cnn(CnnConfig),
        /// Blocks of convolution and pooling, for pictures of any size.
        "convnet" => ConvNet(ConvNetConfig),
        /// Embeddings and linear layers, for rows of a table.
        "tabular" => Tabular(TabularConfig),
    }
}

/// Any model that a recipe can name.
#[derive(Module, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "a program has one of these; a box would hide its type"
)]
#[non_exhaustive]
pub enum Network {
    /// A multi-layer perceptron.
    Mlp(Mlp),
    /// Two convolutions and two linear layers.
    Cnn(Cnn),
    /// Blocks of convolution and pooling.
    ConvNet(ConvNet),
    /// Embeddings and linear layers.
    Tabular(Tabular),
}

impl Architecture for ModelConfig {
    type Model = Network;

    /// A network with PyTorch's initial weights.
    fn init(&self, image: [usize; 3], outputs: usize, seed: u64, device: &Device) -> Network {
        match self {
            Self::Mlp(config) => {
                Network::Mlp(config.init(image.iter().product(), outputs, seed, device))
            }
            Self::Cnn(config) => Network::Cnn(config.init(image, outputs, seed, device)),
            Self::ConvNet(config) => Network::ConvNet(config.init(image, outputs, seed, device)),
            Self::Tabular(config) => {
                Network::Tabular(config.init(image.iter().product(), outputs, seed, device))
            }
        }
    }

    fn layers(&self, image: [usize; 3], outputs: usize) -> Layers {
        match self {
            Self::Mlp(config) => config.layers(image.iter().product(), outputs),
            Self::Cnn(config) => config.layers(image, outputs),
            Self::ConvNet(config) => config.layers(image, outputs),
            Self::Tabular(config) => config.layers(image.iter().product(), outputs),
        }
    }

    fn image_fault(&self, image: [usize; 3]) -> Option<String> {
        let smallest = match self {
            Self::Mlp(_) => 1,
            Self::Cnn(_) => SMALLEST_SIDE,
            Self::ConvNet(config) => config.smallest_side(),
            Self::Tabular(config) => return config.row_fault(image),
        };
        let [_, height, width] = image;
        (height < smallest || width < smallest).then(|| {
            format!(
                "images are {height} x {width}, this model needs at least {smallest} x {smallest}"
            )
        })
    }

    fn fit(&mut self, categories: &[usize]) {
        if let Self::Tabular(config) = self {
            config.categories = categories.to_vec();
        }
    }

    /// The last layer of each is made as wide as the outputs: a graphics card need not compile kernels for one image to know it.
    fn output_shape(
        &self,
        _model: &Network,
        _image: [usize; 3],
        outputs: usize,
        _device: &Device,
    ) -> [usize; 2] {
        [1, outputs]
    }
}

impl Model for Network {
    type Input = Tensor<4>;

    fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        match self {
            Self::Mlp(model) => model.forward(images),
            Self::Cnn(model) => model.forward(images),
            Self::ConvNet(model) => model.forward(images),
            Self::Tabular(model) => model.forward(images),
        }
    }

    fn exported_name(path: &str) -> String {
        // Only perceptrons have a list of layers; all other names are their own.
        Mlp::exported_name(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::INFERENCE_BYTES;

    #[test]
    fn a_batch_is_bounded_by_the_bytes_of_the_widest_layer() {
        let cnn = ModelConfig::Cnn(CnnConfig::default());
        let batch = |config: &ModelConfig, side| config.inference_batch([1, side, side], 10, 500);
        // Data sets of MNIST's size are judged as ever.
        assert_eq!((batch(&ModelConfig::default(), 28), batch(&cnn, 28)), (500, 500));
        // 64 channels of 124 x 124 values of 4 bytes are 3.9 MB an image.
        assert_eq!((cnn.widest([1, 128, 128], 10), batch(&cnn, 128)), (64 * 124 * 124, 19));
        for side in 6..700 {
            let bytes = batch(&cnn, side) * cnn.widest([1, side, side], 10) * 4;
            assert!(bytes <= INFERENCE_BYTES || batch(&cnn, side) == 1, "{side}: {bytes}");
        }
        // Where one image is more than that, one it is; where a layer is narrow, the pixels count.
        assert_eq!(batch(&cnn, 4096), 1);
        let narrow = ModelConfig::Mlp(MlpConfig { hidden: vec![1], ..MlpConfig::default() });
        assert_eq!(batch(&narrow, 4096), 1);
        assert_eq!(cnn.inference_batch([1, 28, 28], 10, 64), 64);
        assert_eq!(cnn.widest([1, 5, 5], 10), 25);
    }
}
