//! Files that are not what they should be: a documented error or a right result; no panic, no hang, no great appetite.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use burnwright_data::{parse_images, parse_labels};
use burnwright_inference::prepare;
use burnwright_model::{Network, from_safetensors, state_dict, to_safetensors};
use burnwright_run::{Checkpoint, ModelCard, RunDirectory, encode, read_events, read_steps};
use burnwright_training::Recipe;

use super::Size;
use crate::MEMORY;
use crate::dice::Dice;
use crate::ground::{Ground, Model, Trouble, place, train};
use crate::report::Found;

/// No file keeps a reader longer.
const LONGEST: f64 = 1.0;
/// Memory that a reader may take besides four times the file.
const ALLOWANCE: usize = 64 << 20;

/// A kind of file: a good one, and what reads it.
struct Kind<'a> {
    name: &'static str,
    good: Vec<u8>,
    read: Reader<'a>,
}

type Reader<'a> = Box<dyn Fn(&[u8]) + 'a>;

pub(crate) fn run(ground: &Ground, size: Size) -> Result<Found, Trouble> {
    let mut found = Found::default();
    let mut dice = Dice::new(23);
    // A panic is found below; its message on stderr would only be in the way.
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let kinds = kinds(ground)?;
    for case in 0..size.pick(1000, 20_000) {
        let kind = &kinds[case % kinds.len()];
        let bytes = mutated(&kind.good, &mut dice);
        found.case(
            try_one(kind, &bytes).map_err(|what| format!("case {case}, {}: {what}", kind.name)),
        );
    }
    std::panic::set_hook(before);
    Ok(found)
}

fn try_one(kind: &Kind<'_>, bytes: &[u8]) -> Result<(), String> {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let begun = Instant::now();
    let ended = catch_unwind(AssertUnwindSafe(|| (kind.read)(bytes)));
    let seconds = begun.elapsed().as_secs_f64();
    let taken = MEMORY.peak_usage().saturating_sub(before);
    if ended.is_err() {
        return Err(format!("panicked on {} bytes", bytes.len()));
    }
    if seconds > LONGEST {
        return Err(format!("took {seconds:.1} s for {} bytes", bytes.len()));
    }
    if taken > ALLOWANCE + 4 * bytes.len() {
        return Err(format!("took {} MiB for {} bytes", taken >> 20, bytes.len()));
    }
    Ok(())
}

fn kinds(ground: &Ground) -> Result<Vec<Kind<'static>>, Trouble> {
    let artifacts = ground.artifacts("malformed")?;
    let recipe = ground.recipe(Model::Mlp, &[])?;
    train(&artifacts, "run", &recipe, "flex")?;
    let run = RunDirectory::open(&artifacts.join("run"))?;
    let scratch = artifacts.join("scratch");
    let device = place("flex").device;
    let network: Network = recipe.model.init([1, 28, 28], 10, 1, &device);
    let weights = to_safetensors(&state_dict(&network)?)?;
    let card: ModelCard = run.model_card()?;
    let images = std::fs::read(ground.data().join("t10k-images-idx3-ubyte"))?;
    let labels = std::fs::read(ground.data().join("t10k-labels-idx1-ubyte"))?;
    let mut picture = Vec::new();
    let gray = image::GrayImage::from_fn(40, 30, |x, y| image::Luma([u8::from(x > y) * 255]));
    gray.write_to(&mut std::io::Cursor::new(&mut picture), image::ImageFormat::Png)?;
    let mut jpeg = Vec::new();
    gray.write_to(&mut std::io::Cursor::new(&mut jpeg), image::ImageFormat::Jpeg)?;
    let by_file = |read: fn(&std::path::Path)| {
        let path = scratch.clone();
        Box::new(move |bytes: &[u8]| {
            if std::fs::write(&path, bytes).is_ok() {
                read(&path);
            }
        })
    };
    let kind = |name, good, read| Kind { name, good, read };
    let of_picture = card.clone();
    let of_jpeg = card;
    Ok(vec![
        kind("IDX images", images, by_file(|path| drop(parse_images(path)))),
        kind("IDX labels", labels, by_file(|path| drop(parse_labels(path)))),
        kind("PNG", picture, Box::new(move |bytes| drop(prepare(bytes, &of_picture)))),
        kind("JPEG", jpeg, Box::new(move |bytes| drop(prepare(bytes, &of_jpeg)))),
        kind(
            "recipe",
            recipe.to_toml().into_bytes(),
            Box::new(|bytes| drop(Recipe::parse("x", &String::from_utf8_lossy(bytes), &[]))),
        ),
        kind(
            "safetensors",
            weights,
            Box::new(move |bytes| drop(from_safetensors(network.clone(), bytes))),
        ),
        kind(
            "checkpoint",
            encode(&[("model", &[7; 300]), ("state", b"{}")]),
            Box::new(|bytes| drop(Checkpoint::decode(bytes.to_vec()))),
        ),
        kind("events", std::fs::read(run.events_path())?, by_file(|path| drop(read_events(path)))),
        kind("steps", std::fs::read(run.steps_path())?, by_file(|path| drop(read_steps(path)))),
    ])
}

/// A good file, changed in one of the ways in which files go bad.
fn mutated(good: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = good.to_vec();
    let length = bytes.len();
    for _ in 0..=dice.below(3) {
        let at = dice.below(length);
        match dice.below(7) {
            0 => bytes.truncate(at),
            1 => bytes.extend_from_slice(&good[at..]),
            2 => bytes.iter_mut().skip(at).take(8).for_each(|byte| *byte = 0xff),
            3 => bytes.iter_mut().skip(at).take(64).for_each(|byte| *byte = 0),
            4 => {
                let end = (at + 1 + dice.below(40)).min(bytes.len());
                if at < end {
                    bytes.drain(at..end);
                }
            }
            // The head of a file says how much follows: it is hit more often than by chance.
            5 => {
                if let Some(byte) = bytes.get_mut(at % 32) {
                    *byte = u8::try_from(dice.below(256)).unwrap_or(0);
                }
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << dice.below(8);
                }
            }
        }
    }
    bytes
}
