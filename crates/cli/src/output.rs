//! stdout carries data, stderr carries talk; a closed pipe ends a command quietly. Nothing that a terminal would obey is shown, unless
//! it is ours.

use std::io::{ErrorKind, IsTerminal, Write};
use std::path::Path;

use serde::Serialize;

use crate::escaping::{escaped, escaped_json, escaped_lines};
use crate::failure::{Failure, status};

/// Writes text of a line or more and a line end to stdout. Where the reader has gone (`| head -1`), the command ends, quietly.
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    coloured_line(&escaped_lines(text))
}

/// The same with colours of ours, between which all that others wrote is [`escaped`].
pub(crate) fn coloured_line(text: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    written(writeln!(stdout, "{text}").and_then(|()| stdout.flush()))
}

/// Writes the content of a file to stdout: as it is, but a terminal is shown what it would obey.
pub(crate) fn document(content: &[u8]) -> Result<(), Failure> {
    match str::from_utf8(content) {
        Ok(text) if is_terminal() => bytes(escaped_lines(text).as_bytes()),
        _ => bytes(content),
    }
}

/// Whether a person reads stdout.
pub(crate) fn is_terminal() -> bool {
    std::io::stdout().is_terminal()
}

/// Writes bytes to stdout as [`line()`] does.
pub(crate) fn bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    written(stdout.write_all(bytes).and_then(|()| stdout.flush()))
}

/// What became of writing to stdout, as [`line()`] judges it.
pub(crate) fn written(result: std::io::Result<()>) -> Result<(), Failure> {
    match result {
        Ok(()) => Ok(()),
        Err(error) if is_closed_pipe(&error) => Err(Failure::quiet()),
        Err(error) => {
            Err(Failure::new(status::INPUT_OUTPUT, format!("cannot write to stdout: {error}")))
        }
    }
}

/// Writes one JSON object on one line to stdout.
pub(crate) fn json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(value)
        .map_err(|error| Failure::new(status::INTERNAL, format!("cannot write JSON: {error}")))?;
    line(&escaped_json(&text))
}

/// Says something to the person, in a line or more; nobody minds if they do not hear it.
pub(crate) fn say(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{}", escaped_lines(text));
}

/// A path in a line.
pub(crate) fn path(path: &Path) -> String {
    escaped(&path.display().to_string()).into_owned()
}

/// Whether the reader of a pipe has gone.
pub(crate) fn is_closed_pipe(error: &std::io::Error) -> bool {
    error.kind() == ErrorKind::BrokenPipe
}

/// Whether stdout shows colour.
pub(crate) fn is_coloured() -> bool {
    is_terminal() && std::env::var_os("NO_COLOR").is_none()
}
