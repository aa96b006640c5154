//! `burnwright runs`: what was trained, and how well.

use std::process::ExitCode;

use burnwright_run::{RunEntry, RunState, list_runs};
use serde_json::{Value, json};

use crate::arguments::RunsFlags;
use crate::failure::Failure;
use crate::output;

pub(crate) fn run(flags: &RunsFlags) -> Result<ExitCode, Failure> {
    let runs = list_runs(&flags.artifacts)?;
    if flags.json {
        let runs: Vec<Value> = runs.iter().map(entry).collect();
        output::json(&json!({ "runs": runs }))?;
    } else if runs.is_empty() {
        output::say(&format!("there are no runs in {}", flags.artifacts.display()));
    } else {
        let heading = ["run", "state", "recipe", "device", "accuracy", "seconds", "started"];
        let mut rows = vec![heading.map(ToOwned::to_owned).to_vec()];
        rows.extend(runs.iter().map(row));
        output::line(&output::table(&rows))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn entry(run: &RunEntry) -> Value {
    let summary = run.summary.as_ref();
    json!({
        "run": run.name,
        "path": run.directory.path().display().to_string(),
        "state": run.state,
        "recipe": run.manifest.as_ref().map(|manifest| &manifest.recipe),
        "device": run.manifest.as_ref().map(|manifest| &manifest.machine.device),
        "seed": run.manifest.as_ref().map(|manifest| manifest.identity.seed),
        "started": run.manifest.as_ref().map(|manifest| &manifest.started),
        "test": summary.and_then(|summary| summary.test),
        "seconds": summary.map(|summary| summary.seconds.total),
        "weights_digest": summary.map(|summary| &summary.weights_digest),
    })
}

fn row(run: &RunEntry) -> Vec<String> {
    let manifest = run.manifest.as_ref();
    let test = run.summary.as_ref().and_then(|summary| summary.test);
    let dash = || "-".to_owned();
    vec![
        run.name.clone(),
        match run.state {
            RunState::Running => "running",
            RunState::Finished => "finished",
            RunState::Unfinished => "unfinished",
            RunState::Unreadable => "unreadable",
        }
        .to_owned(),
        manifest.map_or_else(dash, |manifest| manifest.recipe.clone()),
        manifest.map_or_else(dash, |manifest| manifest.machine.device.clone()),
        test.map_or_else(dash, |test| format!("{:.2}%", 100.0 * test.accuracy)),
        run.summary.as_ref().map_or_else(dash, |summary| format!("{:.1}", summary.seconds.total)),
        manifest.map_or_else(dash, |manifest| manifest.started.clone()),
    ]
}
