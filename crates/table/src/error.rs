//! Everything that can be wrong with a table, with what was found and what was expected.

use std::path::PathBuf;

use crate::kind::Kind;
use crate::nearest::nearest;

/// What went wrong with a table or one of its columns. Lines are counted from 1, as editors do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// The operating system refused.
    #[error("cannot read ({source}): {}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: std::io::Error,
    },
    /// The path leads to a folder, a pipe or a device.
    #[error("not a regular file: {}", path.display())]
    NotAFile {
        /// What is there.
        path: PathBuf,
    },
    /// A compressed file could not be decompressed.
    #[error("cannot decompress ({source}): {}", path.display())]
    Compression {
        /// The file.
        path: PathBuf,
        /// The decoder's reason.
        source: std::io::Error,
    },
    /// The file, decompressed, is longer than allowed.
    #[error("the table is longer than {limit} bytes: {}", path.display())]
    TooLong {
        /// Bytes that are allowed, after decompression.
        limit: u64,
        /// The file.
        path: PathBuf,
    },
    /// The file begins as files of another format do.
    #[error("this is {format}, expected a table as text (CSV or TSV): {}", path.display())]
    OtherFormat {
        /// The format, with its article.
        format: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// Nothing but blank lines.
    #[error("the file is empty, expected a table: {}", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// A header without rows.
    #[error("the table has a header of {} but no rows: {}", counted(*columns as u64, "column"), path.display())]
    NoRows {
        /// Columns in the header.
        columns: usize,
        /// The file.
        path: PathBuf,
    },
    /// A row is longer or shorter than the first one.
    #[error("line {line} has {}, expected {expected} as in line {first}: {}", counted(*got as u64, "field"), path.display())]
    Uneven {
        /// Where the row begins.
        line: u64,
        /// Its fields.
        got: usize,
        /// The fields of the first row.
        expected: usize,
        /// Where the first row begins.
        first: u64,
        /// The file.
        path: PathBuf,
    },
    /// The file ends inside a quoted field.
    #[error("the quote that opens in line {line}, column {column}, is never closed: {}", path.display())]
    UnclosedQuote {
        /// Where the quote is.
        line: u64,
        /// Its field in the row, counted from 1.
        column: usize,
        /// The file.
        path: PathBuf,
    },
    /// A byte that no UTF-8 text holds.
    #[error(
        "byte {got:#04x} at byte {byte} (line {line}) is not UTF-8 text: {}",
        path.display()
    )]
    NotUtf8 {
        /// The byte.
        got: u8,
        /// Its place in the file after decompression, counted from 0.
        byte: u64,
        /// Its line.
        line: u64,
        /// The file.
        path: PathBuf,
    },
    /// A zero byte, which no text holds.
    #[error("zero byte at byte {byte} (line {line}), expected text: {}", path.display())]
    Nul {
        /// Its place in the file after decompression, counted from 0.
        byte: u64,
        /// Its line.
        line: u64,
        /// The file.
        path: PathBuf,
    },
    /// A row takes more bytes than allowed; a quote is missing, or the file is no table.
    #[error("the row that begins in line {line} is longer than {limit} bytes: {}", path.display())]
    RowTooLong {
        /// Where the row begins.
        line: u64,
        /// Bytes that are allowed.
        limit: usize,
        /// The file.
        path: PathBuf,
    },
    /// More columns than allowed.
    #[error("line {line} has more than {limit} columns: {}", path.display())]
    TooManyColumns {
        /// The row.
        line: u64,
        /// Columns that are allowed.
        limit: usize,
        /// The file.
        path: PathBuf,
    },
    /// More rows than numbers for them.
    #[error("the table has more than {limit} rows: {}", path.display())]
    TooManyRows {
        /// Rows that are allowed.
        limit: u32,
        /// The file.
        path: PathBuf,
    },
    /// Two columns of one name.
    #[error("columns {first} and {second} are both named `{name}`: {}", path.display())]
    DuplicateColumn {
        /// The name.
        name: String,
        /// The first of them, counted from 1.
        first: usize,
        /// The second.
        second: usize,
        /// The file.
        path: PathBuf,
    },
    /// A column that is asked for and is not there.
    #[error(
        "no column `{name}`{}; the columns are {}: {}",
        or_nearest(nearest),
        listed(columns),
        path.display()
    )]
    NoColumn {
        /// What was asked for.
        name: String,
        /// The names that are most like it, the nearest first; at most three.
        nearest: Vec<String>,
        /// All columns.
        columns: Vec<String>,
        /// The file.
        path: PathBuf,
    },
    /// Text where a number is expected.
    #[error("line {line}, column `{column}`: got `{got}`, expected {expected}: {}", path.display())]
    Value {
        /// The row.
        line: u64,
        /// The column's name.
        column: String,
        /// The field, cut to 60 characters.
        got: String,
        /// What belongs there, as "a number".
        expected: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// A number that is larger than any `f64`, or infinite by name.
    #[error("line {line}, column `{column}`: {got} is not a finite number: {}", path.display())]
    NotFinite {
        /// The row.
        line: u64,
        /// The column's name.
        column: String,
        /// The field, cut to 60 characters.
        got: String,
        /// The file.
        path: PathBuf,
    },
    /// A column of numbers with a little text in it.
    #[error(
        "column `{column}` holds {numbers} numbers and text in {}, the first in line {line}: `{got}`: {}",
        counted(*texts, "field"),
        path.display()
    )]
    StrayText {
        /// The column's name.
        column: String,
        /// Fields that are numbers.
        numbers: u64,
        /// Fields that are text.
        texts: u64,
        /// The row of the first text.
        line: u64,
        /// The first text, cut to 60 characters.
        got: String,
        /// The file.
        path: PathBuf,
    },
    /// A column that is to be a category has too many values.
    #[error(
        "column `{column}` has more than {limit} distinct values, too many for a category: {}",
        path.display()
    )]
    TooManyCategories {
        /// The column's name.
        column: String,
        /// Values that are allowed.
        limit: usize,
        /// The file.
        path: PathBuf,
    },
    /// A column is not kept as the kind that was learned from.
    #[error(
        "column `{column}` is {}, expected {}: {}",
        got.described(),
        expected.described(),
        path.display()
    )]
    InputKind {
        /// The column's name.
        column: String,
        /// Its kind in this table.
        got: Kind,
        /// Its kind where it was learned from.
        expected: Kind,
        /// The file.
        path: PathBuf,
    },
    /// No column is left for a model.
    #[error("no column is left to learn from; left out: {}: {}", left_out(columns), path.display())]
    NoInputs {
        /// What was left out, and as what.
        columns: Vec<(String, Kind)>,
        /// The file.
        path: PathBuf,
    },
    /// There are no rows to learn from.
    #[error("no rows to learn from: {}", path.display())]
    NoTrainingRows {
        /// The file.
        path: PathBuf,
    },
    /// The target has one value.
    #[error("every row has the same target `{value}` in column `{column}`: {}", path.display())]
    OneTarget {
        /// The target's column.
        column: String,
        /// The value.
        value: String,
        /// The file.
        path: PathBuf,
    },
    /// The target is missing in every row.
    #[error("the target is missing in all {rows} rows of column `{column}`: {}", path.display())]
    NoTargets {
        /// The target's column.
        column: String,
        /// Rows there are.
        rows: u32,
        /// The file.
        path: PathBuf,
    },
    /// The target cannot be learned as it is.
    #[error(
        "the target column `{column}` is {}, expected {expected}: {}",
        kind.described(),
        path.display()
    )]
    TargetKind {
        /// The target's column.
        column: String,
        /// Its kind.
        kind: Kind,
        /// What a target is.
        expected: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// The target has too many classes.
    #[error("the target column `{column}` has {got} classes, at most {limit}: {}", path.display())]
    TooManyClasses {
        /// The target's column.
        column: String,
        /// Classes there are.
        got: usize,
        /// Classes that are allowed.
        limit: usize,
        /// The file.
        path: PathBuf,
    },
    /// A class that was not among those learned.
    #[error(
        "line {line}, column `{column}`: unknown class `{got}`{}; the classes are {}: {}",
        or_nearest(&nearest(got, classes)),
        listed(classes),
        path.display()
    )]
    UnknownClass {
        /// The row.
        line: u64,
        /// The target's column.
        column: String,
        /// The class.
        got: String,
        /// All classes.
        classes: Vec<String>,
        /// The file.
        path: PathBuf,
    },
    /// A name that no kind has.
    #[error("unknown kind of column `{got}`{}; the kinds are {}", or_nearest(nearest), listed(&Kind::names()))]
    UnknownKind {
        /// The name.
        got: String,
        /// The names that are most like it.
        nearest: Vec<String>,
    },
}

fn counted(count: u64, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}

fn or_nearest(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [first, ..] => format!(", the nearest is `{first}`"),
    }
}

/// Names that fit a line; of many the first ones and how many more there are.
fn listed(names: &[String]) -> String {
    const SHOWN: usize = 12;
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    match names.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn left_out(columns: &[(String, Kind)]) -> String {
    if columns.is_empty() {
        return "none".to_owned();
    }
    let said: Vec<String> =
        columns.iter().map(|(name, kind)| format!("`{name}` ({})", kind.name())).collect();
    said.join(", ")
}

/// A field as an error shows it.
pub(crate) fn shown(field: &str) -> String {
    const CHARACTERS: usize = 60;
    match field.char_indices().nth(CHARACTERS) {
        Some((end, _)) => format!("{}...", &field[..end]),
        None => field.to_owned(),
    }
}
