//! Cells in, columns that stand below one another out. A cell is one line, whatever it holds, and no terminal obeys it.

use comfy_table::{Cell, CellAlignment, Table, presets};

use crate::escaping::escaped;

/// Blanks between two columns.
const GAP: u16 = 2;

/// Columns as wide as their widest cell; the first row is the heading.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    aligned(rows, |_| CellAlignment::Left)
}

/// The same with all columns but the first at the right.
pub(crate) fn table_of_numbers(rows: &[Vec<String>]) -> String {
    aligned(rows, |column| if column == 0 { CellAlignment::Left } else { CellAlignment::Right })
}

fn aligned(rows: &[Vec<String>], alignment: impl Fn(usize) -> CellAlignment) -> String {
    let mut table = without_lines();
    for row in rows {
        table.add_row(row.iter().map(|cell| Cell::new_owned(escaped(cell).into_owned())));
    }
    for (number, column) in table.column_iter_mut().enumerate() {
        column.set_padding((if number == 0 { 0 } else { GAP }, 0));
        column.set_cell_alignment(alignment(number));
    }
    table.trim_fmt()
}

/// An empty table of which only the cells are drawn.
pub(crate) fn without_lines() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows<const N: usize>(rows: [[&str; 2]; N]) -> Vec<Vec<String>> {
        rows.map(|row| row.map(ToOwned::to_owned).to_vec()).to_vec()
    }

    #[test]
    fn columns_are_aligned() {
        let rows = rows([["name", "state"], ["course-001", "finished"]]);
        assert_eq!(table(&rows), "name        state\ncourse-001  finished");
        assert_eq!(table_of_numbers(&rows), "name           state\ncourse-001  finished");
    }

    #[test]
    fn a_cell_is_one_line_whatever_it_holds() {
        let rows = rows([["a\n\u{1b}", "b"], ["x", "y"]]);
        assert_eq!(table(&rows), "a\\n\\u{1b}  b\nx          y");
        assert_eq!(table_of_numbers(&rows), "a\\n\\u{1b}  b\nx          y");
    }

    #[test]
    fn a_wide_character_takes_two_columns() {
        let rows = rows([["猫猫", "1"], ["cat", "2"]]);
        assert_eq!(table(&rows), "猫猫  1\ncat   2");
    }
}
