//! Parts of your own in our loop: a loss and a metric (a task that asks another for the rest), an optimizer, a sink.
//!
//! cargo run --bin example-own-parts           focal loss and LAMB: about 92 % of the test images after two epochs
//! cargo run --bin example-own-parts -- 20     stops after 20 steps
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "examples talk to people")]
#![expect(clippy::cast_precision_loss, reason = "counts of examples are far below 2^53")]

use burnwright::prelude::*;

/// Classification by the focal loss, `-(1 - p)^2 log p` (Lin et al., 2017), that also measures how sure the model is.
#[derive(Debug)]
struct Focal(Arc<dyn Task>);

impl Task for Focal {
    fn loss(&self, logits: Tensor<2>, targets: &TargetTensor) -> Tensor<1> {
        let TargetTensor::Classes(classes) = targets else { return self.0.loss(logits, targets) };
        let logs = burn::tensor::activation::log_softmax(logits, 1); // [batch, classes]
        let logs = logs.gather(1, classes.clone().unsqueeze_dim(1)); // [batch, 1]
        let missing = logs.clone().exp().neg() + 1.0;
        (missing.powi_scalar(2) * logs).mean().neg() // [1]
    }
    fn metrics(&self) -> Vec<NamedMetric> {
        let (name, label) = ("confidence".to_owned(), "Confidence".to_owned());
        let own = NamedMetric { name, label, percent: true, higher_is_better: true };
        [self.0.metrics(), vec![own]].concat()
    }
    fn sums(&self, logits: Tensor<2>, targets: TargetTensor) -> Tensor<1> {
        let own = burn::tensor::activation::softmax(logits.clone(), 1).max_dim(1).sum(); // [1]
        Tensor::cat(vec![self.0.sums(logits, targets), own], 0) // [sums + 1]
    }
    fn means(&self, sums: &[f64], examples: usize, scores: Scores) -> Scores {
        let Some((own, rest)) = sums.split_last() else { return scores };
        self.0.means(rest, examples, scores).with("confidence", own / examples as f64)
    }
    fn kind(&self) -> &'static str {
        self.0.kind()
    }
    fn targets(&self) -> &Targets {
        self.0.targets()
    }
    fn predictions(&self) -> Predictions {
        self.0.predictions()
    }
    fn judge(
        &self,
        to: &mut Predictions,
        logits: &[f32],
        truth: &Target,
        example: u32,
    ) -> Result<(), TaskError> {
        self.0.judge(to, logits, truth, example)
    }
    fn decide(&self, logits: &[f32]) -> Option<Decision> {
        self.0.decide(logits)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut recipe: Recipe = Recipe::default();
    recipe.training.epochs = 2;
    recipe.training.max_steps = std::env::args().nth(1).map(|steps| steps.parse()).transpose()?;
    let device = Device::flex();
    let training = device.clone().autodiff();
    let data = recipe.data.open()?;
    let model = recipe.model.init([1, 28, 28], 10, recipe.training.seed, &training);
    let mut job = Job::new(model, recipe, &data.train, training)?;
    let (preprocess, task) = preprocess_and_task(&job.recipe, data.train.as_ref())?;
    let task = Arc::new(Focal(task));
    job.task = task.clone();
    job.optimizer = Some(burn::optim::LambConfig::new().init());
    job.sinks.push(on_event(|event| {
        if let Event::EpochEnded { epoch, train, .. } = event {
            println!("epoch {epoch}: {:?}", train.measures().collect::<Vec<_>>());
        }
    }));
    let outcome = train(job)?;
    let scores = score_images(&outcome.model, data.test, &preprocess, task.as_ref(), &device)?;
    println!("{} steps: {:?}", outcome.steps, scores.measures().collect::<Vec<_>>());
    Ok(())
}
