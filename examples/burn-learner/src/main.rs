//! The course in Burn's own loop: `SupervisedTraining` and `Learner`, with Burn's metrics and dashboard.
//!
//! cargo run --bin example-burn-learner           5 epochs: 96.69 % of the test images, the weights of `burnwright train course`
//! cargo run --bin example-burn-learner -- 20     20 steps an epoch; into a pipe, lines in place of the dashboard
//!
//! What differs from our loop, with the same batches, steps and weights:
//! - Burn's loss counts a short last batch like a full one, and its metrics are computed and logged at each step: README.md has the seconds;
//! - a stopped run is not saved, a loss that is not finite is not noticed, and dropout draws other numbers after a restart;
//! - there is no run directory: no `resume`, `evaluate`, `report`. Burn's logs are in target/burn-learner.
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "examples talk to people")]

mod lines;

use std::io::IsTerminal;
use std::sync::Arc;
use std::time::Instant;

use burn::tensor::Device;
use burn::train::metric::{AccuracyMetric, LearningRateMetric, LossMetric};
use burn::train::{Learner, SupervisedTraining};
use burnwright_data::{BurnLoader, Loader, LoaderConfig, Order, Source, Subset};
use burnwright_inference::digest;
use burnwright_model::{Architecture, state_dict};
use burnwright_task::judge;
use burnwright_training::{ModelWithLoss, Recipe, preprocess_and_task, training_batches};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let steps = std::env::args().nth(1).map_or(Ok(usize::MAX), |steps| steps.parse())?;
    let recipe: Recipe = Recipe::default();
    let device = Device::flex().autodiff();
    let data = recipe.data.open()?;

    // Burn's loop knows epochs only: fewer steps are fewer images.
    let count = steps.saturating_mul(recipe.data.batch_size);
    let images = (0..u32::try_from(data.train.len())?).take(count).collect();
    let source: Arc<dyn Source> = Arc::new(Subset::new(data.train, images));
    let train = training_batches(&recipe, &source, &device)?;
    let (preprocess, task) = preprocess_and_task(&recipe, source.as_ref())?;
    let config = LoaderConfig { batch_size: 500, order: Order::Sequential, workers: 1 };
    // Burn's loop wants images to judge by after each epoch. Nothing is chosen by them here, so they may be the test images.
    let test = Loader::of_images(data.test, &preprocess, config, &device.clone().inner())?;

    let model = recipe.model.init([1, 28, 28], 10, recipe.training.seed, &device);
    let learner = Learner::new(
        ModelWithLoss::new(model, recipe.loss.clone()),
        recipe.optimizer.init(&device),
        recipe.planned_schedule(train.batch_count()),
    );
    let (train, valid) = (BurnLoader::new(train), BurnLoader::new(test.clone()));
    let logs = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/burn-learner");
    let mut training = SupervisedTraining::new(logs, Arc::new(train), Arc::new(valid))
        .metrics((LossMetric::new(), AccuracyMetric::new()))
        .metric_train_numeric(LearningRateMetric::new())
        .num_epochs(recipe.training.epochs);
    if !std::io::stdout().is_terminal() {
        // Burn's own lines for pipes are one a batch (burn-train 0.22.1, renderer/cli.rs:61).
        training = training.renderer(Box::new(lines::Lines::default()));
    }

    let begun = Instant::now();
    let result = training.launch(learner);
    let seconds = begun.elapsed().as_secs_f64();
    drop(result.renderer);
    if let Some(error) = result.error {
        return Err(error.into());
    }

    let model = result.model.model;
    let judged = judge(&model, &test, task.as_ref(), |_| true)?;
    let scores = judged.and_then(|judged| judged.scores()).ok_or("nothing was judged")?;
    println!("{seconds:.2} s; weights_digest {}", digest(&state_dict(&model)?));
    let accuracy = 100.0 * scores.get("accuracy").ok_or("no accuracy")?;
    println!("Accuracy of the model on the test images: {accuracy:.2}%");
    Ok(())
}
