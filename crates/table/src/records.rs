//! Bytes in, records of fields out, as RFC 4180 and the `csv` crate read them.
//!
//! What that crate does not give is why this file exists: the line where a quote opens that never closes, the byte that is
//! not text, and a bound on what one record may take. It knows no columns and no kinds.

use crate::TableError;
use crate::fault::first_fault;
use crate::origin::{Opened, Origin};

/// What one record may take in memory.
const MAX_RECORD_BYTES: usize = 16 << 20;
const CHUNK: usize = 1 << 16;

/// One row of the file: its fields, unquoted.
#[derive(Default)]
pub(crate) struct Record {
    text: String,
    ends: Vec<usize>,
    /// Where it begins.
    pub(crate) line: u64,
}

impl Record {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The fields without the white space around them.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| trimmed(&self.text[start..end]))
    }
}

/// Most fields have no white space around them: the ends are looked at before anything is called.
fn trimmed(field: &str) -> &str {
    match field.as_bytes() {
        [first, .., last]
            if *first > b' ' && *last > b' ' && first.is_ascii() && last.is_ascii() =>
        {
            field
        }
        _ => field.trim(),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the first byte of a field.
    FieldStart,
    Plain,
    Quoted,
    /// After a quote inside a quoted field: its end, or the first of two.
    QuoteInQuoted,
}

/// Records, one after the other.
pub(crate) struct Records<'a> {
    origin: Origin<'a>,
    opened: Opened<'a>,
    max_bytes: u64,
    buffer: Vec<u8>,
    position: usize,
    filled: usize,
    delimiter: u8,
    max_columns: usize,
    line: u64,
    after_return: bool,
    bytes: Vec<u8>,
}

impl<'a> Records<'a> {
    /// Opens the table; at most `max_bytes` are read, and no record has more than `max_columns` fields.
    pub(crate) fn open(
        origin: Origin<'a>,
        delimiter: u8,
        max_bytes: u64,
        max_columns: usize,
    ) -> Result<Self, TableError> {
        let mut records = Self {
            origin,
            opened: origin.open(max_bytes)?,
            max_bytes,
            buffer: vec![0; CHUNK],
            position: 0,
            filled: 0,
            delimiter,
            max_columns,
            line: 1,
            after_return: false,
            bytes: Vec::new(),
        };
        records.refill()?;
        if records.buffer[..records.filled].starts_with(b"\xef\xbb\xbf") {
            records.position = 3;
        }
        Ok(records)
    }

    fn refill(&mut self) -> Result<bool, TableError> {
        self.position = 0;
        self.filled = self.opened.fill(&mut self.buffer)?;
        Ok(self.filled > 0)
    }

    /// Reads the next record into `record`; false where there is none. Lines without anything on them are passed over.
    pub(crate) fn read(&mut self, record: &mut Record) -> Result<bool, TableError> {
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.clear();
        record.ends.clear();
        let found = self.read_bytes(&mut bytes, record)?;
        let mut old = std::mem::take(&mut record.text).into_bytes();
        if found {
            if bytes.contains(&0) {
                return Err(self.not_text());
            }
            record.text = String::from_utf8(bytes).map_err(|_| self.not_text())?;
            old.clear();
            self.bytes = old;
        }
        Ok(found)
    }

    /// The error of the first byte that no text holds: the table is read again, because a record no longer knows its bytes.
    fn not_text(&self) -> TableError {
        match first_fault(self.origin, self.max_bytes) {
            Ok((got, byte, line)) => {
                let path = self.origin.path().to_owned();
                match got {
                    0 => TableError::Nul { byte, line, path },
                    got => TableError::NotUtf8 { got, byte, line, path },
                }
            }
            Err(error) => error,
        }
    }

    fn read_bytes(&mut self, bytes: &mut Vec<u8>, record: &mut Record) -> Result<bool, TableError> {
        if !self.skip_blank_lines()? {
            return Ok(false);
        }
        record.line = self.line;
        let mut state = State::FieldStart;
        let mut quote_line = self.line;
        loop {
            if self.position == self.filled && !self.refill()? {
                if state == State::Quoted {
                    let (line, column) = (quote_line, record.ends.len() + 1);
                    let path = self.origin.path().to_owned();
                    return Err(TableError::UnclosedQuote { line, column, path });
                }
                record.ends.push(bytes.len());
                return Ok(true);
            }
            let rest = &self.buffer[self.position..self.filled];
            if matches!(state, State::Plain | State::Quoted) {
                let run = match state {
                    State::Quoted => rest.iter().position(|&b| matches!(b, b'"' | b'\n' | b'\r')),
                    _ => {
                        rest.iter().position(|&b| b == self.delimiter || matches!(b, b'\n' | b'\r'))
                    }
                };
                // default: no special byte in the buffer means that all of it belongs to the field.
                let run = run.unwrap_or(rest.len());
                bytes.extend_from_slice(&rest[..run]);
                self.position += run;
                if run > 0 {
                    self.after_return = false;
                }
                if bytes.len() > MAX_RECORD_BYTES {
                    let (line, limit) = (record.line, MAX_RECORD_BYTES);
                    let path = self.origin.path().to_owned();
                    return Err(TableError::RowTooLong { line, limit, path });
                }
                if self.position == self.filled {
                    continue;
                }
            }
            let byte = self.buffer[self.position];
            self.position += 1;
            state = match (state, byte) {
                (State::Quoted, b'"') => State::QuoteInQuoted,
                (State::Quoted, _) | (State::QuoteInQuoted, b'"') => {
                    self.count_line(byte);
                    bytes.push(byte);
                    State::Quoted
                }
                (State::FieldStart, b'"') => {
                    quote_line = self.line;
                    State::Quoted
                }
                (_, byte) if byte == self.delimiter => {
                    record.ends.push(bytes.len());
                    if record.ends.len() >= self.max_columns {
                        let (line, limit) = (record.line, self.max_columns);
                        let path = self.origin.path().to_owned();
                        return Err(TableError::TooManyColumns { line, limit, path });
                    }
                    State::FieldStart
                }
                (_, b'\n' | b'\r') => {
                    self.count_line(byte);
                    record.ends.push(bytes.len());
                    return Ok(true);
                }
                (_, byte) => {
                    bytes.push(byte);
                    State::Plain
                }
            };
            self.after_return = byte == b'\r';
        }
    }

    /// False where the file ends.
    fn skip_blank_lines(&mut self) -> Result<bool, TableError> {
        loop {
            if self.position == self.filled && !self.refill()? {
                return Ok(false);
            }
            let byte = self.buffer[self.position];
            if !matches!(byte, b'\n' | b'\r') {
                self.after_return = false;
                return Ok(true);
            }
            self.count_line(byte);
            self.position += 1;
        }
    }

    /// A line ends with LF, CR or CR LF.
    fn count_line(&mut self, byte: u8) {
        match byte {
            b'\n' if self.after_return => self.after_return = false,
            b'\n' => self.line += 1,
            b'\r' => {
                self.line += 1;
                self.after_return = true;
            }
            _ => self.after_return = false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::path::Path;

    fn read(text: &[u8]) -> Result<Vec<(u64, Vec<String>)>, TableError> {
        let origin = Origin::Bytes(text, Path::new("t.csv"));
        let mut records = Records::open(origin, b',', 1 << 30, 100)?;
        let (mut record, mut rows) = (Record::default(), Vec::new());
        while records.read(&mut record)? {
            rows.push((record.line, record.fields().map(str::to_owned).collect()));
        }
        Ok(rows)
    }

    fn error(text: &[u8]) -> String {
        read(text).unwrap_err().to_string()
    }

    #[test]
    fn lines_are_those_of_an_editor() {
        let rows = read(b"\xef\xbb\xbfa,b\r\n\r\n\"1\n2\",3\r\n4,\"5\"\"6\"\r7,8").unwrap();
        let lines: Vec<u64> = rows.iter().map(|row| row.0).collect();
        assert_eq!(lines, [1, 3, 5, 6]);
        assert_eq!(rows[1].1, ["1\n2", "3"]);
        assert_eq!(rows[2].1, ["4", "5\"6"]);
    }

    #[test]
    fn a_quote_that_never_closes_is_found_where_it_opens() {
        assert_eq!(
            error(b"a,b\n1,\"2\n3,4\n5,6\n"),
            "the quote that opens in line 2, column 2, is never closed: t.csv"
        );
        assert_eq!(
            error(b"a,b\n\"1\n\n\",\"2"),
            "the quote that opens in line 4, column 2, is never closed: t.csv"
        );
    }

    #[test]
    fn what_is_no_text_is_found_at_its_byte() {
        assert_eq!(
            error(b"a,b\n1,2\n3,\xe9\n"),
            "byte 0xe9 at byte 10 (line 3) is not UTF-8 text: t.csv"
        );
        assert_eq!(
            error(b"\"a\",\"b\"\r\n\"1\",\"\xff\"\n"),
            "byte 0xff at byte 14 (line 2) is not UTF-8 text: t.csv"
        );
        assert_eq!(
            error(b"a,b\n1,\xe2\x82"),
            "byte 0xe2 at byte 6 (line 2) is not UTF-8 text: t.csv"
        );
        assert_eq!(error(b"a,b\n1,\0\n"), "zero byte at byte 6 (line 2), expected text: t.csv");
    }

    #[test]
    fn one_record_takes_a_bounded_memory() {
        let mut text = b"a\n\"".to_vec();
        text.resize(MAX_RECORD_BYTES + CHUNK, b'x');
        assert!(error(&text).contains("the row that begins in line 2 is longer than"));
        assert!(error(&[b','; 200]).contains("line 1 has more than 100 columns"));
    }

    proptest! {
        #[test]
        fn fields_are_those_of_the_csv_crate(text in "([a-c \",\r\n]|\"\"){0,60}") {
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .from_reader(text.as_bytes());
            let expected: Vec<Vec<String>> = reader
                .records()
                .map(|row| row.unwrap().iter().map(|field| field.trim().to_owned()).collect())
                .collect();
            match read(text.as_bytes()) {
                Ok(rows) => {
                    let found: Vec<Vec<String>> = rows.into_iter().map(|row| row.1).collect();
                    prop_assert_eq!(found, expected);
                }
                Err(error) => {
                    let unclosed = matches!(error, TableError::UnclosedQuote { .. });
                    prop_assert!(unclosed, "{}", error);
                }
            }
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = read(&bytes);
        }
    }
}
