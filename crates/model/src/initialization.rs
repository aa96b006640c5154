//! Initial weights: the same on every device, from seed and place alone.
//!
//! Burn initialises parameters at their first use, from a generator of the device (burn-core 0.22.1,
//! module/param/base.rs:40-121), so that neither the moment nor the values could be relied on. Here they are made on the host.

use burn::module::Param;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{Embedding, EmbeddingConfig, Linear, LinearConfig, PaddingConfig2d};
use burn::tensor::{Device, TensorData};
use burnwright_random::{Purpose, Stream};

/// Makes layers one after the other; each parameter has its own stream of random values.
pub(crate) struct Initializer<'a> {
    stream: Stream,
    next_parameter: u64,
    device: &'a Device,
}

impl<'a> Initializer<'a> {
    pub(crate) fn new(seed: u64, device: &'a Device) -> Self {
        Self { stream: Stream::new(seed, Purpose::Initialization), next_parameter: 0, device }
    }

    /// `torch.nn.Linear(inputs, outputs)`: weight and bias uniform in +-1/sqrt(inputs).
    pub(crate) fn linear(&mut self, inputs: usize, outputs: usize) -> Linear {
        let mut layer = LinearConfig::new(inputs, outputs).init(self.device);
        // PyTorch's order of values is [out, in]; Burn keeps the weight as [in, out].
        let weight = self.uniform(inputs, outputs * inputs);
        let transposed = (0..inputs)
            .flat_map(|input| weight.iter().skip(input).step_by(inputs).copied())
            .collect::<Vec<f32>>();
        layer.weight = self.parameter(transposed, [inputs, outputs]);
        let bias = self.uniform(inputs, outputs);
        layer.bias = Some(self.parameter(bias, [outputs]));
        layer
    }

    /// `torch.nn.Conv2d` without padding: weight and bias uniform in +-1/sqrt(channels x kernel area).
    pub(crate) fn conv2d(&mut self, channels: [usize; 2], kernel: usize) -> Conv2d {
        self.conv2d_of(channels, kernel, &Conv2dConfig::new(channels, [kernel, kernel]))
    }

    /// The same with a border of zeros that keeps height and width: `padding=kernel // 2`.
    pub(crate) fn conv2d_padded(&mut self, channels: [usize; 2], kernel: usize) -> Conv2d {
        let border = kernel / 2;
        let padding = PaddingConfig2d::Explicit(border, border, border, border);
        let config = Conv2dConfig::new(channels, [kernel, kernel]).with_padding(padding);
        self.conv2d_of(channels, kernel, &config)
    }

    fn conv2d_of(&mut self, channels: [usize; 2], kernel: usize, config: &Conv2dConfig) -> Conv2d {
        let mut layer = config.init(self.device);
        let [inputs, outputs] = channels;
        let fan_in = inputs * kernel * kernel;
        let weight = self.uniform(fan_in, outputs * fan_in);
        layer.weight = self.parameter(weight, [outputs, inputs, kernel, kernel]);
        let bias = self.uniform(fan_in, outputs);
        layer.bias = Some(self.parameter(bias, [outputs]));
        layer
    }

    /// `torch.nn.Embedding(values, width)`, but uniform with a deviation of 0.1. Of PyTorch's normal distribution the logarithms' bits
    /// differ between machines, and its deviation of 1 is worse: `adult` 85.6 % instead of 85.8 %.
    pub(crate) fn embedding(&mut self, values: usize, width: usize) -> Embedding {
        const FAN_IN: usize = 33; // 1 / sqrt(33) is sqrt(3) times a deviation of 0.1
        let mut layer = EmbeddingConfig::new(values, width).init(self.device);
        let weight = self.uniform(FAN_IN, values * width);
        layer.weight = self.parameter(weight, [values, width]);
        layer
    }

    #[expect(clippy::cast_precision_loss, reason = "layer widths are far below 2^24")]
    fn uniform(&mut self, fan_in: usize, count: usize) -> Vec<f32> {
        let stream = self.stream.at(self.next_parameter);
        self.next_parameter += 1;
        let bound = 1.0 / (fan_in as f32).sqrt();
        (0..count as u64).map(|place| (2.0 * stream.uniform(place) - 1.0) * bound).collect()
    }

    fn parameter<const D: usize>(
        &self,
        values: Vec<f32>,
        shape: [usize; D],
    ) -> Param<burn::tensor::Tensor<D>> {
        Param::from_data(TensorData::new(values, shape), self.device)
    }
}
