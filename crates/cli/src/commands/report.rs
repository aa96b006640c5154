//! `burnwright report`: a finished run as one HTML file.

use std::process::ExitCode;

use burnwright_inference::Predictor;
use burnwright_model::ModelConfig;
use burnwright_run::RunDirectory;
use burnwright_session::{SessionError, Split, judge, note_once, report};
use schemars::JsonSchema;
use serde::Serialize;

use super::evaluate::warn_of;
use crate::arguments::ReportFlags;
use crate::destination::Destination;
use crate::devices;
use crate::failure::Failure;
use crate::machine;
use crate::output;

/// What `--json` prints.
#[derive(Serialize, JsonSchema)]
pub(super) struct Output {
    run: String,
    path: String,
    bytes: usize,
}

pub(crate) fn run(flags: &ReportFlags) -> Result<ExitCode, Failure> {
    let destination = flags.output.as_deref().map(Destination::find).transpose()?;
    if let Some(destination) = &destination {
        destination.refuse_json_on_stdout("--output", flags.json)?;
    }
    let run = RunDirectory::find(&flags.artifacts, flags.run.as_deref())?;
    if run.summary()?.is_none() {
        return Err(SessionError::NotFinished { run: run.name() }.into());
    }
    let selected = devices::select(&flags.device)?;
    let predictor: Predictor = Predictor::open(&run, &selected.device)?;
    let judgement = judge(&run, &predictor, None, Split::Test)?;
    let html = report::<ModelConfig>(&run, &judgement)?.html();
    let note = || warn_of(&run, &note_once(&run, &judgement, "report", machine::now));
    match &destination {
        Some(destination) if destination.is_stdout() => {
            note();
            destination.write(html.as_bytes())?;
            return Ok(ExitCode::SUCCESS);
        }
        Some(destination) => destination.write(html.as_bytes())?,
        // A file of the run: it replaces what is there, and follows no link out of it.
        None => run.write_report(&html)?,
    }
    // A report that could not be written shows nothing.
    note();
    let path = flags.output.clone().unwrap_or_else(|| run.report_path());
    if flags.json {
        let path = path.display().to_string();
        output::json(&Output { run: run.name(), path, bytes: html.len() })?;
    } else {
        output::line(&output::path(&path))?;
    }
    Ok(ExitCode::SUCCESS)
}
