//! A folder of pictures becomes a recipe: their size and colours, a network, and how long it is trained.

use std::fmt::Write;
use std::path::Path;

use burnwright_data::{DataConfig, PictureConfig, stratified_split};

use super::{in_comment, nearest_power_of_two, quoted_path, thousands};
use crate::SessionError;

/// Examples that training sees in all, at least: small sets are seen often.
const EXAMPLES_SEEN: usize = 24_000;

pub(super) fn recipe(path: &Path, asked: &str) -> Result<String, SessionError> {
    let mut data = DataConfig {
        source: "folder".to_owned(),
        path: Some(path.to_owned()),
        validation: 0.1,
        test: 0.2,
        ..DataConfig::default()
    };
    let found = burnwright_data::look_at_folder(path)?;
    let image = PictureConfig {
        channels: found.channels,
        resize: side(found.shorter_side),
        crop: side(found.shorter_side),
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

    let classes = splits.train.targets().names();
    let counts = format!(
        "{} pictures of {} classes: {} to learn from, {} for validation, {} for the test",
        thousands(training.len() + held_out.len() + splits.test.len()),
        classes.len(),
        thousands(training.len()),
        thousands(held_out.len()),
        thousands(splits.test.len()),
    );
    let path_text = quoted_path(path);
    let mut text = String::new();
    let written = (|| {
        writeln!(text, "# {}", in_comment(asked))?;
        writeln!(text, "# {counts}")?;
        for line in &found.notes {
            writeln!(text, "# {}", in_comment(line))?;
        }
        writeln!(text, "[task]\nkind = \"classification\"")?;
        writeln!(text, "\n[model]\nkind = \"convnet\"\nchannels = {blocks:?}")?;
        writeln!(text, "\n[data]\nsource = \"folder\"\npath = {path_text}")?;
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
        writeln!(
            text,
            "\n[optimizer]\nkind = \"adamw\"\nlearning_rate = 3e-3\nweight_decay = 1e-2"
        )?;
        writeln!(text, "\n[schedule]\nkind = \"one-cycle\"")?;
        writeln!(text, "\n[training]\nepochs = {epochs}")?;
        writeln!(
            text,
            "\n[early_stopping]   # keeps the weights of the best epoch\nmonitor = \"loss\"\npatience = {epochs}"
        )
    })();
    written.expect("text can always grow");
    Ok(text)
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
