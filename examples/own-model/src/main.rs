//! An architecture of your own in our loop: implement `Model` for a Burn module, and hand it to a job.
//!
//! cargo run --bin example-own-model           a residual perceptron, about 95 % on the test images after two epochs
//! cargo run --bin example-own-model -- 20     stops after 20 steps
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "examples talk to people")]

use burn::module::Module;
use burn::nn::{Linear, LinearConfig};
use burn::tensor::{Device, Tensor, activation};
use burnwright_data::{Loader, LoaderConfig, Order};
use burnwright_model::{Model, state_dict, to_safetensors};
use burnwright_task::judge;
use burnwright_training::{Job, Recipe, preprocess_and_task, train};

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

impl Model for Residual {
    type Input = Tensor<4>;

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
    let (preprocess, task) = preprocess_and_task(&recipe, data.train.as_ref())?;
    let outcome = train(Job::new(model, recipe, &data.train, training)?)?;

    let config = LoaderConfig { batch_size: 500, order: Order::Sequential, workers: 1 };
    let test = Loader::of_images(data.test, &preprocess, config, &device)?;
    let judged = judge(&outcome.model, &test, task.as_ref(), |_| true)?;
    let scores = judged.and_then(|judged| judged.scores()).ok_or("nothing was judged")?;
    let accuracy = 100.0 * scores.get("accuracy").ok_or("no accuracy")?;
    println!("{} steps, {accuracy:.2} % of the test images correct", outcome.steps);

    let weights = state_dict(&outcome.model)?;
    let names: Vec<&str> = weights.iter().map(|tensor| tensor.name.as_str()).collect();
    println!("{} bytes of safetensors: {}", to_safetensors(&weights)?.len(), names.join(", "));
    Ok(())
}
