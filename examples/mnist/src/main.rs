//! The course through the library, without the command line: a recipe, a job, an outcome.
//!
//! cargo run --bin example-mnist           96 % on the test images, in about four seconds
//! cargo run --bin example-mnist -- 20     stops after 20 steps
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "examples talk to people")]

use std::sync::Arc;

use burn::tensor::Device;
use burnwright_data::{Loader, LoaderConfig, Order};
use burnwright_inference::{Loss, evaluate};
use burnwright_run::{Event, EventSink, RunError};
use burnwright_training::{Job, Recipe, train};

/// A sink that prints an epoch as it ends.
struct Printer;

impl EventSink for Printer {
    fn receive(&mut self, event: &Event) -> Result<(), RunError> {
        if let Event::EpochEnded { epoch, train, seconds, .. } = event {
            println!("epoch {epoch}: loss {:.4}, {seconds:.2} s", train.loss);
        }
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut recipe = Recipe::default();
    recipe.training.max_steps = std::env::args().nth(1).map(|steps| steps.parse()).transpose()?;

    let device = Device::flex();
    let data = recipe.data.open()?;
    let training = device.clone().autodiff();
    let model = recipe.model.init([1, 28, 28], 10, recipe.training.seed, &training);
    let mut job = Job::new(model, recipe.clone(), Arc::clone(&data.train), training);
    job.sinks.push(Box::new(Printer));
    let outcome = train(job)?;

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
    Ok(())
}
