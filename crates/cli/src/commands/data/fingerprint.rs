//! `burnwright data fingerprint`: one hash over all batches of some epochs.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use burn::tensor::Device;
use burnwright_training::recipe::{Override, builtin};
use burnwright_training::{Recipe, training_batches};
use schemars::JsonSchema;
use serde::Serialize;

use crate::arguments::FingerprintFlags;
use crate::cache;
use crate::failure::{Failure, status};
use crate::output;

/// What `data fingerprint --json` prints.
#[derive(Serialize, JsonSchema)]
pub(in crate::commands) struct Output {
    dataset: String,
    epochs: usize,
    workers: u32,
    batches: usize,
    seconds: f64,
    fingerprint: String,
}

/// One hash over all batches of some epochs: the same for any number of workers.
pub(super) fn run(flags: &FingerprintFlags) -> Result<ExitCode, Failure> {
    let mut changes: Vec<Override> = crate::arguments::overrides(&flags.set)?;
    changes.push(Override::new("data", "workers", i64::from(flags.workers)));
    let course = builtin("course")?;
    let mut recipe: Recipe = Recipe::parse(course.name, course.text, &changes)?;
    if flags.dataset.chars().any(|c| std::path::is_separator(c) || c == '.') {
        recipe.data.path = Some(PathBuf::from(&flags.dataset));
    } else {
        recipe.data.source.clone_from(&flags.dataset);
    }
    if flags.epochs == 0 {
        return Err(Failure::new(status::USAGE, "--epochs is 0, expected at least 1"));
    }
    cache::locate(&mut recipe)?;
    let splits = recipe.data.open()?;
    let batches = training_batches(&recipe, &splits.train, &Device::flex())?;
    let begun = Instant::now();
    let fingerprint = batches.fingerprint(flags.epochs)?;
    let seconds = begun.elapsed().as_secs_f64();
    if flags.json {
        output::json(&Output {
            dataset: flags.dataset.clone(),
            epochs: flags.epochs,
            workers: flags.workers,
            batches: flags.epochs * batches.batch_count(),
            seconds,
            fingerprint,
        })?;
    } else {
        output::line(&fingerprint)?;
    }
    Ok(ExitCode::SUCCESS)
}
