//! `burnwright train --detach`: the same command in a process of its own, which no terminal ends.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Duration;

use burnwright_run::{RunDirectory, next_set_name};
use serde_json::json;

use crate::arguments::TrainFlags;
use crate::failure::{Failure, status};
use crate::output;

/// Between two looks for the run.
const PAUSE: Duration = Duration::from_millis(20);
/// What the run says, in its folder.
const OUTPUT: &str = "output.log";

/// Begins the run in the background, and comes back as soon as it has begun.
pub(super) fn run(flags: &TrainFlags, recipe_name: &str) -> Result<ExitCode, Failure> {
    let name = match &flags.name {
        Some(name) => name.clone(),
        None => next_set_name(&flags.artifacts, recipe_name)?,
    };
    let folder = flags.artifacts.join(&name);
    if RunDirectory::open(&folder).is_ok() {
        let text = format!("there is a run called {name:?} already: {}", folder.display());
        return Err(Failure::new(status::CANNOT_CREATE, text)
            .with_hint("leave --name out for a new number, or choose another"));
    }
    let output = flags.artifacts.join(format!(".new-{name}-{}", std::process::id()));
    let begun = spawn(&name, &output).and_then(|child| wait(child, &folder));
    let begun = begun.map_err(|error| {
        let text = format!("cannot train in the background ({error}): {}", output.display());
        Failure::new(status::INPUT_OUTPUT, text)
    });
    let ended = match begun {
        Ok(Begun::Running(process)) => {
            let _ = std::fs::rename(&output, folder.join(OUTPUT));
            return say(flags, &name, &folder, process);
        }
        // What it said is said here.
        Ok(Begun::Ended(code)) => {
            output::say(std::fs::read_to_string(&output).unwrap_or_default().trim_end());
            Ok(ExitCode::from(code))
        }
        Err(failure) => Err(failure),
    };
    let _ = std::fs::remove_file(&output);
    ended
}

/// The same words without `--detach`, for a run of a known name.
fn spawn(name: &str, output: &Path) -> std::io::Result<Child> {
    if let Some(folder) = output.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let file = File::create(output)?;
    let mut words: Vec<_> = std::env::args_os().skip(1).collect();
    for word in &mut words {
        if word == "--detach" {
            *word = "--detached".into();
        }
    }
    let mut command = Command::new(std::env::current_exe()?);
    command.args(words).args(["--view", "plain"]);
    if !std::env::args_os()
        .any(|word| word == "--name" || word.to_string_lossy().starts_with("--name="))
    {
        command.args(["--name", name]);
    }
    command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
    command.spawn()
}

enum Begun {
    /// The process that trains.
    Running(u32),
    /// It ended before it had begun, with this status.
    Ended(u8),
}

/// Waits until the run has a manifest, or the process is over.
fn wait(mut child: Child, folder: &Path) -> std::io::Result<Begun> {
    loop {
        let ended = child.try_wait()?;
        if RunDirectory::open(folder).is_ok() {
            return Ok(Begun::Running(child.id()));
        }
        if let Some(status) = ended {
            let code = status.code().and_then(|code| u8::try_from(code).ok());
            return Ok(Begun::Ended(code.unwrap_or(status::INTERNAL)));
        }
        std::thread::sleep(PAUSE);
    }
}

fn say(flags: &TrainFlags, name: &str, folder: &Path, process: u32) -> Result<ExitCode, Failure> {
    if flags.json {
        output::json(&json!({ "run": name, "path": folder, "process": process }))?;
    } else {
        let log: PathBuf = folder.join(OUTPUT);
        output::line(&format!(
            "run {name} is trained by process {process}; it writes to {}\n`burnwright watch {name}` shows it, `kill {process}` saves and stops it",
            log.display()
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Leaves the terminal to which the process that began this one belongs.
pub(super) fn leave_terminal() -> Result<(), Failure> {
    match rustix::process::setsid() {
        Ok(_) => Ok(()),
        // The leader of a group has no terminal to lose by a new session that it cannot have.
        Err(error) if std::io::Error::from(error).kind() == ErrorKind::PermissionDenied => Ok(()),
        Err(error) => {
            Err(Failure::new(status::INTERNAL, format!("cannot leave the terminal: {error}")))
        }
    }
}
