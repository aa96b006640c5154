//! Columns with their kinds, and which line each row came from.
//!
//! It knows nothing of how a table was read.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::kind::Kind;
use crate::nearest::nearest;
use crate::numbers::Numbers;
use crate::texts::Texts;
use crate::{TableError, date};

/// A table in memory.
#[derive(Clone, Debug)]
pub struct Table {
    pub(crate) path: PathBuf,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: u32,
    pub(crate) lines: Lines,
    pub(crate) delimiter: u8,
    pub(crate) header: bool,
    pub(crate) decimal_point: u8,
}

/// One column.
#[derive(Clone, Debug)]
pub struct Column {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) cells: Cells,
    pub(crate) missing: u32,
}

/// What a column holds in memory.
#[derive(Clone, Debug)]
pub(crate) enum Cells {
    Numbers(Numbers),
    /// Days since 1970-01-01.
    Dates(Numbers),
    Texts(Texts),
    /// Not kept: left out, or with too many distinct values.
    Counted,
}

/// From rows to lines: rows that do not begin right in the line after the one before.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lines {
    /// A row and its line; rows up to the next entry take one line each.
    jumps: Vec<(u32, u64)>,
}

impl Lines {
    pub(crate) fn push(&mut self, row: u32, line: u64) {
        if self.jumps.is_empty() || self.of(row) != line {
            self.jumps.push((row, line));
        }
    }

    fn of(&self, row: u32) -> u64 {
        let after = self.jumps.partition_point(|jump| jump.0 <= row);
        let (first, line) = self.jumps[after - 1];
        line + u64::from(row - first)
    }
}

impl Table {
    /// Where it was read from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How many rows there are, at least one; the header is none.
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// All columns in the file's order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The line of the file in which a row begins, counted from 1.
    ///
    /// # Panics
    /// Where there is no such row.
    pub fn line(&self, row: u32) -> u64 {
        assert!(row < self.rows, "row {row} of a table of {}", self.rows);
        self.lines.of(row)
    }

    /// What stands between two fields: `,`, a tab, `;` or `|`.
    pub fn delimiter(&self) -> char {
        self.delimiter.into()
    }

    /// `.` or `,`.
    pub fn decimal_point(&self) -> char {
        self.decimal_point.into()
    }

    /// Whether the first row named the columns; without, they are `column_1` and so on.
    pub fn has_header(&self) -> bool {
        self.header
    }

    /// The column of a name; an error that names the nearest ones, and all.
    pub fn column(&self, name: &str) -> Result<&Column, TableError> {
        self.columns.iter().find(|column| column.name == name).ok_or_else(|| self.no_column(name))
    }

    pub(crate) fn no_column(&self, name: &str) -> TableError {
        let columns: Vec<String> = self.columns.iter().map(|column| column.name.clone()).collect();
        TableError::NoColumn {
            name: name.to_owned(),
            nearest: nearest(name, &columns),
            columns,
            path: self.path.clone(),
        }
    }

    /// The kind of each column, so that another file can be read the same way.
    pub fn kinds(&self) -> BTreeMap<String, Kind> {
        self.columns.iter().map(|column| (column.name.clone(), column.kind)).collect()
    }

    /// The columns that a model gets, in the file's order: all whose kind is an input, but the target.
    pub fn inputs<'a>(&'a self, target: Option<&'a str>) -> impl Iterator<Item = &'a Column> {
        let is_target = move |column: &Column| target == Some(&*column.name);
        self.columns.iter().filter(move |column| column.kind.is_input() && !is_target(column))
    }
}

impl Column {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its kind, inferred or given.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Rows in which it is missing.
    pub fn missing(&self) -> u32 {
        self.missing
    }

    /// Whether a row has a value; where the column is not kept, that is not known of any row.
    pub(crate) fn is_present(&self, row: u32) -> bool {
        let row = row as usize;
        match &self.cells {
            Cells::Numbers(numbers) | Cells::Dates(numbers) => numbers.get(row).is_some(),
            Cells::Texts(texts) => texts.codes[row] > 0,
            Cells::Counted => false,
        }
    }

    /// The number, or the days since 1970-01-01, in a row; none where it is missing, or the column holds text or is not kept.
    ///
    /// # Panics
    /// Where there is no such row.
    pub fn number(&self, row: u32) -> Option<f64> {
        match &self.cells {
            Cells::Numbers(numbers) | Cells::Dates(numbers) => numbers.get(row as usize),
            Cells::Texts(_) | Cells::Counted => None,
        }
    }

    /// The field in a row as text, numbers and dates in their shortest form; none where it is missing or the column is not kept.
    ///
    /// # Panics
    /// Where there is no such row.
    pub fn text(&self, row: u32) -> Option<Cow<'_, str>> {
        match &self.cells {
            Cells::Numbers(numbers) => Some(written(numbers.get(row as usize)?).into()),
            Cells::Dates(days) => Some(date::written(days.get(row as usize)?).into()),
            Cells::Texts(texts) => texts.get(row as usize).map(Cow::Borrowed),
            Cells::Counted => None,
        }
    }
}

/// A number in its shortest form that reads back the same: `1` for 1.0.
pub(crate) fn written(value: f64) -> String {
    value.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_rows_take_memory_only_where_they_jump() {
        let mut lines = Lines::default();
        for (row, line) in [(0, 2), (1, 3), (2, 6), (3, 7), (4, 8)] {
            lines.push(row, line);
        }
        assert_eq!(lines.jumps, [(0, 2), (2, 6)]);
        assert_eq!((0..5).map(|row| lines.of(row)).collect::<Vec<_>>(), [2, 3, 6, 7, 8]);
    }
}
