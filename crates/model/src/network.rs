//! The models that a recipe can name.

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use serde::{Deserialize, Serialize};

use crate::cnn::SMALLEST_SIDE;
use crate::{Cnn, CnnConfig, ImageClassifier, Mlp, MlpConfig, Summary};

/// The `[model]` section of a recipe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ModelConfig {
    /// A multi-layer perceptron.
    Mlp(MlpConfig),
    /// Two convolutions and two linear layers.
    Cnn(CnnConfig),
}

impl Default for ModelConfig {
    /// The course's perceptron.
    fn default() -> Self {
        Self::Mlp(MlpConfig::default())
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
}

impl ModelConfig {
    /// A network for images `[channels, height, width]` with PyTorch's initial weights for `seed`.
    ///
    /// The settings must have passed [`ModelConfig::fault`].
    pub fn init(&self, image: [usize; 3], classes: usize, seed: u64, device: &Device) -> Network {
        match self {
            Self::Mlp(config) => {
                Network::Mlp(config.init(image.iter().product(), classes, seed, device))
            }
            Self::Cnn(config) => Network::Cnn(config.init(image, classes, seed, device)),
        }
    }

    /// Layers, shapes and parameters, without making the network.
    pub fn summary(&self, image: [usize; 3], classes: usize) -> Summary {
        match self {
            Self::Mlp(config) => config.summary(image.iter().product(), classes),
            Self::Cnn(config) => config.summary(image, classes),
        }
    }

    /// The first setting that no network can have: its key, what is wrong with it.
    pub fn fault(&self) -> Option<(&'static str, String)> {
        /// 2^26 weights a layer of width 8192 on another: beyond it, this program is the wrong tool.
        const WIDEST: usize = 1 << 16;
        let width_fault = |width: usize| {
            (!(1..=WIDEST).contains(&width)).then(|| format!("is {width}, expected 1 to {WIDEST}"))
        };
        match self {
            Self::Mlp(config) => config.hidden.iter().enumerate().find_map(|(place, &width)| {
                width_fault(width).map(|fault| ("hidden", format!("[{place}] {fault}")))
            }),
            Self::Cnn(config) => {
                let channels = config.channels.iter().enumerate().find_map(|(place, &width)| {
                    width_fault(width).map(|fault| ("channels", format!("[{place}] {fault}")))
                });
                let hidden = || width_fault(config.hidden).map(|fault| ("hidden", fault));
                let dropout = || {
                    (!(0.0..1.0).contains(&config.dropout)).then(|| {
                        ("dropout", format!("is {}, expected 0 up to but not 1", config.dropout))
                    })
                };
                channels.or_else(hidden).or_else(dropout)
            }
        }
    }

    /// What is wrong with images of this shape, if anything.
    pub fn image_fault(&self, image: [usize; 3]) -> Option<String> {
        let smallest = match self {
            Self::Mlp(_) => 1,
            Self::Cnn(_) => SMALLEST_SIDE,
        };
        let [_, height, width] = image;
        (height < smallest || width < smallest).then(|| {
            format!(
                "images are {height} x {width}, this model needs at least {smallest} x {smallest}"
            )
        })
    }
}

impl ImageClassifier for Network {
    fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        match self {
            Self::Mlp(model) => model.forward(images),
            Self::Cnn(model) => model.forward(images),
        }
    }

    fn exported_name(path: &str) -> String {
        // Only the perceptron has a list of layers; all other names are their own.
        Mlp::exported_name(path)
    }
}
