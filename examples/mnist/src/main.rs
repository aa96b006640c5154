//! The course through the library, without the command line: a recipe, a job, an outcome.
//!
//! cargo run --bin example-mnist           96.7 % on the test images, in about four seconds
//! cargo run --bin example-mnist -- 20     stops after 20 steps
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "examples talk to people")]

use burn::tensor::Device;
use burnwright_data::{Loader, LoaderConfig, Order};
use burnwright_model::Architecture;
use burnwright_run::{Event, EventSink, RunError};
use burnwright_task::judge;
use burnwright_training::{Job, Recipe, preprocess_and_task, train};

/// A sink that prints an epoch as it ends.
struct Printer;

impl EventSink for Printer {
    fn receive(&mut self, event: &Event) -> Result<(), RunError> {
        if let Event::EpochEnded { epoch, train, seconds, .. } = event {
            println!("epoch {epoch}: loss {:.4}, {seconds:.2} s", train.loss());
        }
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut recipe: Recipe = Recipe::default();
    recipe.training.max_steps = std::env::args().nth(1).map(|steps| steps.parse()).transpose()?;

    let device = Device::flex();
    let data = recipe.data.open()?;
    let training = device.clone().autodiff();
    let model = recipe.model.init([1, 28, 28], 10, recipe.training.seed, &training);
    let (preprocess, task) = preprocess_and_task(&recipe, data.train.as_ref())?;
    let mut job = Job::new(model, recipe, &data.train, training)?;
    job.sinks.push(Box::new(Printer));
    let outcome = train(job)?;

    let config = LoaderConfig { batch_size: 500, order: Order::Sequential, workers: 1 };
    let test = Loader::of_images(data.test, &preprocess, config, &device)?;
    let judged = judge(&outcome.model, &test, task.as_ref(), |_| true)?;
    let scores = judged.and_then(|judged| judged.scores()).ok_or("nothing was judged")?;
    let accuracy = 100.0 * scores.get("accuracy").ok_or("no accuracy")?;
    println!("{} steps, {accuracy:.2} % of the test images correct", outcome.steps);
    Ok(())
}
