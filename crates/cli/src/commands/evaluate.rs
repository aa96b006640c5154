//! `burnwright evaluate`: how good a run's model is, and how sure that is.

use std::process::ExitCode;
use std::time::Instant;

use burnwright_inference::Predictor;
use burnwright_run::{Looks, RunDirectory};
use burnwright_session::{Judgement, Noted, Split, judge, note};
use schemars::JsonSchema;
use serde::Serialize;

use crate::arguments::EvaluateFlags;
use crate::destination::Destination;
use crate::devices;
use crate::escaping::escaped;
use crate::failure::Failure;
use crate::machine;
use crate::output;
use crate::predictions_csv::predictions_csv;
use crate::scores::scores_text;
use crate::table::table;

/// What `--json` prints; the scores are those of the run's task.
#[derive(Serialize, JsonSchema)]
pub(super) struct Output<E> {
    run: String,
    split: &'static str,
    device: String,
    classes: Vec<String>,
    weights_digest: String,
    looks_at_test: Option<usize>,
    seconds: f64,
    images_per_second: f64,
    #[serde(flatten)]
    evaluation: E,
}

pub(crate) fn run(flags: &EvaluateFlags) -> Result<ExitCode, Failure> {
    let destination = flags.predictions.as_deref().map(Destination::find).transpose()?;
    if let Some(destination) = &destination {
        destination.refuse_json_on_stdout("--predictions", flags.json)?;
    }
    let has_stdout = !destination.as_ref().is_some_and(Destination::is_stdout);
    let run = RunDirectory::find(&flags.artifacts, flags.run.as_deref())?;
    let selected = devices::select(&flags.device)?;
    let predictor: Predictor = Predictor::open(&run, &selected.device)?;
    let split = Split::from(flags.split);
    let begun = Instant::now();
    let judgement = judge(&run, &predictor, None, split)?;
    let seconds = begun.elapsed().as_secs_f64();
    let classes = &predictor.card().classes;
    let csv = |_: &_| predictions_csv(&judgement.predictions, classes);
    let csv = destination.as_ref().map(csv).transpose()?;
    if let (Some(destination), Some(csv), true) = (&destination, &csv, has_stdout) {
        destination.write(csv)?;
    }
    // After all that can fail but showing it.
    let noted = note(&run, &judgement, "evaluate", machine::now);
    if let (Some(destination), Some(csv), false) = (&destination, &csv, has_stdout) {
        destination.write(csv)?;
    }
    warn_of(&run, &noted);
    let looks = noted.looks.ok();
    let Judgement { evaluation, .. } = judgement;
    let rate = images_per_second(evaluation.total(), seconds);
    if flags.json {
        output::json(&Output {
            run: run.name(),
            split: split.name(),
            device: selected.name,
            classes: classes.clone(),
            weights_digest: predictor.card().weights_digest.clone(),
            looks_at_test: looks.as_ref().map(|looks| looks.at(Split::Test.name())),
            seconds,
            images_per_second: rate,
            evaluation,
        })?;
    } else {
        let mut more = vec![("speed", format!("{rate:.0} images/s on {}", selected.name))];
        if let Some(count) = looks.as_ref().map(|looks| looks.at(Split::Test.name())) {
            let times = if count == 1 { "once" } else { &format!("{count} times") };
            more.push((
                "test samples",
                format!("consulted {times}; {}", run.ledger().path().display()),
            ));
        }
        let of = table(&[
            vec!["run".to_owned(), run.name()],
            vec!["split".to_owned(), split.name().to_owned()],
        ]);
        let is_coloured = has_stdout && output::is_coloured();
        let scores = scores_text(&evaluation, classes, &more, is_coloured);
        let text = format!("{of}\n{scores}");
        // Where the predictions have stdout, the scores are talk.
        if has_stdout {
            output::coloured_line(&text)?;
        } else {
            output::say(&text);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Warns where the ledger could not be written, is not whole or cannot be read.
pub(super) fn warn_of(run: &RunDirectory, noted: &Noted) {
    if let Some(fault) = &noted.fault {
        output::say(&format!("warning: {}", escaped(&fault.to_string())));
    }
    let warning = match &noted.looks {
        Ok(Looks { fault: None, .. }) => None,
        Ok(Looks { fault: Some(fault), .. }) => {
            Some(format!("the ledger was changed: {fault}: {}", output::path(run.ledger().path())))
        }
        Err(error) => {
            let error = error.to_string();
            Some(format!("the looks at the test samples cannot be counted: {}", escaped(&error)))
        }
    };
    if let Some(warning) = warning {
        output::say(&format!("warning: {warning}"));
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of samples are far below 2^53")]
fn images_per_second(total: usize, seconds: f64) -> f64 {
    total as f64 / seconds.max(1e-9)
}
