//! Several labels from pictures of your own: which shapes are in it. The run is stopped, resumed to the same bits, judged and reported.
//!
//! cargo run --bin example-multi-label                  the same bits: true, mean average precision 0.977, macro F1 0.951
//! cargo run --bin example-multi-label -- 20            ends after 20 steps
//! cargo run --bin example-multi-label -- 20 runs       keeps its runs in the folder `runs`
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "examples talk to people")]

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use burnwright::prelude::*;

const RECIPE: &str = r#"
[task]
kind = "multi-label"

[model]
kind = "cnn"
channels = [8, 16]
hidden = 32
dropout = 0.1

[data]
source = "own:shapes"

[optimizer]
kind = "adam"

[training]
epochs = 4

[checkpoint]
every_steps = 10
"#;

const SIDE: usize = 24;
/// What may be in a picture.
const SHAPES: [&str; 3] = ["circle", "square", "cross"];

/// Pictures that each of the shapes is in or not, at any place and of several sizes, drawn when they are asked for.
struct Pictures {
    first: u64,
    count: usize,
    targets: Targets,
}

impl Pictures {
    fn new(first: u64, count: usize) -> Self {
        Self { first, count, targets: Targets::Labels(SHAPES.map(str::to_owned).to_vec()) }
    }
}

/// Whether a shape's outline is at a place, relative to its centre.
fn is_on(shape: &str, radius: f64, down: f64, right: f64) -> bool {
    let (near, far) = (down.abs().min(right.abs()), down.abs().max(right.abs()));
    match shape {
        "circle" => (down.hypot(right) - radius).abs() < 0.7,
        "square" => (far - radius).abs() < 0.7,
        _ => near < 0.7 && far < radius,
    }
}

/// Numbers from 0 to 1 that look random and are always the same for the same picture.
fn random(mut state: u64) -> impl FnMut() -> f64 {
    move || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        f64::from(u32::try_from(mixed >> 32).expect("32 bits are left")) / f64::from(u32::MAX)
    }
}

impl Source for Pictures {
    fn len(&self) -> usize {
        self.count
    }

    fn shape(&self) -> ImageShape {
        ImageShape { channels: 1, height: SIDE, width: SIDE }
    }

    fn targets(&self) -> &Targets {
        &self.targets
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "brightness is 0 to 255"
    )]
    fn read(&self, index: usize, pixels: &mut [u8]) -> Result<Target, DataError> {
        let mut random = random((self.first + index as u64) << 20);
        let holds = SHAPES.map(|_| random() < 0.5);
        for pixel in pixels.iter_mut() {
            *pixel = (60.0 * random()) as u8;
        }
        for (shape, _) in SHAPES.iter().zip(holds).filter(|(_, holds)| *holds) {
            let radius = 3.0 + 2.0 * random();
            let mut place = || 6.0 + 12.0 * random();
            let (row, column) = (place(), place());
            for (place, pixel) in (0_u32..).zip(pixels.iter_mut()) {
                let down = f64::from(place / SIDE as u32) - row;
                let right = f64::from(place % SIDE as u32) - column;
                if is_on(shape, radius, down, right) {
                    *pixel = 220;
                }
            }
        }
        Ok(Target::Labels(holds.into()))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut recipe: Recipe = Recipe::parse("shapes", RECIPE, &[])?;
    recipe.training.max_steps = std::env::args().nth(1).map(|steps| steps.parse()).transpose()?;
    let temporary = tempfile::tempdir()?;
    let folder = std::env::args().nth(2);
    let runs = folder.as_deref().map_or(temporary.path(), Path::new);

    let data = Splits::new(Pictures::new(0, 4_000), Pictures::new(1_000_000, 1_000));
    let surroundings = Surroundings::new(Device::flex(), "flex");
    let request = Request { data: Some(&data), ..Request::new(runs, "shapes", &recipe) };
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
    let resumed: Resumed = Session::resume(run, &[], Some(&data), &surroundings)?;
    println!("resumed after step {}", resumed.step);
    let resumed = resumed.session.train(Observers::default(), Instant::now())?.summary;
    println!("the same bits: {}", resumed.weights_digest == whole.summary.weights_digest);

    let scores = resumed.test.ok_or("the run was not judged")?;
    let score = |name: &str| scores.get(name).ok_or_else(|| format!("no {name}"));
    let (precision, f1) = (score("mean_average_precision")?, score("f1_macro")?);
    println!("{} steps: mean average precision {precision:.3}, macro F1 {f1:.3}", resumed.steps);
    let report = RunDirectory::open(&path)?.report_path();
    println!("report of {} bytes", std::fs::metadata(report)?.len());
    Ok(())
}
