//! What a caller knows of a table before it is read.

use std::collections::BTreeMap;

use crate::kind::Kind;

/// How to read a table, where it should not be found out.
#[derive(Clone, Debug)]
pub struct ReadOptions {
    /// What stands between two fields, one ASCII character; found where none is given.
    pub delimiter: Option<u8>,
    /// `.` or `,` in numbers; found where none is given. A comma is only looked for where it is not the delimiter, and is not taken
    /// for the decimal point where three digits follow each: those may be thousands.
    pub decimal_point: Option<u8>,
    /// Whether the first row names the columns; found where none is given.
    pub header: Option<bool>,
    /// Kinds of columns by name; a name that no column has is an error.
    pub kinds: BTreeMap<String, Kind>,
    /// The kind of all columns that `kinds` does not name; inferred where none is given.
    pub others: Option<Kind>,
    /// Fields that count as missing, besides [`crate::MISSING`].
    pub missing: Vec<String>,
    /// How long the file may be, decompressed.
    pub max_bytes: u64,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            delimiter: None,
            decimal_point: None,
            header: None,
            kinds: BTreeMap::new(),
            others: None,
            missing: Vec::new(),
            max_bytes: 16 << 30, // 100 million rows of 20 columns
        }
    }
}
