//! The program `burnwright` itself, and this one, as processes.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::ground::{Ground, Model, Trouble};

/// The `burnwright` that was built beside this program.
pub(crate) fn burnwright() -> Result<PathBuf, Trouble> {
    let path = std::env::current_exe()?.with_file_name("burnwright");
    if path.is_file() {
        return Ok(path);
    }
    Err(format!("{} is not there; `cargo build --bins` makes it", path.display()).into())
}

/// A command that trains a tiny run.
pub(crate) fn train(
    ground: &Ground,
    artifacts: &Path,
    name: &str,
    model: Model,
    more: &[&str],
) -> Result<Command, Trouble> {
    let mut command = Command::new(burnwright()?);
    command.args(["train", "course", "--device", "flex", "--view", "plain", "--name", name]);
    command.arg("--artifacts").arg(artifacts);
    for setting in ground.settings(model, more) {
        command.args(["--set", &setting]);
    }
    quiet(&mut command);
    Ok(command)
}

/// A command that takes a run up.
pub(crate) fn resume(artifacts: &Path, name: &str) -> Result<Command, Trouble> {
    let mut command = Command::new(burnwright()?);
    command.args(["resume", name, "--view", "plain"]).arg("--artifacts").arg(artifacts);
    quiet(&mut command);
    Ok(command)
}

/// This program, doing something in a process of its own.
pub(crate) fn child(words: &[&str]) -> Result<Command, Trouble> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("--child").args(words);
    quiet(&mut command);
    Ok(command)
}

fn quiet(command: &mut Command) {
    command.env("CI", "true").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
}
