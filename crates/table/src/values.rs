//! A column and the kind that is expected of it in, its values as numbers out; errors name the line.
//!
//! A column of another file may be kept in another form than the one that was learned from: as text whose every field is a
//! number, or as numbers because it is missing everywhere.

use crate::error::shown;
use crate::kind::Kind;
use crate::kinds::yes_or_no;
use crate::number::{self, Parsed, power_of_ten};
use crate::table::{Cells, Column, Table, written};
use crate::{TableError, date};

/// How the values of a column are found.
#[derive(Clone, Debug)]
pub(crate) enum Values {
    /// They are kept as numbers.
    Stored,
    /// By the code of their text; code 0 is missing.
    ByCode(Vec<Option<f64>>),
    /// All are missing.
    Missing,
}

impl Values {
    pub(crate) fn get(&self, cells: &Cells, row: u32) -> Option<f64> {
        match (self, cells) {
            (Self::Stored, Cells::Numbers(numbers) | Cells::Dates(numbers)) => {
                numbers.get(row as usize)
            }
            (Self::ByCode(values), Cells::Texts(texts)) => {
                values[texts.codes[row as usize] as usize]
            }
            _ => None,
        }
    }
}

/// The values of a column as numbers, as yes (1) and no (0), or as days since 1970-01-01.
#[expect(clippy::float_cmp, reason = "yes and no are 1 and 0")]
pub(crate) fn values_of(table: &Table, column: &Column, kind: Kind) -> Result<Values, TableError> {
    if column.missing == table.rows {
        return Ok(Values::Missing);
    }
    let (read, expected): (fn(&str) -> Option<f64>, _) = match kind {
        Kind::YesNo => (answer_of, "yes or no, true or false, 1 or 0"),
        Kind::Date => (|text| value_of(date::parse(text)), "a date (YYYY-MM-DD)"),
        _ => (|text| value_of(number::parse(text, b'.')), "a number"),
    };
    match (&column.cells, kind) {
        (Cells::Dates(_), Kind::Date) | (Cells::Numbers(_), Kind::Number) => Ok(Values::Stored),
        (Cells::Numbers(numbers), Kind::YesNo) => {
            let wrong =
                |value: &Option<f64>| value.is_some_and(|value| value != 0.0 && value != 1.0);
            match (0..).zip(numbers.iter()).find(|(_, value)| wrong(value)) {
                None => Ok(Values::Stored),
                Some((row, value)) => {
                    let got = value.map_or_else(String::new, written);
                    Err(refused(table, column, row, got, expected))
                }
            }
        }
        (Cells::Texts(texts), _) => {
            let mut values = vec![None];
            for (place, text) in texts.dictionary.iter().enumerate() {
                let Some(value) = read(text) else {
                    return Err(refused(
                        table,
                        column,
                        texts.first_row(place),
                        shown(text),
                        expected,
                    ));
                };
                values.push(Some(value));
            }
            Ok(Values::ByCode(values))
        }
        (Cells::Numbers(_) | Cells::Dates(_) | Cells::Counted, _) => {
            Err(other_kind(table, column, kind))
        }
    }
}

/// The error of a column that is kept as another kind.
pub(crate) fn other_kind(table: &Table, column: &Column, expected: Kind) -> TableError {
    let (got, path) = (column.kind, table.path.clone());
    TableError::InputKind { column: column.name.clone(), got, expected, path }
}

/// The error of a field that is not what was expected.
pub(crate) fn refused(
    table: &Table,
    column: &Column,
    row: u32,
    got: String,
    expected: &'static str,
) -> TableError {
    let (line, path) = (table.line(row), table.path.clone());
    TableError::Value { line, column: column.name.clone(), got, expected, path }
}

fn answer_of(text: &str) -> Option<f64> {
    yes_or_no(text).map(|yes| f64::from(u8::from(yes)))
}

fn value_of(parsed: Parsed) -> Option<f64> {
    match parsed {
        Parsed::Decimal { mantissa, scale } => Some(f64::from(mantissa) / power_of_ten(scale)),
        Parsed::Float(value) => Some(value),
        Parsed::Infinite | Parsed::NotANumber => None,
    }
}
