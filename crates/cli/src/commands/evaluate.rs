//! `burnwright evaluate`: how good a run's model is, and how sure that is.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use burnwright_data::{DataConfig, Source, Subset, stratified_split};
use burnwright_inference::{EVALUATION_BATCH, Evaluation, Predictor};
use burnwright_run::RunDirectory;
use burnwright_training::Recipe;
use burnwright_training::recipe::changed_settings;
use serde_json::json;

use crate::arguments::{EvaluateFlags, Split};
use crate::devices;
use crate::failure::{Failure, status};
use crate::output;

pub(crate) fn run(flags: &EvaluateFlags) -> Result<ExitCode, Failure> {
    let run = RunDirectory::find(&flags.artifacts, flags.run.as_deref())?;
    let selected = devices::select(&flags.device)?;
    let predictor = Predictor::open(&run, &selected.device)?;
    let source = samples(&run, flags.split)?;
    let begun = Instant::now();
    let evaluation = predictor.evaluate(source, EVALUATION_BATCH, 1)?;
    let seconds = begun.elapsed().as_secs_f64();
    if flags.json {
        output::json(&json!({
            "run": run.name(),
            "split": flags.split.name(),
            "device": selected.name,
            "accuracy": evaluation.accuracy,
            "interval": evaluation.interval,
            "correct": evaluation.correct,
            "total": evaluation.total,
            "loss": evaluation.loss,
            "confusion": evaluation.confusion,
            "classes": predictor.card().classes,
            "weights_digest": predictor.card().weights_digest,
            "seconds": seconds,
        }))?;
    } else {
        let split = flags.split.name();
        output::line(&text(&run.name(), split, &evaluation, &predictor.card().classes))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The samples of a split, as the run's recipe made it.
fn samples(run: &RunDirectory, split: Split) -> Result<Arc<dyn Source>, Failure> {
    let text = run.recipe()?;
    let manifest = run.manifest()?;
    let place = run.recipe_path().display().to_string();
    let recipe = Recipe::parse(&place, &text, &[])?;
    if !changed_settings(&manifest.settings, &recipe.settings_as_read()).is_empty() {
        return Err(changed("the recipe is not the one that the run was made with", &place));
    }
    let DataConfig { validation, .. } = recipe.data;
    if split == Split::Validation && validation <= 0.0 {
        return Err(Failure::new(
            status::MISSING,
            format!("the run {} held out no validation samples (data.validation is 0)", run.name()),
        )
        .with_hint("train with --set data.validation=0.1, or evaluate --split test"));
    }
    let splits = recipe.data.open()?;
    if split == Split::Test {
        return Ok(splits.test);
    }
    if splits.train.fingerprint()? != manifest.identity.data_fingerprint {
        let what = "the training samples are not those that the run was made with";
        return Err(changed(what, &recipe.data.root.unwrap_or_default().display().to_string()));
    }
    let (train, held_out) =
        stratified_split(splits.train.as_ref(), validation, recipe.training.seed)?;
    let chosen = if split == Split::Train { train } else { held_out };
    Ok(Arc::new(Subset::new(splits.train, chosen)))
}

fn changed(what: &str, place: &str) -> Failure {
    Failure::new(status::MALFORMED_DATA, format!("{what}: {place}"))
        .with_hint("restore it, or train again")
}

fn text(run: &str, split: &str, evaluation: &Evaluation, classes: &[String]) -> String {
    let percent = |share: f64| format!("{:.2}%", 100.0 * share);
    let [low, high] = evaluation.interval;
    format!(
        "run       {run}\nsplit     {split}\naccuracy  {} ({} of {}; 95% interval {} to {})\nloss      {:.4} a sample\n\n{}",
        percent(evaluation.accuracy),
        evaluation.correct,
        evaluation.total,
        percent(low),
        percent(high),
        evaluation.loss,
        confusion_text(&evaluation.confusion, classes),
    )
}

/// Rows are true classes, columns predicted ones; an empty cell is 0.
fn confusion_text(confusion: &[Vec<u64>], classes: &[String]) -> String {
    let counts = confusion.iter().flatten().map(|count| count.to_string().len());
    let names = classes.iter().map(|name| name.chars().count());
    let width = counts.chain(names).max().unwrap_or(1) + 1;
    let label_width = classes.iter().map(|name| name.chars().count()).max().unwrap_or(1).max(4);
    let cells = |texts: Vec<String>| {
        texts.iter().fold(String::new(), |row, text| row + &format!("{text:>width$}"))
    };
    let heading = cells(classes.to_vec());
    let mut lines = vec![
        "confusion (rows: true class, columns: predicted)".to_owned(),
        format!("{:label_width$} {heading}", ""),
    ];
    for (name, row) in classes.iter().zip(confusion) {
        let text = |&count: &u64| if count == 0 { ".".to_owned() } else { count.to_string() };
        let row = cells(row.iter().map(text).collect());
        lines.push(format!("{name:label_width$} {row}"));
    }
    lines.join("\n")
}
