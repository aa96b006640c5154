//! `burnwright report`: a finished run as one HTML file.

use std::path::Path;
use std::process::ExitCode;

use burnwright_inference::Predictor;
use burnwright_run::{RunDirectory, write_atomically};
use burnwright_session::{SessionError, judge_once, report};
use serde_json::json;

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
    let judgement = judge_once(&run, &predictor, "report", machine::now)?;
    let html = report(&run, &judgement)?.html();
    let path = flags.output.clone().unwrap_or_else(|| run.report_path());
    if path == Path::new("-") {
        output::bytes(html.as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    write_atomically(&path, html.as_bytes())?;
    if flags.json {
        output::json(&json!({ "run": run.name(), "path": path, "bytes": html.len() }))?;
    } else {
        output::line(&path.display().to_string())?;
    }
    Ok(ExitCode::SUCCESS)
}
