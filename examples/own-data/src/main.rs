//! Items of your own in our loop: a Burn `Dataset` of any item with a Burn `Batcher`, in our order, with our exactness.
//!
//! cargo run --bin example-own-data           circles against squares, about 97 % correct on shapes never seen
//! cargo run --bin example-own-data -- 20     stops after 20 steps
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "examples talk to people")]

use burnwright::prelude::*;

const SIDE: usize = 16;

/// An item: a circle or a square of some size at some place.
#[derive(Clone, Debug)]
struct Shape {
    radius: usize,
    row: usize,
    column: usize,
    is_circle: bool,
}

/// Shapes of many sizes and places, thought up when they are asked for.
struct Shapes {
    first: usize,
    count: usize,
}

impl Dataset<Shape> for Shapes {
    fn get(&self, index: usize) -> Result<Shape, DatasetError> {
        // A number that looks random and is always the same for the same item.
        let number = (self.first + index).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
        let radius = 3 + number % 4;
        let place = |shift: usize| radius + (number >> shift) % (SIDE - 2 * radius);
        let is_circle = index.is_multiple_of(2);
        Ok(Shape { radius, row: place(4), column: place(9), is_circle })
    }

    fn len(&self) -> usize {
        self.count
    }
}

/// Draws items side by side: `[batch, 1, 16, 16]`.
struct Drawing;

impl Batcher<Shape, Batched<Tensor<4>>> for Drawing {
    fn batch(&self, shapes: Vec<Shape>, device: &Device) -> Batched<Tensor<4>> {
        let brightness = |shape: &Shape, pixel: usize| {
            let down = (pixel / SIDE).abs_diff(shape.row);
            let right = (pixel % SIDE).abs_diff(shape.column);
            let is_inside = if shape.is_circle {
                down * down + right * right <= shape.radius * shape.radius
            } else {
                down.max(right) < shape.radius
            };
            if is_inside { 0.8_f32 } else { -0.8 }
        };
        let pixels: Vec<f32> = shapes
            .iter()
            .flat_map(|shape| (0..SIDE * SIDE).map(move |pixel| brightness(shape, pixel)))
            .collect();
        let pixels = TensorData::new(pixels, [shapes.len(), 1, SIDE, SIDE]);
        let truth = shapes.iter().map(|shape| Target::Class(u32::from(!shape.is_circle)));
        Batched { inputs: Tensor::from_data(pixels, device), truth: truth.collect() }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let changes = ["model.hidden=[64]", "training.epochs=6", "data.batch_size=32"];
    let changes: Vec<Override> =
        changes.iter().map(|change| change.parse()).collect::<Result<_, _>>()?;
    let mut recipe: Recipe = Recipe::parse("shapes", "[model]\nkind = \"mlp\"", &changes)?;
    recipe.training.max_steps = std::env::args().nth(1).map(|steps| steps.parse()).transpose()?;

    let device = Device::flex();
    let training = device.clone().autodiff();
    let shapes = |first, count| Items::new(Shapes { first, count }, Drawing, Scale::default());
    let seed = recipe.training.seed;
    let config = LoaderConfig { batch_size: 32, order: Order::Shuffled { seed }, workers: 1 };
    let batches = Loader::of_all(shapes(0, 4_000), config, &training)?;
    let classes = Targets::Classes(vec!["circle".to_owned(), "square".to_owned()]);
    let task = TaskConfig::default().init(&classes, &LossConfig::default(), Scale::default())?;
    let model = recipe.model.init([1, SIDE, SIDE], 2, seed, &training);
    let job = Job::of_loaders(model, recipe, task.clone(), (batches, None), training);
    let outcome = train(job)?;

    let config = LoaderConfig { batch_size: 500, order: Order::Sequential, workers: 1 };
    let test = Loader::of_all(shapes(1_000_000, 1_000), config, &device)?;
    let scores = score(&outcome.model, &test, task.as_ref())?;
    let accuracy = 100.0 * scores.get("accuracy").ok_or("no accuracy")?;
    println!("{} steps, {accuracy:.1} % of unseen shapes correct", outcome.steps);
    Ok(())
}
