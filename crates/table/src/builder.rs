//! A column as it is read, field after field; then its cells and its kind.

use std::path::Path;

use crate::error::shown;
use crate::kind::Kind;
use crate::kinds::{self, Lengths};
use crate::number::{self, Parsed};
use crate::numbers::Numbers;
use crate::table::{Cells, Column, Table};
use crate::texts::{MAX_DISTINCT, TextsBuilder};
use crate::{TableError, date};

/// A column whose first rows hold at least this share of numbers is read as numbers, and text in it is an error; otherwise it
/// is text.
pub(crate) const MOSTLY: f64 = 0.9;

/// How the fields of a column are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// As numbers, until rows say otherwise.
    Numbers,
    /// As dates, until rows say otherwise.
    Dates,
    /// As text, of whatever kind it turns out to be.
    Texts,
    /// As the caller says.
    As(Kind),
}

pub(crate) struct ColumnBuilder {
    pub(crate) name: String,
    reading: Reading,
    decimal_point: u8,
    cells: Growing,
    missing: u32,
    /// Text among numbers or dates.
    stray: Option<Stray>,
    present: u64,
}

enum Growing {
    Numbers(Numbers),
    Dates(Numbers),
    Texts(TextsBuilder),
    Counted,
}

struct Stray {
    line: u64,
    got: String,
    count: u64,
}

impl ColumnBuilder {
    pub(crate) fn new(name: &str, reading: Reading, decimal_point: u8) -> Self {
        let cells = match reading {
            Reading::Numbers | Reading::As(Kind::Number) => Growing::Numbers(Numbers::default()),
            Reading::Dates | Reading::As(Kind::Date) => Growing::Dates(Numbers::default()),
            Reading::Texts | Reading::As(Kind::Category | Kind::YesNo) => {
                Growing::Texts(TextsBuilder::default())
            }
            Reading::As(_) => Growing::Counted,
        };
        let name = name.to_owned();
        Self { name, reading, decimal_point, cells, missing: 0, stray: None, present: 0 }
    }

    pub(crate) fn push_missing(&mut self) {
        self.missing += 1;
        match &mut self.cells {
            Growing::Numbers(numbers) | Growing::Dates(numbers) => numbers.push_missing(),
            Growing::Texts(texts) => texts.push_missing(),
            Growing::Counted => {}
        }
    }

    pub(crate) fn push(&mut self, field: &str, line: u64) -> Result<(), Refused> {
        self.present += 1;
        let (pushed, expected) = match &mut self.cells {
            Growing::Numbers(numbers) => {
                let parsed = number::parse(field, self.decimal_point);
                if parsed == Parsed::Infinite {
                    return Err(Refused::NotFinite);
                }
                (numbers.push(parsed), "a number")
            }
            Growing::Dates(days) => (days.push(date::parse(field)), "a date (YYYY-MM-DD)"),
            Growing::Texts(texts) => {
                texts.push(field);
                (true, "text")
            }
            Growing::Counted => (true, "anything"),
        };
        if pushed {
            return Ok(());
        }
        if let Reading::As(_) = self.reading {
            return Err(Refused::Expected(expected));
        }
        let stray = self.stray.get_or_insert_with(|| Stray { line, got: shown(field), count: 0 });
        stray.count += 1;
        Ok(())
    }

    /// How the column is to be read instead; an error where little of it is not what the most is.
    pub(crate) fn correction(&self, path: &Path) -> Result<Option<Reading>, TableError> {
        let Some(stray) = &self.stray else { return Ok(None) };
        let numbers = self.present - stray.count;
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        if (numbers as f64) < MOSTLY * self.present as f64 {
            return Ok(Some(Reading::Texts));
        }
        let (line, column, got) = (stray.line, self.name.clone(), stray.got.clone());
        let path = path.to_owned();
        Err(if let Growing::Dates(_) = self.cells {
            TableError::Value { line, column, got, expected: "a date (YYYY-MM-DD)", path }
        } else {
            TableError::StrayText { column, numbers, texts: stray.count, line, got, path }
        })
    }

    pub(crate) fn finish(self, rows: u32, path: &Path) -> Result<Column, TableError> {
        let Self { name, reading, cells, missing, .. } = self;
        let (cells, inferred) = match cells {
            Growing::Numbers(mut numbers) => {
                numbers.shrink();
                let kind = kinds::of_numbers(&name, &numbers);
                (Cells::Numbers(numbers), kind)
            }
            Growing::Dates(mut days) => {
                days.shrink();
                let kind = kinds::of_dates(&days);
                (Cells::Dates(days), kind)
            }
            Growing::Texts(builder) => {
                let lengths = Lengths::of(&builder);
                let texts = builder.finish();
                let kind = kinds::of_texts(&lengths, texts.as_ref(), rows as usize);
                (texts.map_or(Cells::Counted, Cells::Texts), kind)
            }
            Growing::Counted => (Cells::Counted, Kind::Ignored),
        };
        let kind = match reading {
            Reading::As(kind) => kind,
            _ => inferred,
        };
        if let (Reading::As(Kind::Category | Kind::YesNo), Cells::Counted) = (reading, &cells) {
            let (limit, path) = (MAX_DISTINCT, path.to_owned());
            return Err(TableError::TooManyCategories { column: name, limit, path });
        }
        Ok(Column { name, kind, cells, missing })
    }
}

/// An error where a column that was read as text holds numbers for the most part: its first rows held more text than the others.
pub(crate) fn check_texts(table: &Table, column: &Column) -> Result<(), TableError> {
    let Cells::Texts(texts) = &column.cells else { return Ok(()) };
    let is_number = |text: &str| number::parse(text, table.decimal_point) != Parsed::NotANumber;
    let are_numbers: Vec<bool> = texts.dictionary.iter().map(|text| is_number(text)).collect();
    if !are_numbers.contains(&true) {
        return Ok(());
    }
    let (mut numbers, mut count, mut first) = (0_u64, 0_u64, None);
    for (row, &code) in (0..).zip(&texts.codes) {
        match (code as usize).checked_sub(1) {
            Some(place) if are_numbers[place] => numbers += 1,
            Some(place) => {
                count += 1;
                first = first.or(Some((row, place)));
            }
            None => {}
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    let mostly = numbers as f64 >= MOSTLY * (numbers + count) as f64;
    match first {
        Some((row, place)) if mostly => Err(TableError::StrayText {
            column: column.name.clone(),
            numbers,
            texts: count,
            line: table.line(row),
            got: shown(&texts.dictionary[place]),
            path: table.path.clone(),
        }),
        _ => Ok(()),
    }
}

/// Why a field has no place in its column.
pub(crate) enum Refused {
    /// What belongs there.
    Expected(&'static str),
    NotFinite,
}

impl Refused {
    pub(crate) fn error(self, column: &str, field: &str, line: u64, path: &Path) -> TableError {
        let (column, got, path) = (column.to_owned(), shown(field), path.to_owned());
        match self {
            Self::Expected(expected) => TableError::Value { line, column, got, expected, path },
            Self::NotFinite => TableError::NotFinite { line, column, got, path },
        }
    }
}
