//! The files that a user can hand over, or find in a run.

use std::path::Path;

use burnwright_data::{parse_images, parse_labels};
use burnwright_inference::prepare;
use burnwright_model::{Architecture, Network, from_safetensors, state_dict, to_safetensors};
use burnwright_run::{Checkpoint, ModelCard, RunDirectory, encode, read_events, read_steps};
use burnwright_training::Recipe;
use image::{GrayImage, ImageFormat, Luma};

use super::{Kind, kind, oracles};
use crate::ground::{Ground, Model, Trouble, surroundings, train};

/// The parts of the good checkpoint.
const PARTS: [(&str, &[u8]); 2] = [("model", &[7; 300]), ("state", b"{}")];

/// All kinds, each with a good file.
pub(super) fn kinds(ground: &Ground) -> Result<Vec<Kind>, Trouble> {
    let artifacts = ground.artifacts("malformed")?;
    let recipe = ground.recipe(Model::Mlp, &[])?;
    train(&artifacts, "run", &recipe, "flex")?;
    let run = RunDirectory::open(&artifacts.join("run"))?;
    let network: Network = recipe.model.init([1, 28, 28], 10, 1, &surroundings("flex").device);
    let weights = to_safetensors(&state_dict(&network)?)?;
    let card: ModelCard = run.model_card()?;
    let data = |name: &str| std::fs::read(ground.data().join(name));
    let file = artifacts.join("scratch");
    let [of_png, png_card, of_jpeg, jpeg_card] = std::array::from_fn(|_| card.clone());
    Ok(vec![
        kind(
            "IDX images",
            data("t10k-images-idx3-ubyte")?,
            by_file(&file, parse_images),
            |bytes, read| oracles::idx_images(bytes, &read),
        ),
        kind(
            "IDX labels",
            data("t10k-labels-idx1-ubyte")?,
            by_file(&file, parse_labels),
            |bytes, read| oracles::idx_labels(bytes, &read),
        ),
        kind(
            "PNG",
            picture(ImageFormat::Png)?,
            move |bytes| prepare(bytes, &of_png),
            move |bytes, read| oracles::picture(bytes, &read, &png_card),
        ),
        kind(
            "JPEG",
            picture(ImageFormat::Jpeg)?,
            move |bytes| prepare(bytes, &of_jpeg),
            move |bytes, read| oracles::picture(bytes, &read, &jpeg_card),
        ),
        kind(
            "recipe",
            recipe.to_toml()?.into_bytes(),
            |bytes| Recipe::parse("x", &String::from_utf8_lossy(bytes), &[]),
            |bytes, read| oracles::recipe(&String::from_utf8_lossy(bytes), &read),
        ),
        kind(
            "safetensors",
            weights,
            move |bytes| from_safetensors(network.clone(), bytes),
            |bytes, read| oracles::safetensors(bytes, &read),
        ),
        kind(
            "checkpoint",
            encode(&PARTS),
            |bytes| Checkpoint::decode(bytes.to_vec()),
            |bytes, read| oracles::checkpoint(bytes, &read, &PARTS),
        ),
        kind(
            "events",
            std::fs::read(run.events_path())?,
            by_file(&file, read_events),
            |bytes, read| oracles::events(bytes, &read),
        ),
        kind(
            "steps",
            std::fs::read(run.steps_path())?,
            by_file(&file, read_steps),
            |bytes, read| oracles::steps(bytes, &read),
        ),
    ])
}

/// What reads a path reads bytes from a file.
fn by_file<T, E>(
    file: &Path,
    read: fn(&Path) -> Result<T, E>,
) -> impl Fn(&[u8]) -> Result<T, E> + use<T, E> {
    let file = file.to_owned();
    move |bytes| {
        std::fs::write(&file, bytes).expect("the ground of the checks can be written to");
        read(&file)
    }
}

/// A small picture with an edge in it.
fn picture(format: ImageFormat) -> Result<Vec<u8>, Trouble> {
    let gray = GrayImage::from_fn(40, 30, |x, y| Luma([u8::from(x > y) * 255]));
    let mut bytes = Vec::new();
    gray.write_to(&mut std::io::Cursor::new(&mut bytes), format)?;
    Ok(bytes)
}
