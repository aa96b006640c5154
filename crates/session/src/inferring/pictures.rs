//! A folder or a list of pictures becomes a recipe: their size and colours, a network, and how long it is trained.

use std::fmt::Write;
use std::path::Path;

use burnwright_data::{
    DataConfig, FolderLook, ManifestLook, PictureConfig, Targets, stratified_split,
};

use burnwright_view::thousands;

use super::{Wish, in_comment, nearest_power_of_two, quoted, quoted_path};
use crate::SessionError;

/// Examples that training sees in all, at least: small sets are seen often.
const EXAMPLES_SEEN: usize = 24_000;

/// What is known of pictures before they are decoded.
struct Found {
    /// `data.source`.
    source: &'static str,
    /// The column that is learned.
    target: Option<String>,
    look: FolderLook,
}

/// The recipe for a folder with a folder for each class.
pub(super) fn of_folder(path: &Path, wish: Wish<'_>) -> Result<String, SessionError> {
    let look = burnwright_data::look_at_folder(path)?;
    recipe(path, wish, Found { source: "folder", target: None, look })
}

/// The recipe for a list of pictures with their targets.
pub(super) fn of_manifest(path: &Path, wish: Wish<'_>) -> Result<String, SessionError> {
    let ManifestLook { target, mut pictures } =
        burnwright_data::look_at_manifest(path, wish.target)?;
    let list =
        if path.is_dir() { "its list of pictures" } else { "a list of pictures, not a table" };
    pictures.notes.insert(0, format!("{list}: its column file_name names files that are there"));
    recipe(path, wish, Found { source: "manifest", target: Some(target), look: pictures })
}

fn recipe(path: &Path, wish: Wish<'_>, found: Found) -> Result<String, SessionError> {
    let Found { source, target, look: found } = found;
    let mut data = DataConfig {
        source: source.to_owned(),
        target: target.clone(),
        class_order: wish.class_order.map(Path::to_owned),
        path: Some(path.to_owned()),
        validation: wish.split.validation,
        test: wish.split.test,
        split_seed: wish.split.seed,
        ..DataConfig::default()
    };
    let image = PictureConfig {
        channels: found.channels,
        resize: side(found.shorter_side),
        crop: side(found.shorter_side),
        skip_bad: wish.skip_bad,
        ..PictureConfig::default()
    };
    data.image = Some(image.clone());
    if found.has_test {
        data.test = 0.0;
    }
    let splits = data.open()?;
    let (training, held_out) = stratified_split(splits.train.as_ref(), data.validation, 0)?;
    let (mean, std) = burnwright_data::mean_and_std(splits.train.as_ref(), &training)?;
    let blocks = blocks(image.crop);
    let epochs = EXAMPLES_SEEN.div_ceil(training.len().max(1)).clamp(5, 60);
    let batch = nearest_power_of_two(training.len() / 40, 16, 128);

    let (task, what) = match splits.train.targets() {
        Targets::Classes(names) => ("classification", format!("of {} classes", names.len())),
        Targets::Labels(names) => ("multi-label", format!("with {} labels", names.len())),
        Targets::Number(_) => ("regression", "with a number each".to_owned()),
    };
    let left_out = splits.train.left_out();
    let counts = format!(
        "{} pictures {what}: {} to learn from, {} for validation, {} for the test",
        thousands(training.len() + held_out.len() + splits.test.len()),
        thousands(training.len()),
        thousands(held_out.len()),
        thousands(splits.test.len()),
    );
    let path_text = quoted_path(path);
    let mut text = String::new();
    let written = (|| {
        writeln!(text, "# {}\n# {counts}", in_comment(wish.asked))?;
        if left_out > 0 {
            writeln!(text, "# left out, for they cannot be read: {}", thousands(left_out))?;
        }
        for line in &found.notes {
            writeln!(text, "# {}", in_comment(line))?;
        }
        writeln!(text, "[task]\nkind = \"{task}\"")?;
        writeln!(text, "\n[model]\nkind = \"convnet\"\nchannels = {blocks:?}")?;
        writeln!(text, "\n[data]\nsource = \"{source}\"\npath = {path_text}")?;
        if let Some(target) = &target {
            writeln!(text, "target = {}", quoted(target))?;
        }
        if let Some(order) = wish.class_order {
            writeln!(text, "class_order = {}", quoted_path(order))?;
        }
        writeln!(text, "batch_size = {batch}")?;
        writeln!(text, "validation = {}", data.validation)?;
        if !found.has_test {
            writeln!(
                text,
                "test = {}   # held out by split_seed, which stays 0 for all seeds",
                data.test
            )?;
        }
        writeln!(text, "workers = 2")?;
        writeln!(
            text,
            "normalize = {{ mean = {mean:?}, std = {std:?} }}   # of the training pixels"
        )?;
        let shift = image.crop / 8;
        writeln!(
            text,
            "augment = {{ shift = {shift} }}   # RandomCrop({}, padding={shift})",
            image.crop
        )?;
        writeln!(text, "\n[data.image]\nchannels = {}", image.channels)?;
        writeln!(
            text,
            "resize = {}   # shorter side, antialiased\ncrop = {}   # from the middle",
            image.resize, image.crop
        )?;
        if wish.skip_bad {
            writeln!(text, "skip_bad = true   # pictures that cannot be read take no part")?;
        }
        training_of(&mut text, epochs)
    })();
    written.expect("text can always grow");
    Ok(text)
}

/// The sections that say how it is trained.
fn training_of(text: &mut String, epochs: usize) -> std::fmt::Result {
    writeln!(text, "\n[optimizer]\nkind = \"adamw\"\nlearning_rate = 3e-3\nweight_decay = 1e-2")?;
    writeln!(text, "\n[schedule]\nkind = \"one-cycle\"")?;
    writeln!(text, "\n[training]\nepochs = {epochs}")?;
    writeln!(
        text,
        "\n[early_stopping]   # keeps the weights of the best epoch\nmonitor = \"loss\"\npatience = {epochs}"
    )
}

/// The side of an image for pictures whose shorter side is mostly so long: what a small network sees well in a few minutes.
fn side(shorter: usize) -> usize {
    match shorter {
        ..24 => 16,
        24..48 => 32,
        _ => 64,
    }
}

/// The channels of each block, of which the last sees 4 x 4 pixels.
fn blocks(side: usize) -> Vec<usize> {
    match side {
        ..32 => vec![32, 64],
        32..64 => vec![32, 64, 128],
        _ => vec![16, 32, 64, 128],
    }
}
