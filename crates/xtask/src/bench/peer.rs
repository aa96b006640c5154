//! PyTorch's side: scripts of this project, run by the Python that was named.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::Value;

use super::memory::peak_mib;
use super::{Ground, Trouble};

fn script(ground: &Ground, words: &[&str]) -> Result<Command, Trouble> {
    let (name, more) = words.split_first().ok_or("a script without a name")?;
    let mut command = Command::new(ground.python.as_deref().ok_or("no --python")?);
    command.arg(ground.scripts.join(name)).args(more);
    command.env("PYTHONDONTWRITEBYTECODE", "1").stdout(Stdio::piped());
    Ok(command)
}

/// The last line of a script's output.
fn last_line(ground: &Ground, words: &[&str]) -> Result<Value, Trouble> {
    let output = script(ground, words)?.output()?;
    if !output.status.success() {
        return Err(format!("{} failed", words.join(" ")).into());
    }
    let text = String::from_utf8(output.stdout)?;
    let last = text.lines().last().ok_or_else(|| format!("{} says nothing", words.join(" ")))?;
    Ok(serde_json::from_str(last)?)
}

/// `seconds` of what a script says.
pub(crate) fn seconds(ground: &Ground, words: &[&str]) -> Result<f64, Trouble> {
    let said = last_line(ground, words)?;
    said["seconds"].as_f64().ok_or_else(|| format!("{words:?} says no seconds: {said}").into())
}

/// Wall-clock seconds of a script from the start of Python to its last line, which it prints when its work is done.
pub(crate) fn wall(ground: &Ground, words: &[&str]) -> Result<f64, Trouble> {
    let begun = Instant::now();
    let mut child = script(ground, words)?.spawn()?;
    let pipe = child.stdout.take().ok_or("no pipe")?;
    let mut seconds = None;
    for line in BufReader::new(pipe).lines() {
        if line?.starts_with('{') {
            seconds = Some(begun.elapsed().as_secs_f64());
        }
    }
    child.wait()?;
    seconds.ok_or_else(|| format!("{} said nothing", words.join(" ")).into())
}

/// The most memory that a script held, in MiB.
pub(crate) fn memory(ground: &Ground, words: &[&str]) -> Result<f64, Trouble> {
    peak_mib(script(ground, words)?.stdout(Stdio::null()))
}

pub(crate) fn torch_version(python: &Path) -> Option<String> {
    let output =
        Command::new(python).args(["-c", "import torch; print(torch.__version__)"]).output();
    Some(String::from_utf8(output.ok()?.stdout).ok()?.trim().to_owned())
}
