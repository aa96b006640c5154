//! A file, plain or compressed, becomes bytes; never more of them than its caller allows.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use crate::DataError;

/// A file of a data set, opened for reading.
pub(crate) struct OpenFile {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// Its size on disk, in bytes.
    pub(crate) file_bytes: u64,
    reader: Box<dyn Read>,
    compressed: bool,
}

impl OpenFile {
    /// Opens `folder/name`, `folder/name.gz` or `folder/name.zst`, whichever is there first.
    pub(crate) fn find(folder: &Path, name: &'static str) -> Result<Self, DataError> {
        for suffix in ["", ".gz", ".zst"] {
            let path = folder.join(format!("{name}{suffix}"));
            if path.exists() {
                return Self::open(path);
            }
        }
        Err(DataError::FileMissing { name, folder: folder.to_owned() })
    }

    /// Whether [`OpenFile::find`] finds something.
    pub(crate) fn is_there(folder: &Path, name: &str) -> bool {
        ["", ".gz", ".zst"].iter().any(|suffix| folder.join(format!("{name}{suffix}")).exists())
    }

    /// Opens one file: `.gz` and `.zst` by its name, else plain.
    pub(crate) fn at(path: &Path) -> Result<Self, DataError> {
        Self::open(path.to_owned())
    }

    fn open(path: PathBuf) -> Result<Self, DataError> {
        let io = |source| DataError::Io { path: path.clone(), source };
        // Before it is opened: opening a pipe waits for its writer, and a device may never end.
        let metadata = std::fs::metadata(&path).map_err(io)?;
        if !metadata.is_file() {
            return Err(DataError::NotAFile { path });
        }
        let file = File::open(&path).map_err(io)?;
        let file_bytes = metadata.len();
        let extension = path.extension().and_then(|extension| extension.to_str());
        let (reader, compressed): (Box<dyn Read>, bool) = match extension {
            Some("gz") => (Box::new(flate2::read::MultiGzDecoder::new(BufReader::new(file))), true),
            Some("zst") => (Box::new(zstd::Decoder::new(file).map_err(io)?), true),
            _ => (Box::new(file), false),
        };
        Ok(Self { path, file_bytes, reader, compressed })
    }

    /// Bytes that are already in memory, zstd-compressed, under a name for errors.
    #[cfg(feature = "bundled-mnist")]
    pub(crate) fn from_zstd(name: &str, bytes: &'static [u8]) -> Result<Self, DataError> {
        let path = PathBuf::from(format!("{name} (bundled)"));
        let reader = zstd::Decoder::new(bytes)
            .map_err(|source| DataError::Compression { path: path.clone(), source })?;
        Ok(Self {
            path,
            file_bytes: bytes.len() as u64,
            reader: Box::new(reader),
            compressed: true,
        })
    }

    /// Reads up to `limit` bytes; fewer mean that the file ended.
    pub(crate) fn read_up_to(&mut self, limit: u64) -> Result<Vec<u8>, DataError> {
        let mut bytes = Vec::new();
        // Reserved only where the file itself shows that so much may come; otherwise the vector grows as bytes arrive.
        let likely = if self.compressed {
            limit.min(self.file_bytes.saturating_mul(8))
        } else {
            limit.min(self.file_bytes)
        };
        // default: what no address space holds is not reserved; reading it will end in an error.
        bytes.reserve_exact(usize::try_from(likely).unwrap_or(0));
        self.reader.by_ref().take(limit).read_to_end(&mut bytes).map_err(|source| {
            let path = self.path.clone();
            if self.compressed {
                DataError::Compression { path, source }
            } else {
                DataError::Io { path, source }
            }
        })?;
        Ok(bytes)
    }
}
