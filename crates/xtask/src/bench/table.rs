//! Cells in, lines for the terminal and a table for the README out.

use std::fmt::Write as _;
use std::path::Path;

use super::Trouble;
use super::pairs::{Cells, HEADING};

/// Between these two lines of a document stands the table.
const MARKS: [&str; 2] = ["<!-- cargo xtask bench --readme: from here -->", "<!-- to here -->"];

/// One line on a terminal.
pub(crate) fn line<T: AsRef<str>>(cells: &[T; 8]) -> String {
    let [bench, case, ours, peer, ratio, range, pairs, goal] = cells.each_ref().map(AsRef::as_ref);
    format!(
        "{bench:<11} {case:<24} {ours:>11} {peer:>11} {ratio:>7} {range:>15} {pairs:>3} {goal:>10}"
    )
}

/// Puts the table between the marks of a document, below a line on the machine.
pub(crate) fn into_document(path: &Path, machine: &str, rows: &[Cells]) -> Result<(), Trouble> {
    let text = std::fs::read_to_string(path)?;
    let document = replaced(&text, &markdown(machine, rows))
        .ok_or_else(|| format!("{}: no two lines {MARKS:?}", path.display()))?;
    Ok(std::fs::write(path, document)?)
}

fn markdown(machine: &str, rows: &[Cells]) -> String {
    let mut table = format!("{machine}\n\n| {} |\n", HEADING.join(" | "));
    table.push_str("|---|---|--:|--:|--:|--:|--:|--:|\n");
    let mut bench = "";
    for row in rows {
        let mut cells = row.clone();
        if row[0] == bench {
            cells[0].clear();
        } else {
            cells[0] = format!("`{}`", row[0]);
        }
        bench = &row[0];
        // Writing to a string does not fail.
        let _ = writeln!(table, "| {} |", cells.join(" | "));
    }
    table
}

fn replaced(text: &str, table: &str) -> Option<String> {
    let (before, rest) = text.split_once(MARKS[0])?;
    let (_, after) = rest.split_once(MARKS[1])?;
    Some(format!("{before}{}\n{table}{}{after}", MARKS[0], MARKS[1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(bench: &str, case: &str) -> Cells {
        [bench, case, "1 s", "2 s", "2.00", "1.90 to 2.10", "5", "-"].map(str::to_owned)
    }

    #[test]
    fn the_table_stands_between_the_marks_and_names_a_bench_once() {
        let [from, to] = MARKS;
        let text = format!("# Title\n{from}\nold\n{to}\nrest\n");
        let table = markdown("A machine.", &[row("epoch", "flex"), row("epoch", "ndarray")]);
        let document = replaced(&text, &table).unwrap();
        assert_eq!(
            document,
            format!(
                "# Title\n{from}\nA machine.\n\n\
                 | bench | case | ours | peer | ratio | least to most | n | goal |\n\
                 |---|---|--:|--:|--:|--:|--:|--:|\n\
                 | `epoch` | flex | 1 s | 2 s | 2.00 | 1.90 to 2.10 | 5 | - |\n\
                 |  | ndarray | 1 s | 2 s | 2.00 | 1.90 to 2.10 | 5 | - |\n{to}\nrest\n"
            )
        );
        assert_eq!(replaced(&document, &table).as_ref(), Some(&document));
        assert_eq!(replaced("no marks", &table), None);
    }
}
