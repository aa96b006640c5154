//! An architecture of your own in a run: settings that serialise, and the model that they make. The run is stopped, resumed and reported
//! as one of the built-in models is.
//!
//! cargo run --bin example-own-model                  resumed after step 10, the same bits: true, 95.68 % correct
//! cargo run --bin example-own-model -- 20            ends after 20 steps
//! cargo run --bin example-own-model -- 20 runs       keeps its runs in the folder `runs`
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "examples talk to people")]

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use burnwright::burn::nn::{Linear, LinearConfig};
use burnwright::burn::tensor::activation;
use burnwright::prelude::*;
use burnwright::recipe::checks::within;
use burnwright::recipe::settings;

settings! {
    /// The `[model]` section of our recipes.
    struct ResidualConfig {
        /// Width of the middle layer.
        width: usize = 96, check(within(1..=4096));
    }
}

/// A perceptron whose middle layer is added to what it was given.
#[derive(Module, Debug)]
struct Residual {
    enter: Linear,
    middle: Linear,
    leave: Linear,
}

impl Model for Residual {
    type Input = Tensor<4>;

    fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        let values = activation::relu(self.enter.forward(images.flatten::<2>(1, 3))); // [batch, width]
        let values = values.clone() + activation::relu(self.middle.forward(values)); // [batch, width]
        self.leave.forward(values) // [batch, outputs]
    }
}

impl Architecture for ResidualConfig {
    type Model = Residual;

    fn init(&self, image: [usize; 3], outputs: usize, _seed: u64, device: &Device) -> Residual {
        let linear = |inputs, outputs| LinearConfig::new(inputs, outputs).init(device);
        Residual {
            enter: linear(image.iter().product(), self.width),
            middle: linear(self.width, self.width),
            leave: linear(self.width, outputs),
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut recipe = Recipe::<ResidualConfig>::default();
    recipe.training.epochs = 2;
    recipe.training.max_steps = std::env::args().nth(1).map(|steps| steps.parse()).transpose()?;
    recipe.checkpoint.every_steps = Some(10);
    let temporary = tempfile::tempdir()?;
    let folder = std::env::args().nth(2);
    let runs = folder.as_deref().map_or(temporary.path(), Path::new);

    let surroundings = Surroundings::new(Device::flex(), "flex");
    let request = Request::new(runs, "residual", &recipe);
    let whole =
        Session::begin(request, &surroundings)?.train(Observers::default(), Instant::now())?;

    // A second run is stopped after its first window of steps, as Ctrl-C stops it.
    let stopped = Session::begin(request, &surroundings)?;
    let path = stopped.run().path().to_owned();
    let interrupter = Interrupter::new();
    let stop = interrupter.clone();
    let sink = on_event(move |event| {
        if matches!(event, Event::Window { .. }) {
            stop.stop(None);
        }
    });
    let observers = Observers { sinks: vec![sink], interrupter, ..Observers::default() };
    stopped.train(observers, Instant::now())?;

    let run = RunDirectory::open_for_training(&path)?;
    let resumed = Session::<ResidualConfig>::resume(run, &[], None, &surroundings)?;
    println!("resumed after step {}", resumed.step);
    let resumed = resumed.session.train(Observers::default(), Instant::now())?.summary;

    println!("the same bits: {}", resumed.weights_digest == whole.summary.weights_digest);

    let accuracy = resumed.test.and_then(|scores| scores.get("accuracy")).ok_or("not judged")?;
    println!("{} steps, {:.2} % of the test images correct", resumed.steps, 100.0 * accuracy);
    let run = RunDirectory::open(&path)?;
    println!("report of {} bytes", std::fs::metadata(run.report_path())?.len());
    let model = Predictor::<ResidualConfig>::open(&run, &Device::flex())?;
    println!("{:?} to {:?}", model.card().image_shape, model.card().classes);
    Ok(())
}
