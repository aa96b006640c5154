//! Rows in, a number for the content of each out, by which equal rows are found and splits are kept.

use crate::kind::Kind;
use crate::kinds::yes_or_no;
use crate::table::{Cells, Column, Table};

/// What stands before a value that is missing, a number, or a text.
const MISSING: u8 = 0;
const NUMBER: u8 = 1;
const TEXT: u8 = 2;

/// A hash of 128 bits for each row, over the columns that are given: the same for the same values under the same names, whatever
/// the order of rows and columns, the form in which numbers are written (1, 1.0), or the file. Columns that are not kept do not
/// count.
///
/// It is the first half of the BLAKE3 hash of these bytes: the BLAKE3 hash of the columns' names, each after its length as a
/// little-endian u64, in ascending order; then for each of these columns 0 where it is missing, or 1 and the number's
/// little-endian f64 (days since 1970-01-01 for dates), or 2 and the first half of the BLAKE3 hash of the text. Yes and no are the numbers 1 and 0.
pub fn row_hashes<'a>(table: &Table, columns: impl IntoIterator<Item = &'a Column>) -> Vec<u128> {
    let is_kept = |column: &&Column| !matches!(column.cells, Cells::Counted);
    let mut columns: Vec<&Column> = columns.into_iter().filter(is_kept).collect();
    columns.sort_by(|a, b| a.name.cmp(&b.name));
    let mut names = blake3::Hasher::new();
    for column in &columns {
        names.update(&(column.name.len() as u64).to_le_bytes());
        names.update(column.name.as_bytes());
    }
    let texts: Vec<Vec<Vec<u8>>> = columns.iter().map(|column| bytes_of_texts(column)).collect();
    let mut bytes = names.finalize().as_bytes().to_vec();
    let start = bytes.len();
    let of_row = |row: u32| {
        bytes.truncate(start);
        for (column, texts) in columns.iter().zip(&texts) {
            push(column, texts, row as usize, &mut bytes);
        }
        u128::from_le_bytes(half(&bytes))
    };
    (0..table.rows).map(of_row).collect()
}

fn push(column: &Column, texts: &[Vec<u8>], row: usize, bytes: &mut Vec<u8>) {
    match &column.cells {
        Cells::Numbers(numbers) | Cells::Dates(numbers) => match numbers.get(row) {
            Some(value) => push_number(value, bytes),
            None => bytes.push(MISSING),
        },
        Cells::Texts(kept) => match (kept.codes[row] as usize).checked_sub(1) {
            Some(place) => bytes.extend(&texts[place]),
            None => bytes.push(MISSING),
        },
        Cells::Counted => {}
    }
}

fn push_number(value: f64, bytes: &mut Vec<u8>) {
    bytes.push(NUMBER);
    // Zero has one sign here.
    bytes.extend((value + 0.0).to_le_bytes());
}

/// What stands for each text of a column's dictionary.
fn bytes_of_texts(column: &Column) -> Vec<Vec<u8>> {
    let Cells::Texts(texts) = &column.cells else { return Vec::new() };
    let bytes_of = |text: &str| {
        let mut bytes = Vec::with_capacity(17);
        match yes_or_no(text) {
            Some(yes) if column.kind == Kind::YesNo => {
                push_number(f64::from(u8::from(yes)), &mut bytes);
            }
            _ => {
                bytes.push(TEXT);
                bytes.extend(half(text.as_bytes()));
            }
        }
        bytes
    };
    texts.dictionary.iter().map(|text| bytes_of(text)).collect()
}

fn half(bytes: &[u8]) -> [u8; 16] {
    let hash = blake3::hash(bytes);
    *hash.as_bytes().first_chunk().expect("a BLAKE3 hash has 32 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashes(text: &str) -> Vec<u128> {
        let table = Table::of_text(text);
        row_hashes(&table, table.columns())
    }

    #[test]
    fn the_same_content_has_the_same_hash() {
        let first = hashes("a,b\n1,x\n2.5,y\nNA,x\n1,x\n3,\n");
        assert_eq!(first[0], first[3]);
        assert_eq!(first.iter().collect::<std::collections::HashSet<_>>().len(), 4);
        let second = hashes("b;a\n?;3.000\nx;\ny;2.50\nx;1.0\n");
        assert_eq!(second, [first[4], first[2], first[1], first[0]]);
        assert_ne!(hashes("a,c\n1,x\n2,y\n")[0], first[0]);
    }

    #[test]
    fn hashes_never_change() {
        let found = hashes("a,b,c\n1,x,yes\n2.5,y,no\n")[0];
        // By hand, as the documentation says, with another implementation of BLAKE3.
        assert_eq!(format!("{found:032x}"), GOLDEN);
    }

    const GOLDEN: &str = "fab6764fdbb8dd4ce07e2980e66861dc";
}
