//! A data set of your own in our loop: a Burn `Dataset` of `Sample`s becomes a `Source`.
//!
//! cargo run --bin example-own-data           circles against squares, about 91 % right on shapes never seen
//! cargo run --bin example-own-data -- 20     stops after 20 steps
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "examples talk to people")]

use std::sync::Arc;

use burn::data::dataset::{Dataset, DatasetError};
use burn::tensor::Device;
use burnwright_data::{FromDataset, ImageShape, Loader, LoaderConfig, Order, Sample, Source};
use burnwright_inference::{Loss, evaluate};
use burnwright_training::recipe::Override;
use burnwright_training::{Job, Recipe, train};

const SIDE: usize = 16;

/// Circles and squares of many sizes and places, drawn when they are asked for.
struct Shapes {
    first: usize,
    count: usize,
}

impl Dataset<Sample> for Shapes {
    fn get(&self, index: usize) -> Result<Sample, DatasetError> {
        // A number that looks random and is always the same for the same sample.
        let number = (self.first + index).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
        let radius = 3 + number % 4;
        let place = |shift: usize| radius + (number >> shift) % (SIDE - 2 * radius);
        let (row, column, circle) = (place(4), place(9), index.is_multiple_of(2));
        let inside = |pixel: usize| {
            let (down, right) = ((pixel / SIDE).abs_diff(row), (pixel % SIDE).abs_diff(column));
            if circle {
                down * down + right * right <= radius * radius
            } else {
                down.max(right) < radius
            }
        };
        let pixels = (0..SIDE * SIDE).map(|pixel| if inside(pixel) { 230 } else { 20 }).collect();
        Ok(Sample { pixels, label: u32::from(!circle) })
    }

    fn len(&self) -> usize {
        self.count
    }
}

fn shapes(first: usize, count: usize) -> Arc<dyn Source> {
    let shape = ImageShape { channels: 1, height: SIDE, width: SIDE };
    let classes = vec!["circle".to_owned(), "square".to_owned()];
    Arc::new(FromDataset::new(Shapes { first, count }, shape, classes))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let changes =
        ["model.hidden=[64]", "training.epochs=6", "data.validation=0.1", "data.batch_size=32"];
    let changes: Vec<Override> =
        changes.iter().map(|change| change.parse()).collect::<Result<_, _>>()?;
    let mut recipe = Recipe::parse("shapes", "[model]\nkind = \"mlp\"", &changes)?;
    recipe.training.max_steps = std::env::args().nth(1).map(|steps| steps.parse()).transpose()?;

    let device = Device::flex();
    let training = device.clone().autodiff();
    let source = shapes(0, 4_000);
    let model = recipe.model.init([1, SIDE, SIDE], 2, recipe.training.seed, &training);
    let outcome = train(Job::new(model, recipe.clone(), source, training))?;

    let config = LoaderConfig {
        batch_size: 500,
        order: Order::Sequential,
        normalize: recipe.data.normalize,
        augment: None,
        workers: 1,
    };
    let test = Loader::of_all(shapes(1_000_000, 1_000), &config, &device)?;
    let score = evaluate(&outcome.model, &test, 2, Loss::CrossEntropy)?;
    println!("{} steps, {:.1} % of unseen shapes right", outcome.steps, 100.0 * score.accuracy);
    Ok(())
}
