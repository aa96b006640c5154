//! The course's network, `SimpleNN`, and its data: what the programs in `src/bin` share. No other line of theirs is here.

use burn::module::Module;
use burn::nn::{Linear, LinearConfig, Relu};
use burn::tensor::{Device, Int, Tensor};
use burnwright_data::{
    Batch, DataError, Loader, LoaderConfig, Normalize, Order, Preprocess, Source, TargetTensor,
};
use std::sync::Arc;

/// The course's perceptron: 784-128-64-10 with ReLU between the layers.
#[derive(Module, Debug)]
pub struct SimpleNN {
    /// Pixels to 128 values.
    pub fc1: Linear,
    /// 128 values to 64.
    pub fc2: Linear,
    /// 64 values to a logit for each digit.
    pub fc3: Linear,
    activation: Relu,
}

impl SimpleNN {
    /// A network whose weights are drawn from the device's generator, as `nn.Linear` draws them.
    pub fn new(device: &Device) -> Self {
        let model = Self {
            fc1: LinearConfig::new(28 * 28, 128).init(device),
            fc2: LinearConfig::new(128, 64).init(device),
            fc3: LinearConfig::new(64, 10).init(device),
            activation: Relu::new(),
        };
        // Burn draws a weight when it is first used. A record uses all of them, in this order.
        drop(model.clone().into_record());
        model
    }

    /// `[batch, 1, 28, 28]` to logits, `[batch, 10]`.
    pub fn forward(&self, x: Tensor<4>) -> Tensor<2> {
        let x = x.flatten::<2>(1, 3); // [batch, 784]
        let x = self.activation.forward(self.fc1.forward(x)); // [batch, 128]
        let x = self.activation.forward(self.fc2.forward(x)); // [batch, 64]
        self.fc3.forward(x) // [batch, 10]
    }
}

/// Batches of 64 as the course's `DataLoader` makes them: pixels scaled to \[0, 1\], less 0.5, over 0.5.
pub struct DataLoader(Loader);

impl DataLoader {
    /// The batches of these images in an order.
    pub fn new(images: Arc<dyn Source>, order: Order, device: &Device) -> Result<Self, DataError> {
        let preprocess = Preprocess::new(images.shape(), Normalize::default());
        let config = LoaderConfig { batch_size: 64, order, workers: 1 };
        Ok(Self(Loader::of_images(images, &preprocess, config, device)?))
    }

    /// Images, `[batch, 1, 28, 28]`, and labels, `[batch]`, of an epoch, counted from 1.
    pub fn epoch(&self, epoch: usize) -> impl Iterator<Item = Result<Digits, DataError>> {
        let digits = |batch: Batch| match batch.targets {
            TargetTensor::Classes(labels) => (batch.inputs, labels),
            other => unreachable!("digits are classes, not {}", other.kind()),
        };
        self.0.epoch(epoch).map(move |batch| batch.map(digits))
    }
}

/// Images and labels.
pub type Digits = (Tensor<4>, Tensor<1, Int>);
