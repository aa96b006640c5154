//! `burnwright train --detach`: the same command in a process of its own, which no terminal ends.
//!
//! The process makes its run as any other does, and so has a name of its own however many begin at once. Until then it speaks where
//! `--detach` was typed, so that what keeps it from beginning is read there. Once it has begun, it goes on in the run's `output.log`
//! and says the run's name over a socket, its stdin; whoever typed `--detach` waits for that and for nothing else.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitCode, ExitStatus};

use burnwright_run::RunDirectory;
use rustix::stdio::{dup2_stderr, dup2_stdin, dup2_stdout};
use schemars::JsonSchema;
use serde::Serialize;

use crate::arguments::TrainFlags;
use crate::failure::{Failure, status};
use crate::output;

/// What the run says, in its folder.
const OUTPUT: &str = "output.log";

/// What `--json` prints.
#[derive(Serialize, JsonSchema)]
pub(in crate::commands) struct Begun {
    run: String,
    path: String,
    process: u32,
}

/// Begins the run in the background, and comes back as soon as it has begun.
pub(super) fn run(flags: &TrainFlags) -> Result<ExitCode, Failure> {
    let failed = |error: std::io::Error| {
        Failure::new(status::INPUT_OUTPUT, format!("cannot train in the background: {error}"))
    };
    let (ours, theirs) = UnixStream::pair().map_err(failed)?;
    let mut child = spawn(theirs).map_err(failed)?;
    let mut name = String::new();
    BufReader::new(ours).read_line(&mut name).map_err(failed)?;
    match name.strip_suffix('\n') {
        Some(name) => say(flags, name, child.id()),
        None => ended(child.wait().map_err(failed)?),
    }
}

/// The same words with `--detached` in place of `--detach`.
fn spawn(stdin: UnixStream) -> std::io::Result<Child> {
    let mut words: Vec<OsString> = std::env::args_os().skip(1).collect();
    // No value begins with a dash, so the first such word is the flag, and what follows `--` comes later.
    let flag = words.iter().position(|word| word == "--detach");
    let flag = flag.expect("clap found the flag among these words");
    words.splice(flag..=flag, ["--detached", "--view", "plain"].map(OsString::from));
    Command::new(std::env::current_exe()?).args(words).stdin(OwnedFd::from(stdin)).spawn()
}

/// The process ended before its run had begun. What it said of that was said where this one speaks, too.
fn ended(status: ExitStatus) -> Result<ExitCode, Failure> {
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    if let Some(code) = code.filter(|code| *code != 0) {
        return Ok(ExitCode::from(code));
    }
    let how = match status.signal() {
        Some(signal) => format!("signal {signal} ended the process in the background"),
        None => "the process in the background ended".to_owned(),
    };
    Err(Failure::new(status::INTERNAL, format!("{how} before its run had begun")))
}

fn say(flags: &TrainFlags, name: &str, process: u32) -> Result<ExitCode, Failure> {
    let folder = flags.artifacts.join(name);
    if flags.json {
        let path = folder.display().to_string();
        output::json(&Begun { run: name.to_owned(), path, process })?;
    } else {
        output::line(&format!(
            "run {name} is trained by process {process}; it writes to {}\n`burnwright watch {name}` shows it, `kill {process}` saves and stops it",
            output::path(&folder.join(OUTPUT))
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

/// The run has begun: from now on this process speaks in its log, and whoever waits for it is told the run's name.
pub(super) fn begun(run: &RunDirectory) -> Result<(), Failure> {
    let path = run.path().join(OUTPUT);
    move_output(&path).map_err(|error| {
        Failure::new(status::INPUT_OUTPUT, format!("cannot write to {}: {error}", path.display()))
    })?;
    // Who has gone meanwhile need not be told.
    let _ = tell(&run.name());
    Ok(())
}

fn move_output(path: &std::path::Path) -> std::io::Result<()> {
    let log = OpenOptions::new().append(true).create_new(true).open(path)?;
    dup2_stdout(&log)?;
    dup2_stderr(&log)?;
    Ok(())
}

fn tell(name: &str) -> std::io::Result<()> {
    let mut waiting = File::from(std::io::stdin().as_fd().try_clone_to_owned()?);
    waiting.write_all(format!("{name}\n").as_bytes())?;
    dup2_stdin(File::open("/dev/null")?)?;
    Ok(())
}
