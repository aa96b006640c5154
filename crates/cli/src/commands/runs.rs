//! `burnwright runs`: what was trained, and how well; `burnwright runs verify`: whether their ledgers are whole.

use std::process::ExitCode;

use burnwright_run::{RunDirectory, RunEntry, RunState, Scores, Summary, list_runs};
use schemars::JsonSchema;
use serde::Serialize;

use crate::arguments::{RunsCommand, RunsFlags, VerifyFlags};
use crate::failure::{Failure, status};
use crate::hints;
use crate::output;
use crate::table::table;

/// What `--json` prints.
#[derive(Serialize, JsonSchema)]
pub(super) struct Output {
    runs: Vec<Entry>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RunEntry")]
struct Entry {
    run: String,
    path: String,
    state: RunState,
    recipe: Option<String>,
    device: Option<String>,
    seed: Option<u64>,
    started: Option<String>,
    test: Option<Scores>,
    seconds: Option<f64>,
    weights_digest: Option<String>,
}

/// What `verify --json` prints.
#[derive(Serialize, JsonSchema)]
pub(super) struct Verified {
    runs: Vec<VerifiedRun>,
}

#[derive(Serialize, JsonSchema)]
struct VerifiedRun {
    run: String,
    looks_at_test: usize,
    fault: Option<String>,
}

pub(crate) fn run(flags: &RunsFlags) -> Result<ExitCode, Failure> {
    if let Some(RunsCommand::Verify(flags)) = &flags.command {
        return verify(flags);
    }
    let runs = list_runs(&flags.artifacts)?;
    if flags.json {
        output::json(&Output { runs: runs.iter().map(entry).collect() })?;
    } else if runs.is_empty() {
        output::say(&format!("there are no runs in {}", output::path(&flags.artifacts)));
    } else {
        let heading = ["run", "state", "recipe", "device", "score", "seconds", "started"];
        let mut rows = vec![heading.map(ToOwned::to_owned).to_vec()];
        rows.extend(runs.iter().map(row));
        output::line(&table(&rows))?;
    }
    for run in &runs {
        if let Some(fault) = &run.fault {
            let hint = hints::run(fault).map_or_else(String::new, |hint| format!(" ({hint})"));
            output::say(&format!("warning: {}: {fault}{hint}", run.name));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads the ledgers of the runs that are named, or of all; one that is not whole makes the status 65.
fn verify(flags: &VerifyFlags) -> Result<ExitCode, Failure> {
    let runs: Vec<RunDirectory> = if flags.runs.is_empty() {
        list_runs(&flags.artifacts)?.into_iter().map(|run| run.directory).collect()
    } else {
        let find = |name: &String| RunDirectory::find(&flags.artifacts, Some(name));
        flags.runs.iter().map(find).collect::<Result<_, _>>()?
    };
    let mut rows = vec![["run", "looks at test", "ledger"].map(ToOwned::to_owned).to_vec()];
    let (mut objects, mut is_whole, mut unreadable) = (Vec::new(), true, None);
    for run in &runs {
        let (looks, fault) = match run.looks() {
            Ok(found) => (found.at("test"), found.fault.map(|fault| fault.to_string())),
            // The others are still checked.
            Err(error) => {
                let said = error.to_string();
                unreadable.get_or_insert(error);
                (0, Some(said))
            }
        };
        let name = run.name();
        is_whole &= fault.is_none();
        let fault_said = fault.clone();
        objects.push(VerifiedRun { run: name.clone(), looks_at_test: looks, fault: fault_said });
        let said = fault.unwrap_or_else(|| "whole".to_owned());
        rows.push(vec![name, looks.to_string(), said]);
    }
    if flags.json {
        output::json(&Verified { runs: objects })?;
    } else if runs.is_empty() {
        output::say(&format!("there are no runs in {}", output::path(&flags.artifacts)));
    } else {
        output::line(&table(&rows))?;
    }
    if let Some(error) = unreadable {
        return Err(error.into());
    }
    if is_whole {
        return Ok(ExitCode::SUCCESS);
    }
    Err(Failure::new(status::MALFORMED_DATA, "a ledger was edited or cut")
        .with_hint("its looks can no longer be counted; a copy of the run may still be whole"))
}

fn entry(run: &RunEntry) -> Entry {
    let summary = run.summary.as_ref();
    let manifest = run.manifest.as_ref();
    Entry {
        run: run.name.clone(),
        path: run.directory.path().display().to_string(),
        state: run.state,
        recipe: manifest.map(|manifest| manifest.recipe.clone()),
        device: manifest.map(|manifest| manifest.machine.device.clone()),
        seed: manifest.map(|manifest| manifest.identity.seed),
        started: manifest.map(|manifest| manifest.started.clone()),
        test: summary.and_then(|summary| summary.test.clone()),
        seconds: summary.map(|summary| summary.seconds.total),
        weights_digest: summary.map(|summary| summary.weights_digest.clone()),
    }
}

fn row(run: &RunEntry) -> Vec<String> {
    let manifest = run.manifest.as_ref();
    let score = run.summary.as_ref().and_then(Summary::headline);
    let dash = || "-".to_owned();
    vec![
        run.name.clone(),
        match run.state {
            RunState::Running => "running",
            RunState::Finished => "finished",
            RunState::Unfinished => "unfinished",
            _ => "unreadable",
        }
        .to_owned(),
        manifest.map_or_else(dash, |manifest| manifest.recipe.clone()),
        manifest.map_or_else(dash, |manifest| manifest.machine.device.clone()),
        score.map_or_else(dash, |(metric, value)| {
            format!("{} {}", metric.label.to_lowercase(), metric.text(value))
        }),
        run.summary.as_ref().map_or_else(dash, |summary| format!("{:.1}", summary.seconds.total)),
        manifest.map_or_else(dash, |manifest| manifest.started.clone()),
    ]
}
