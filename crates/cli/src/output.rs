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

/// The cells as they are shown, one line each, and the widest of each column, in characters.
fn cells_and_widths(rows: &[Vec<String>]) -> (Vec<Vec<String>>, Vec<usize>) {
    let mut widths = Vec::new();
    let shown = rows.iter().map(|row| {
        widths.resize(widths.len().max(row.len()), 0);
        let cells = row.iter().zip(&mut widths).map(|(cell, width)| {
            let cell = escaped(cell).into_owned();
            *width = cell.chars().count().max(*width);
            cell
        });
        cells.collect()
    });
    (shown.collect(), widths)
}

/// Columns of a table, as wide as their widest cell; the first row is the heading.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let (rows, widths) = cells_and_widths(rows);
    let row_text = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(row_text).collect::<Vec<_>>().join("\n")
}

/// The same with all columns but the first at the right.
pub(crate) fn table_of_numbers(rows: &[Vec<String>]) -> String {
    let (rows, widths) = cells_and_widths(rows);
    let cell = |(column, cell): (usize, &String)| match widths[column] {
        width if column == 0 => format!("{cell:<width$}"),
        width => format!("{cell:>width$}"),
    };
    let row_text =
        |row: &Vec<String>| row.iter().enumerate().map(cell).collect::<Vec<_>>().join("  ");
    rows.iter().map(row_text).collect::<Vec<_>>().join("\n")
}

/// Whether stdout shows colour.
pub(crate) fn is_coloured() -> bool {
    is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let rows = [["name", "state"], ["course-001", "finished"]];
        let rows = rows.map(|row| row.map(ToOwned::to_owned).to_vec());
        assert_eq!(table(&rows), "name        state\ncourse-001  finished");
    }

    #[test]
    fn a_cell_is_one_line_whatever_it_holds() {
        let rows = [["a\n\u{1b}", "b"], ["x", "y"]];
        let rows = rows.map(|row| row.map(ToOwned::to_owned).to_vec());
        assert_eq!(table(&rows), "a\\n\\u{1b}  b\nx          y");
        assert_eq!(table_of_numbers(&rows), "a\\n\\u{1b}  b\nx          y");
    }
}
