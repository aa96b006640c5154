//! Every change that a download makes on the disk.
//!
//! A file gets its name when it is whole and what was published: it is written under another name, made durable, renamed, and the
//! folder is made durable. Whoever changes a folder holds its [`Lock`], so two processes never write the same file.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Seek, SeekFrom, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::digest::{Hasher, hash_up_to};
use crate::{DownloadError, Event, Sink};

/// How often a lock that another process holds is tried.
const LOCK_POLL: Duration = Duration::from_millis(50);

fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> DownloadError {
    move |source| DownloadError::Io { doing, path: path.to_owned(), source }
}

/// Makes a folder and those above it.
#[cfg(feature = "network")]
pub(crate) fn create_folder(folder: &Path) -> Result<(), DownloadError> {
    std::fs::create_dir_all(folder).map_err(io("create the folder", folder))
}

/// Opens a regular file, or gives `None` where there is nothing. A pipe would keep its reader waiting for ever.
pub(crate) fn open_regular(path: &Path) -> Result<Option<File>, DownloadError> {
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => {}
        Ok(_) => return Err(DownloadError::NotAFile { path: path.to_owned() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io("read", path)(error)),
    }
    File::open(path).map(Some).map_err(io("read", path))
}

/// Removes a file, if it is there.
pub(crate) fn remove(path: &Path) -> Result<(), DownloadError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io("remove", path)(error)),
        _ => Ok(()),
    }
}

/// The right to change a folder. It goes with the process that has it, however that ends.
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of `folder`; while another process has it, it is waited for.
    pub(crate) fn take(folder: &Path, sink: &mut Sink<'_>) -> Result<Option<Self>, DownloadError> {
        let path = folder.join(".lock");
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(io("open", &path))?;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Some(Self { _file: file })),
                Err(TryLockError::Error(error)) => return Err(io("lock", &path)(error)),
                Err(TryLockError::WouldBlock) => {}
            }
            if let ControlFlow::Break(()) = sink(&Event::Waiting) {
                return Ok(None);
            }
            std::thread::sleep(LOCK_POLL);
        }
    }
}

/// A file that is not whole yet, the hash of what is there, and how much that is.
pub(crate) struct Part {
    file: File,
    path: PathBuf,
    hasher: Hasher,
    length: u64,
}

impl Part {
    /// Opens what an earlier attempt left at `path`, or begins anew; more than `limit` bytes are not of the wanted file.
    pub(crate) fn open(path: PathBuf, limit: u64) -> Result<Self, DownloadError> {
        if std::fs::symlink_metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(DownloadError::NotAFile { path });
        }
        let mut options = OpenOptions::new();
        let file = options.create(true).truncate(false).read(true).write(true).open(&path);
        let file = file.map_err(io("open", &path))?;
        let (hasher, length) =
            hash_up_to(&file, limit.saturating_add(1)).map_err(io("read", &path))?;
        let mut part = Self { file, path, hasher, length };
        if part.length > limit {
            part.restart()?;
        }
        Ok(part)
    }

    /// Begins anew, whatever an earlier attempt left at `path`.
    pub(crate) fn create(path: PathBuf) -> Result<Self, DownloadError> {
        remove(&path)?;
        Self::open(path, 0)
    }

    /// Bytes that are there.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Adds bytes.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> Result<(), DownloadError> {
        self.file.write_all(bytes).map_err(io("write", &self.path))?;
        self.hasher.update(bytes);
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Forgets all bytes.
    pub(crate) fn restart(&mut self) -> Result<(), DownloadError> {
        self.file.set_len(0).map_err(io("truncate", &self.path))?;
        self.file.seek(SeekFrom::Start(0)).map_err(io("write", &self.path))?;
        self.hasher = Hasher::default();
        self.length = 0;
        Ok(())
    }

    /// The hash of the bytes that are there.
    pub(crate) fn hash(&self) -> String {
        self.hasher.clone().finish()
    }

    /// Gives the file its name; it is durable afterwards.
    pub(crate) fn finish(self, path: &Path) -> Result<(), DownloadError> {
        self.file.sync_all().map_err(io("write", &self.path))?;
        // Some systems rename no file that is open.
        drop(self.file);
        std::fs::rename(&self.path, path).map_err(io("create", path))?;
        sync_folder(path)
    }

    /// Removes the file.
    pub(crate) fn discard(self) -> Result<(), DownloadError> {
        drop(self.file);
        remove(&self.path)
    }
}

/// Makes the names in the folder of `path` durable.
#[cfg(unix)]
fn sync_folder(path: &Path) -> Result<(), DownloadError> {
    let folder = path.parent().expect("a file of the cache is inside its folder");
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(io("write", folder))
}

/// A folder cannot be opened as a file here; its names are durable by themselves.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it is fallible elsewhere")]
fn sync_folder(_path: &Path) -> Result<(), DownloadError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_goes_on_where_it_ended() {
        let folder = tempfile::tempdir().unwrap();
        let [part, whole] = ["a.part", "a"].map(|name| folder.path().join(name));
        let mut first = Part::open(part.clone(), 6).unwrap();
        first.append(b"abc").unwrap();
        drop(first);
        let mut second = Part::open(part.clone(), 6).unwrap();
        assert_eq!(second.length(), 3);
        second.append(b"def").unwrap();
        let mut hasher = Hasher::default();
        hasher.update(b"abcdef");
        assert_eq!(second.hash(), hasher.finish());
        second.finish(&whole).unwrap();
        assert_eq!(std::fs::read(whole).unwrap(), b"abcdef");
        assert!(!part.exists());
    }

    #[test]
    fn a_part_longer_than_the_file_begins_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.part");
        std::fs::write(&path, b"abcdef").unwrap();
        assert_eq!(Part::open(path.clone(), 5).unwrap().length(), 0);
        assert_eq!(std::fs::read(&path).unwrap(), b"");
    }

    #[test]
    fn a_lock_that_is_held_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let held = Lock::take(folder.path(), &mut |_| ControlFlow::Continue(())).unwrap();
        let mut held = Some(held.unwrap());
        let mut waited = 0;
        let taken = Lock::take(folder.path(), &mut |event| {
            assert!(matches!(event, Event::Waiting));
            waited += 1;
            held = None;
            ControlFlow::Continue(())
        });
        assert!(taken.unwrap().is_some());
        assert_eq!(waited, 1);
    }
}
