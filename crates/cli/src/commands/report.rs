//! `burnwright report`: a finished run as one HTML file.

use std::path::Path;
use std::process::ExitCode;

use burnwright_inference::Predictor;
use burnwright_run::{RunDirectory, write_atomically};
use burnwright_session::{SessionError, Split, judge, note_once, report};
use serde_json::json;

use super::evaluate::warn_of;
use crate::arguments::ReportFlags;
use crate::devices;
use crate::failure::Failure;
use crate::machine;
use crate::output;

pub(crate) fn run(flags: &ReportFlags) -> Result<ExitCode, Failure> {
    let run = RunDirectory::find(&flags.artifacts, flags.run.as_deref())?;
    if run.summary()?.is_none() {
        return Err(SessionError::NotFinished { run: run.name() }.into());
    }
    let selected = devices::select(&flags.device)?;
    let predictor = Predictor::open(&run, &selected.device)?;
    let judgement = judge(&run, &predictor, Split::Test)?;
    let html = report(&run, &judgement)?.html();
    let path = flags.output.clone().unwrap_or_else(|| run.report_path());
    if path == Path::new("-") {
        warn_of(&run, &note_once(&run, &judgement, "report", machine::now));
        output::bytes(html.as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    write_atomically(&path, html.as_bytes())?;
    // A report that could not be written shows nothing.
    warn_of(&run, &note_once(&run, &judgement, "report", machine::now));
    if flags.json {
        output::json(&json!({ "run": run.name(), "path": path, "bytes": html.len() }))?;
    } else {
        output::line(&path.display().to_string())?;
    }
    Ok(ExitCode::SUCCESS)
}
