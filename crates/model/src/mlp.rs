//! The course's network: linear layers with an activation between them.

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::{Device, Tensor};
use burnwright_recipe::checks::{each, within};
use burnwright_recipe::settings;

use crate::initialization::Initializer;
use crate::layers::{Layer, Layers};
use crate::linear::{self, WIDEST};
use crate::{Activation, Model};

settings! {
    /// Settings of a multi-layer perceptron.
    pub struct MlpConfig {
        /// Width of each hidden layer; none makes it a linear classifier.
        hidden: Vec<usize> = vec![128, 64], check(each(within(1..=WIDEST))); // the course's
        /// The function after each hidden layer.
        activation: Activation = Activation::Relu; // the course's
    }
}

/// A multi-layer perceptron; its layers are exported as `fc1`, `fc2`, ...
#[derive(Module, Debug)]
pub struct Mlp {
    layers: Vec<Linear>,
    #[module(skip)]
    activation: Activation,
}

impl MlpConfig {
    /// A network for images of `inputs` values, with PyTorch's initial weights for `seed`.
    pub fn init(&self, inputs: usize, classes: usize, seed: u64, device: &Device) -> Mlp {
        let mut initializer = Initializer::new(seed, device);
        let layers = self
            .widths(inputs, classes)
            .windows(2)
            .map(|width| initializer.linear(width[0], width[1]))
            .collect();
        Mlp { layers, activation: self.activation }
    }

    pub(crate) fn layers(&self, inputs: usize, classes: usize) -> Layers {
        let mut layers = Vec::new();
        for (number, width) in self.widths(inputs, classes).windows(2).enumerate() {
            if number > 0 {
                layers.push(Layer::without_parameters(self.activation.name(), &[width[0]]));
            }
            layers.push(Layer::linear(&format!("fc{}", number + 1), width[0], width[1]));
        }
        Layers { layers }
    }

    fn widths(&self, inputs: usize, classes: usize) -> Vec<usize> {
        [&[inputs], &self.hidden[..], &[classes]].concat()
    }
}

impl Model for Mlp {
    type Input = Tensor<4>;

    fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        let mut values = images.flatten::<2>(1, 3); // [batch, channels * height * width]
        let last = self.layers.len().saturating_sub(1);
        for (number, layer) in self.layers.iter().enumerate() {
            values = linear::forward(layer, values, (number < last).then_some(self.activation)); // [batch, width of this layer]
        }
        values
    }

    /// `layers.0.weight` is exported as `fc1.weight`.
    fn exported_name(path: &str) -> String {
        let renamed = path.strip_prefix("layers.").and_then(|rest| {
            let (number, parameter) = rest.split_once('.')?;
            Some(format!("fc{}.{parameter}", number.parse::<usize>().ok()? + 1))
        });
        renamed.unwrap_or_else(|| path.to_owned())
    }
}
