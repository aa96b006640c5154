//! The course through the library, without the command line: a recipe, a job, an outcome.
//!
//! cargo run --bin example-mnist           96.7 % on the test images, in about four seconds
//! cargo run --bin example-mnist -- 20     stops after 20 steps
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "examples talk to people")]

use burnwright::prelude::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut recipe: Recipe = Recipe::default();
    recipe.training.max_steps = std::env::args().nth(1).map(|steps| steps.parse()).transpose()?;
    let device = Device::flex();
    let training = device.clone().autodiff();
    let data = recipe.data.open()?;
    let model = recipe.model.init([1, 28, 28], 10, recipe.training.seed, &training);
    let mut job = Job::new(model, recipe, &data.train, training)?;
    job.sinks.push(on_event(|event| {
        if let Event::EpochEnded { epoch, train, seconds, .. } = event {
            println!("epoch {epoch}: loss {:.4}, {seconds:.2} s", train.loss());
        }
    }));
    let (preprocess, task) = preprocess_and_task(&job.recipe, data.train.as_ref())?;
    let outcome = train(job)?;
    let scores = score_images(&outcome.model, data.test, &preprocess, task.as_ref(), &device)?;
    let accuracy = 100.0 * scores.get("accuracy").ok_or("no accuracy")?;
    println!("{} steps, {accuracy:.2} % of the test images correct", outcome.steps);
    Ok(())
}
