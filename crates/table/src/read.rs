//! A file in, a table out: each row is read once and forgotten, only columns stay.
//!
//! What a column holds is taken from the first rows, and corrected where later rows say otherwise: then the file is read once
//! more. 10 million rows of 20 decimals take 0.8 GB, because a decimal of nine digits takes four bytes.

use std::collections::BTreeMap;
use std::path::Path;

use crate::TableError;
use crate::builder::{ColumnBuilder, MOSTLY, Reading, check_texts};
use crate::format::{Format, Look, MAX_COLUMNS};
use crate::missing::is_missing;
use crate::nearest::nearest;
use crate::options::ReadOptions;
use crate::origin::Origin;
use crate::records::{Record, Records};
use crate::table::{Column, Lines, Table};

/// Rows that a table may have.
const MAX_ROWS: u32 = 1 << 31;

/// Reads a table from a file of CSV, TSV or alike, plain or compressed with gzip or zstd, which its first bytes show.
///
/// Fields are quoted as in RFC 4180, lines end with LF, CR LF or CR, lines with nothing on them are passed over, and white space
/// around a field does not count. Delimiter (`,`, tab, `;`, `|`), decimal point and header are found in the first thousand rows, and
/// so are the kinds of columns, which later rows correct. Fields of [`crate::MISSING`] stand for nothing.
///
/// An error, each with its line, where rows differ in length, a quote never closes, a byte is not text, a name stands twice, a
/// number is not finite, or a tenth or less of a column of numbers is text: more makes it a column of text.
pub fn read(path: &Path, options: &ReadOptions) -> Result<Table, TableError> {
    read_from(Origin::File(path), options)
}

/// Reads a table from bytes as [`read`] does from a file; `path` stands in errors.
pub fn read_bytes(bytes: &[u8], path: &Path, options: &ReadOptions) -> Result<Table, TableError> {
    read_from(Origin::Bytes(bytes, path), options)
}

fn read_from(origin: Origin<'_>, options: &ReadOptions) -> Result<Table, TableError> {
    let format = Format::find(origin, options)?;
    let names = names(&format, origin.path())?;
    if let Some(name) = options.kinds.keys().find(|name| !names.contains(name)) {
        return Err(TableError::NoColumn {
            name: name.clone(),
            nearest: nearest(name, &names),
            columns: names,
            path: origin.path().to_owned(),
        });
    }
    let mut readings: Vec<Reading> =
        (0..names.len()).map(|place| reading(&names[place], place, &format, options)).collect();
    // Each time round one column at least becomes text, which is never corrected.
    loop {
        let (builders, rows, lines) = fill(origin, &format, &names, &readings, options)?;
        let mut corrected = false;
        for (builder, reading) in builders.iter().zip(&mut readings) {
            if let Some(correction) = builder.correction(origin.path())? {
                *reading = correction;
                corrected = true;
            }
        }
        if !corrected {
            let columns: Result<Vec<Column>, TableError> =
                builders.into_iter().map(|builder| builder.finish(rows, origin.path())).collect();
            let table = Table {
                path: origin.path().to_owned(),
                columns: columns?,
                rows,
                lines,
                delimiter: format.delimiter,
                header: format.header,
                decimal_point: format.decimal_point,
            };
            for (column, reading) in table.columns.iter().zip(&readings) {
                if *reading == Reading::Texts {
                    check_texts(&table, column)?;
                }
            }
            return Ok(table);
        }
    }
}

/// The names of the columns; an error where two are the same.
fn names(format: &Format, path: &Path) -> Result<Vec<String>, TableError> {
    let first = &format.sample[0];
    let mut seen = BTreeMap::new();
    let mut names = Vec::with_capacity(first.len());
    for (place, field) in (1..).zip(first) {
        let name = if format.header && !field.is_empty() {
            field.clone()
        } else {
            format!("column_{place}")
        };
        if let Some(first) = seen.insert(name.clone(), place) {
            let path = path.to_owned();
            return Err(TableError::DuplicateColumn { name, first, second: place, path });
        }
        names.push(name);
    }
    Ok(names)
}

/// How a column is read, from its first rows or as the caller says.
fn reading(name: &str, place: usize, format: &Format, options: &ReadOptions) -> Reading {
    if let Some(kind) = options.kinds.get(name).copied().or(options.others) {
        return Reading::As(kind);
    }
    let (mut numbers, mut dates, mut present) = (0.0, 0.0, 0.0);
    for row in format.sample.iter().skip(usize::from(format.header)) {
        let field = row.get(place).map_or("", String::as_str);
        let look = Look::of(field, format.decimal_point, &options.missing);
        present += f64::from(u8::from(look != Look::Missing));
        numbers += f64::from(u8::from(look == Look::Number));
        dates += f64::from(u8::from(look == Look::Date));
    }
    if dates > 0.0 && dates >= MOSTLY * present {
        Reading::Dates
    } else if numbers >= MOSTLY * present {
        // Also where nothing is present so far.
        Reading::Numbers
    } else {
        Reading::Texts
    }
}

/// One reading of the whole file.
fn fill(
    origin: Origin<'_>,
    format: &Format,
    names: &[String],
    readings: &[Reading],
    options: &ReadOptions,
) -> Result<(Vec<ColumnBuilder>, u32, Lines), TableError> {
    let mut builders: Vec<ColumnBuilder> = names
        .iter()
        .zip(readings)
        .map(|(name, reading)| ColumnBuilder::new(name, *reading, format.decimal_point))
        .collect();
    let path = || origin.path().to_owned();
    let mut records = Records::open(origin, format.delimiter, options.max_bytes, MAX_COLUMNS)?;
    let (mut record, mut rows, mut lines, mut first) =
        (Record::default(), 0, Lines::default(), None);
    while records.read(&mut record)? {
        let first_line = *first.get_or_insert(record.line);
        if record.len() != names.len() {
            let (line, got, expected) = (record.line, record.len(), names.len());
            return Err(TableError::Uneven {
                line,
                got,
                expected,
                first: first_line,
                path: path(),
            });
        }
        if format.header && first_line == record.line {
            continue;
        }
        if rows == MAX_ROWS {
            return Err(TableError::TooManyRows { limit: MAX_ROWS, path: path() });
        }
        lines.push(rows, record.line);
        for (field, builder) in record.fields().zip(&mut builders) {
            if is_missing(field, &options.missing) {
                builder.push_missing();
            } else if let Err(expected) = builder.push(field, record.line) {
                return Err(expected.error(&builder.name, field, record.line, origin.path()));
            }
        }
        rows += 1;
    }
    if rows == 0 {
        return Err(match first {
            Some(_) => TableError::NoRows { columns: names.len(), path: path() },
            None => TableError::Empty { path: path() },
        });
    }
    Ok((builders, rows, lines))
}

#[cfg(test)]
impl Table {
    /// A table of text, as it is read without options.
    pub(crate) fn of_text(text: &str) -> Self {
        read_bytes(text.as_bytes(), Path::new("t.csv"), &ReadOptions::default()).unwrap()
    }
}
