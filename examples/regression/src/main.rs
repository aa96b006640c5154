//! A number from pictures of your own: what a gauge shows. The run is stopped, resumed to the same bits, judged and reported.
//!
//! cargo run --bin example-regression                  resumed after step 10, the same bits: true, RMSE 0.19 bar, R2 0.995
//! cargo run --bin example-regression -- 20            ends after 20 steps
//! cargo run --bin example-regression -- 20 runs       keeps its runs in the folder `runs`
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "examples talk to people")]

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use burnwright::prelude::*;

const RECIPE: &str = r#"
[task]
kind = "regression"
unit = "bar"

[model]
kind = "cnn"
channels = [8, 16]
hidden = 32
dropout = 0.1

[data]
source = "own:gauges"

[optimizer]
kind = "adam"

[training]
epochs = 4

[checkpoint]
every_steps = 10
"#;

const SIDE: usize = 24;
/// What the gauge shows at its right end.
const MOST_BAR: f64 = 10.0;

/// Gauges whose needle turns from the lower left, 0 bar, over the top to the lower right, drawn when they are asked for.
struct Gauges {
    first: u64,
    count: usize,
    targets: Targets,
}

impl Gauges {
    fn new(first: u64, count: usize) -> Self {
        Self { first, count, targets: Targets::Number("pressure".to_owned()) }
    }
}

/// Numbers from 0 to 1 that look random and are always the same for the same gauge.
fn random(mut state: u64) -> impl FnMut() -> f64 {
    move || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        f64::from(u32::try_from(mixed >> 32).expect("32 bits are left")) / f64::from(u32::MAX)
    }
}

impl Source for Gauges {
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
        let bar = MOST_BAR * random();
        let angle = (bar / MOST_BAR - 0.5) * 1.5 * std::f64::consts::PI; // 0 is straight up
        let (centre_row, centre_column) = (11.0 + 2.0 * random(), 11.0 + 2.0 * random());
        let (length, thickness) = (7.0 + 3.0 * random(), 0.8 + 0.5 * random());
        for (place, pixel) in (0_u32..).zip(pixels.iter_mut()) {
            let down = f64::from(place / SIDE as u32) - centre_row;
            let right = f64::from(place % SIDE as u32) - centre_column;
            let along = right * angle.sin() - down * angle.cos();
            let across = (right * angle.cos() + down * angle.sin()).abs();
            let is_needle = (0.0..length).contains(&along) && across < thickness;
            let brightness = if is_needle { 200.0 } else { 20.0 };
            *pixel = (brightness + 50.0 * random()) as u8;
        }
        Ok(Target::Number(bar))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut recipe: Recipe = Recipe::parse("gauges", RECIPE, &[])?;
    recipe.training.max_steps = std::env::args().nth(1).map(|steps| steps.parse()).transpose()?;
    let temporary = tempfile::tempdir()?;
    let folder = std::env::args().nth(2);
    let runs = folder.as_deref().map_or(temporary.path(), Path::new);

    let data = Splits::new(Gauges::new(0, 4_000), Gauges::new(1_000_000, 1_000));
    let surroundings = Surroundings::new(Device::flex(), "flex");
    let request = Request { data: Some(&data), ..Request::new(runs, "gauges", &recipe) };
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
    let (rmse, mae, r2) = (score("rmse")?, score("mae")?, score("r2")?);
    println!("{} steps: RMSE {rmse:.2} bar, MAE {mae:.2} bar, R2 {r2:.3}", resumed.steps);
    let report = RunDirectory::open(&path)?.report_path();
    println!("report of {} bytes", std::fs::metadata(report)?.len());
    Ok(())
}
