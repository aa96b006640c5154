//! `burnwright resume`: a run goes on where it was left, to the same bits.

use std::process::ExitCode;
use std::time::Instant;

use burnwright_run::RunDirectory;
use burnwright_session::Session;

use crate::arguments::ResumeFlags;
use crate::devices::{self, DeviceName};
use crate::escaping::escaped;
use crate::failure::Failure;
use crate::output::{self, say};
use crate::training::{Showing, examples_of};

pub(crate) fn run(flags: &ResumeFlags, started: Instant) -> Result<ExitCode, Failure> {
    let changes = crate::arguments::overrides(&flags.set)?;
    let showing = Showing::new(flags.view, flags.json, started)?;
    let found = RunDirectory::find_unfinished(&flags.artifacts, flags.run.as_deref())?;
    let run = RunDirectory::open_for_training(found.path())?;
    if let (Some(summary), true) = (run.summary()?, changes.is_empty()) {
        say(&format!("run {} is finished: there is nothing to resume", output::path(run.path())));
        showing.print(&summary, examples_of(&run.model_card()?.dataset))?;
        return Ok(ExitCode::SUCCESS);
    }
    let device = match &flags.device {
        Some(device) => device.clone(),
        None => trained_on(&run)?,
    };
    let selected = devices::select(&device)?;
    let resumed = Session::resume(run, &changes, None, &selected.surroundings())?;
    for passed in &resumed.passed_over {
        let moved = passed.quarantined.as_ref();
        let kept = moved.map_or_else(String::new, |to| format!("; kept as {}", output::path(to)));
        say(&format!(
            "passed over {}: it {}{kept}",
            output::path(&passed.path),
            escaped(&passed.reason)
        ));
    }
    if !resumed.differences.is_empty() {
        say(&format!(
            "{}: the last bits may differ from a run without a break",
            escaped(&resumed.differences.join(", "))
        ));
    }
    for departure in &resumed.departures {
        say(&format!(
            "{}: a run with these settings from its beginning ends with other weights",
            escaped(departure)
        ));
    }
    let path = output::path(resumed.session.run().path());
    showing.say(&match resumed.step {
        0 => format!("device {}, run {path}: from the beginning", selected.name),
        step => {
            let epoch = resumed.epoch;
            format!("device {}, run {path}: on from step {step}, epoch {epoch}", selected.name)
        }
    });
    showing.train(resumed.session)
}

/// The device on which the run was begun; any, where that cannot be told.
fn trained_on(run: &RunDirectory) -> Result<DeviceName, Failure> {
    // default: a device that this program does not know is none that it could take; that another one goes on is said.
    Ok(run.manifest()?.machine.device.parse().unwrap_or(DeviceName::Auto))
}
