//! A file, plain or compressed, becomes bytes one piece after another; never more of them than allowed.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use crate::TableError;

/// How a compressed file begins.
const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// The largest window a zstd frame may ask for: 2^27 bytes, what `zstd` itself decompresses without being asked for more.
const ZSTD_WINDOW_LOG: u32 = 27;

/// How files begin that are often taken for tables.
const OTHERS: [(&[u8], &str); 6] = [
    (b"PK\x03\x04", "a zip archive or a spreadsheet"),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet (xls)"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
];

/// Where a table's bytes come from: it can be opened again.
#[derive(Clone, Copy)]
pub(crate) enum Origin<'a> {
    /// A file.
    File(&'a Path),
    /// Bytes in memory, under a name for errors.
    Bytes(&'a [u8], &'a Path),
}

/// A table's bytes, decompressed.
pub(crate) struct Opened<'a> {
    reader: Box<dyn Read + 'a>,
    pub(crate) path: PathBuf,
    compressed: bool,
    left: u64,
    limit: u64,
}

impl<'a> Origin<'a> {
    pub(crate) fn path(&self) -> &'a Path {
        match self {
            Self::File(path) | Self::Bytes(_, path) => path,
        }
    }

    /// Opens the table from its first byte; what is read of it ends in an error after `limit` bytes.
    pub(crate) fn open(&self, limit: u64) -> Result<Opened<'a>, TableError> {
        let path = self.path().to_owned();
        let io = |source| TableError::Io { path: path.clone(), source };
        let mut raw: Box<dyn Read + 'a> = match self {
            Self::File(file) => {
                // Before it is opened: opening a pipe waits for its writer, and a device may never end.
                if !std::fs::metadata(file).map_err(io)?.is_file() {
                    return Err(TableError::NotAFile { path });
                }
                Box::new(File::open(file).map_err(io)?)
            }
            Self::Bytes(bytes, _) => Box::new(Cursor::new(*bytes)),
        };
        let mut start = Vec::new();
        raw.by_ref().take(16).read_to_end(&mut start).map_err(io)?;
        if let Some((_, format)) = OTHERS.iter().find(|(magic, _)| start.starts_with(magic)) {
            return Err(TableError::OtherFormat { format, path });
        }
        let (gzip, zstd) = (start.starts_with(&GZIP), start.starts_with(&ZSTD));
        let whole = BufReader::with_capacity(1 << 16, Cursor::new(start).chain(raw));
        let reader: Box<dyn Read + 'a> = if gzip {
            Box::new(flate2::bufread::MultiGzDecoder::new(whole))
        } else if zstd {
            let mut decoder = zstd::Decoder::with_buffer(whole).map_err(io)?;
            decoder.window_log_max(ZSTD_WINDOW_LOG).map_err(io)?;
            Box::new(decoder)
        } else {
            Box::new(whole)
        };
        Ok(Opened { reader, path, compressed: gzip || zstd, left: limit, limit })
    }
}

impl Opened<'_> {
    /// Fills the buffer; fewer bytes mean that the table ended.
    pub(crate) fn fill(&mut self, buffer: &mut [u8]) -> Result<usize, TableError> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.reader.read(&mut buffer[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(source) if source.kind() == io::ErrorKind::Interrupted => {}
                Err(source) => {
                    let path = self.path.clone();
                    return Err(if self.compressed {
                        TableError::Compression { path, source }
                    } else {
                        TableError::Io { path, source }
                    });
                }
            }
        }
        self.left = self
            .left
            .checked_sub(filled as u64)
            .ok_or_else(|| TableError::TooLong { limit: self.limit, path: self.path.clone() })?;
        Ok(filled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn read(bytes: &[u8], limit: u64) -> Result<Vec<u8>, TableError> {
        let mut opened = Origin::Bytes(bytes, Path::new("t.csv")).open(limit)?;
        let mut buffer = vec![0; 1000];
        let filled = opened.fill(&mut buffer)?;
        buffer.truncate(filled);
        Ok(buffer)
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn compression_is_known_by_content() {
        let zstd = zstd::encode_all(&b"a,b\n"[..], 1).unwrap();
        for bytes in [b"a,b\n".to_vec(), gzip(b"a,b\n"), zstd] {
            assert_eq!(read(&bytes, 100).unwrap(), b"a,b\n");
        }
        // Two members are one file, as `cat a.gz b.gz` makes them.
        assert_eq!(read(&[gzip(b"a,b\n"), gzip(b"1,2\n")].concat(), 100).unwrap(), b"a,b\n1,2\n");
    }

    #[test]
    fn a_bomb_ends_at_the_limit() {
        let error = read(&gzip(&vec![b'1'; 1 << 20]), 500).unwrap_err();
        assert_eq!(error.to_string(), "the table is longer than 500 bytes: t.csv");
    }

    #[test]
    fn what_is_cut_short_or_something_else_is_said() {
        let whole = gzip(b"a,b\n1,2\n");
        let error = read(&whole[..whole.len() - 6], 100).unwrap_err();
        assert!(matches!(error, TableError::Compression { .. }), "{error}");
        let error = read(b"PK\x03\x04....", 100).unwrap_err();
        assert!(error.to_string().contains("a zip archive or a spreadsheet"), "{error}");
    }
}
