//! stdout carries data, stderr carries talk; a closed pipe ends a command quietly.

use std::io::{ErrorKind, IsTerminal, Write};

use serde::Serialize;

use crate::failure::{Failure, status};

/// Writes text and a line end to stdout. Where the reader has gone (`| head -1`), the command ends, quietly.
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    written(writeln!(stdout, "{text}").and_then(|()| stdout.flush()))
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
    line(&text)
}

/// Says something to the person; nobody minds if they do not hear it.
pub(crate) fn say(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Whether the reader of a pipe has gone.
pub(crate) fn is_closed_pipe(error: &std::io::Error) -> bool {
    error.kind() == ErrorKind::BrokenPipe
}

/// The widest cell of each column, in characters.
fn widths(rows: &[Vec<String>]) -> Vec<usize> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max()
    };
    (0..columns).map(|column| width(column).unwrap_or(0)).collect()
}

/// Columns of a table, as wide as their widest cell; the first row is the heading.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let widths = widths(rows);
    let row_text = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(row_text).collect::<Vec<_>>().join("\n")
}

/// The same with all columns but the first at the right.
pub(crate) fn table_of_numbers(rows: &[Vec<String>]) -> String {
    let widths = widths(rows);
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
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none()
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
}
