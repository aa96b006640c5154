//! The first rows of a table in, how it is written out: delimiter, decimal point, and whether there is a header.
//!
//! Quotes are those of RFC 4180 and need no finding. It knows no kinds beyond text, number and date.

use crate::missing::is_missing;
use crate::number::{self, Parsed};
use crate::options::ReadOptions;
use crate::origin::Origin;
use crate::records::{Record, Records};
use crate::{TableError, date};

/// Where two delimiters divide the rows equally well, the first of these counts: a comma is the likeliest to be inside of fields.
const DELIMITERS: [u8; 4] = [b'\t', b';', b'|', b','];
/// How many rows are looked at.
const SAMPLE_ROWS: usize = 1_000;
/// How much of the table is looked at.
const SAMPLE_BYTES: usize = 1 << 20;
/// Most columns of a table.
pub(crate) const MAX_COLUMNS: usize = 1 << 15;

/// How a table is written, and its first rows.
pub(crate) struct Format {
    pub(crate) delimiter: u8,
    /// `.` or `,`.
    pub(crate) decimal_point: u8,
    pub(crate) header: bool,
    /// The first rows, the header among them.
    pub(crate) sample: Vec<Vec<String>>,
}

/// What a field looks like.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    Missing,
    Number,
    Date,
    Text,
}

impl Look {
    pub(crate) fn of(field: &str, point: u8, missing: &[String]) -> Self {
        if is_missing(field, missing) {
            return Self::Missing;
        }
        match number::parse(field, point) {
            Parsed::NotANumber if date::parse(field) != Parsed::NotANumber => Self::Date,
            Parsed::NotANumber => Self::Text,
            _ => Self::Number,
        }
    }
}

impl Format {
    /// Looks at the first rows of a table.
    pub(crate) fn find(origin: Origin<'_>, options: &ReadOptions) -> Result<Self, TableError> {
        let (delimiter, sample) = match options.delimiter {
            Some(delimiter) => (delimiter, rows(origin, delimiter, options)?),
            None => divided(origin, options)?,
        };
        if sample.is_empty() {
            return Err(TableError::Empty { path: origin.path().to_owned() });
        }
        let decimal_point = options.decimal_point.unwrap_or_else(|| {
            if delimiter != b',' && has_decimal_commas(&sample) { b',' } else { b'.' }
        });
        let header = options.header.unwrap_or_else(|| has_header(&sample, decimal_point, options));
        Ok(Self { delimiter, decimal_point, header, sample })
    }
}

/// The first rows, and what is wrong with the one after them, where there is nothing before it.
fn rows(
    origin: Origin<'_>,
    delimiter: u8,
    options: &ReadOptions,
) -> Result<Vec<Vec<String>>, TableError> {
    let mut records = Records::open(origin, delimiter, options.max_bytes, MAX_COLUMNS)?;
    let (mut record, mut rows, mut bytes) = (Record::default(), Vec::new(), 0);
    while rows.len() < SAMPLE_ROWS && bytes < SAMPLE_BYTES {
        match records.read(&mut record) {
            Ok(false) => break,
            Ok(true) => {
                let row: Vec<String> = record.fields().map(str::to_owned).collect();
                bytes += row.iter().map(|field| field.len() + 1).sum::<usize>();
                rows.push(row);
            }
            // The whole reading says it again, with all rows before it.
            Err(_) if !rows.is_empty() => break,
            Err(error) => return Err(error),
        }
    }
    Ok(rows)
}

/// The delimiter that divides most of the first rows into the same number of fields, at least two.
fn divided(
    origin: Origin<'_>,
    options: &ReadOptions,
) -> Result<(u8, Vec<Vec<String>>), TableError> {
    let mut best: Option<(f64, u8, Vec<Vec<String>>)> = None;
    for delimiter in DELIMITERS {
        let Ok(sample) = rows(origin, delimiter, options) else { continue };
        let share = share_of_equal(&sample);
        if share > best.as_ref().map_or(0.0, |best| best.0) {
            best = Some((share, delimiter, sample));
        }
    }
    match best {
        Some((_, delimiter, sample)) => Ok((delimiter, sample)),
        None => Ok((b',', rows(origin, b',', options)?)),
    }
}

/// The share of the rows that have the most frequent number of fields; 0 where that is one field.
#[expect(clippy::cast_precision_loss, reason = "at most a thousand rows")]
fn share_of_equal(sample: &[Vec<String>]) -> f64 {
    let mut lengths: Vec<usize> = sample.iter().map(Vec::len).collect();
    lengths.sort_unstable();
    let most = lengths.chunk_by(|a, b| a == b).max_by_key(|chunk| (chunk.len(), chunk[0]));
    match most {
        Some(chunk) if chunk[0] > 1 => chunk.len() as f64 / sample.len() as f64,
        _ => 0.0,
    }
}

/// Whether there are numbers as `1,5` and none as `1.5`. Three digits behind each comma would be thousands.
fn has_decimal_commas(sample: &[Vec<String>]) -> bool {
    let fields = || sample.iter().flatten();
    let is_number = |field: &str, point: u8| {
        field.as_bytes().contains(&point)
            && !matches!(number::parse(field, point), Parsed::NotANumber)
    };
    let behind = |field: &str| field.rsplit(',').next().map_or(0, str::len);
    fields().any(|field| is_number(field, b',') && behind(field) != 3)
        && !fields().any(|field| is_number(field, b'.'))
}

/// Whether the first row names the columns: text where the rest is numbers or dates; or, in a table of text alone, names that
/// no row has.
fn has_header(sample: &[Vec<String>], point: u8, options: &ReadOptions) -> bool {
    let (first, rest) = sample.split_first().expect("a sample has a row");
    if first.iter().any(|name| options.kinds.contains_key(name)) {
        return true;
    }
    let look = |field: &str| Look::of(field, point, &options.missing);
    let column = |place: usize| rest.iter().filter_map(move |row| row.get(place));
    let text = |place: usize| look(&first[place]) == Look::Text;
    let stands_out = |place: usize| {
        let mut present =
            column(place).map(|field| look(field)).filter(|look| *look != Look::Missing);
        match present.next() {
            Some(kind @ (Look::Number | Look::Date)) => present.all(|look| look == kind),
            _ => false,
        }
    };
    if (0..first.len()).any(|place| text(place) && stands_out(place)) {
        return true;
    }
    let mut names: Vec<&String> = first.iter().collect();
    names.sort_unstable();
    names.dedup();
    let all_text = names.len() == first.len() && (0..first.len()).all(text);
    all_text && (0..first.len()).all(|place| column(place).all(|field| *field != first[place]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn found(text: &str) -> (char, char, bool) {
        let origin = Origin::Bytes(text.as_bytes(), Path::new("t.csv"));
        let format = Format::find(origin, &ReadOptions::default()).unwrap();
        (format.delimiter.into(), format.decimal_point.into(), format.header)
    }

    #[test]
    fn the_delimiter_is_found() {
        assert_eq!(found("a,b\n1,2\n"), (',', '.', true));
        assert_eq!(found("a\tb c,d\n1\t2,x\n"), ('\t', '.', true));
        assert_eq!(found("a;b\n1,5;2\n1,25;3\n"), (';', ',', true));
        assert_eq!(found("a|b\n\"1,2,3\"|2\n"), ('|', '.', true));
        assert_eq!(found("a,b\n\"x;y\",2\n\"u;v\",3\n"), (',', '.', true));
        assert_eq!(found("a\n1\n2\n"), (',', '.', true));
        assert_eq!(found("n;m\n1,234;2\n"), (';', '.', true));
        // A comma inside of each number divides as well as a semicolon between them.
        assert_eq!(found("1,5;2,5\n3,5;4,5\n"), (';', ',', false));
    }

    #[test]
    fn the_header_is_found() {
        assert!(!found("1,2\n3,4\n").2);
        assert!(!found("5.1,setosa\n4.9,setosa\n").2);
        assert!(found("length,species\n4.9,setosa\n").2);
        // Names among numbers, as pandas writes columns without names.
        assert!(found("0,1,target\n5,6,7\n8,9,1\n").2);
        // Text alone: mushrooms without a header, and with one.
        assert!(!found("p,x\ne,x\np,y\n").2);
        assert!(found("class,cap\ne,x\np,y\n").2);
        assert!(found("when,what\n2024-01-01,a\n").2);
        assert!(found(",a\n0,5\n1,6\n").2);
    }
}
