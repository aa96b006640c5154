//! An architecture of your own in our loop: implement `ImageClassifier` for a Burn module, and hand it to a job.
//!
//! cargo run --bin example-own-model           a residual perceptron, about 95 % on the test images after two epochs
//! cargo run --bin example-own-model -- 20     stops after 20 steps
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "examples talk to people")]

use std::sync::Arc;

use burn::module::Module;
use burn::nn::{Linear, LinearConfig};
use burn::tensor::{Device, Tensor, activation};
use burnwright_data::{Loader, LoaderConfig, Order};
use burnwright_inference::{Loss, evaluate};
use burnwright_model::{ImageClassifier, state_dict, to_safetensors};
use burnwright_training::{Job, Recipe, train};

/// A perceptron whose middle layer is added to what it was given.
#[derive(Module, Debug)]
struct Residual {
    enter: Linear,
    middle: Linear,
    leave: Linear,
}

impl Residual {
    fn new(device: &Device) -> Self {
        let linear = |inputs, outputs| LinearConfig::new(inputs, outputs).init(device);
        Self { enter: linear(784, 96), middle: linear(96, 96), leave: linear(96, 10) }
    }
}

impl ImageClassifier for Residual {
    fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        let values = activation::relu(self.enter.forward(images.flatten::<2>(1, 3))); // [batch, 96]
        let values = values.clone() + activation::relu(self.middle.forward(values)); // [batch, 96]
        self.leave.forward(values) // [batch, 10]
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut recipe = Recipe::default();
    recipe.training.epochs = 2;
    recipe.training.max_steps = std::env::args().nth(1).map(|steps| steps.parse()).transpose()?;

    let device = Device::flex();
    let training = device.clone().autodiff();
    // Burn initialises at first use, from the device's generator: seed it, and have the weights made now.
    training.seed(recipe.training.seed);
    let model = Residual::new(&training);
    drop(model.clone().into_record());

    let data = recipe.data.open()?;
    let outcome = train(Job::new(model, recipe.clone(), Arc::clone(&data.train), training))?;

    let config = LoaderConfig {
        batch_size: 500,
        order: Order::Sequential,
        normalize: recipe.data.normalize,
        augment: None,
        workers: 1,
    };
    let test = Loader::of_all(data.test, &config, &device)?;
    let score = evaluate(&outcome.model, &test, 10, Loss::CrossEntropy)?;
    println!("{} steps, {:.2} % of the test images right", outcome.steps, 100.0 * score.accuracy);

    let weights = state_dict(&outcome.model)?;
    let names: Vec<&str> = weights.iter().map(|tensor| tensor.name.as_str()).collect();
    println!("{} bytes of safetensors: {}", to_safetensors(&weights)?.len(), names.join(", "));
    Ok(())
}
