//! Every change that a run makes on a disk, one function each.
//!
//! Before each change a [`Watcher`] is asked, where one was set. It exists for tests of reliability, which kill the process, refuse a
//! change or write it down; a program has none, and the question costs one comparison.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Error, ErrorKind, Read, Result, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// What is about to be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change<'a> {
    /// A folder is made.
    CreateFolder(&'a Path),
    /// A file is opened for writing, and made where it is not there.
    Open(&'a Path),
    /// Bytes are added to the end of a file.
    Append(&'a Path, &'a [u8]),
    /// A file is cut.
    Truncate(&'a Path, u64),
    /// What was written to a file becomes durable.
    Sync(&'a Path),
    /// The names in a folder become durable.
    SyncFolder(&'a Path),
    /// A file gets another name, whoever had it.
    Rename(&'a Path, &'a Path),
    /// A file goes.
    Remove(&'a Path),
    /// A folder goes, with all that is in it.
    RemoveFolder(&'a Path),
}

/// What becomes of a change.
#[derive(Debug)]
pub enum Answer {
    /// It is made.
    Go,
    /// It fails.
    Refuse(std::io::Error),
    /// Of bytes to be added, only so many are, as the operating system may do at any time.
    Only(usize),
}

/// Somebody who is asked before each change.
pub trait Watcher: Send + Sync {
    /// Decides about a change.
    fn before(&self, change: Change<'_>) -> Answer;
}

static WATCHER: OnceLock<Box<dyn Watcher>> = OnceLock::new();

/// From now on, `watcher` is asked before each change of this process. Only the first stays.
pub fn set_watcher(watcher: Box<dyn Watcher>) {
    let _ = WATCHER.set(watcher);
}

fn ask(change: Change<'_>) -> Result<Option<usize>> {
    match WATCHER.get().map_or(Answer::Go, |watcher| watcher.before(change)) {
        Answer::Go => Ok(None),
        Answer::Refuse(error) => Err(error),
        Answer::Only(length) => Ok(Some(length)),
    }
}

/// Opens a regular file for reading. A pipe would keep its reader waiting for ever, and a device may never end.
pub(crate) fn open_regular(path: &Path) -> Result<File> {
    // Before it is opened: that already waits for a pipe's writer.
    if std::fs::metadata(path)?.is_file() { File::open(path) } else { Err(not_regular()) }
}

/// The content of a regular file.
pub(crate) fn read_regular(path: &Path) -> Result<Vec<u8>> {
    let mut file = open_regular(path)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn not_regular() -> Error {
    Error::new(ErrorKind::InvalidInput, "not a regular file")
}

/// A file that is only added to, by its path.
#[derive(Debug)]
pub(crate) struct Appending {
    file: File,
    path: PathBuf,
}

impl Appending {
    /// Opens a file for adding to it, and makes it where it is not there. A link, which may lead to anywhere, is refused, and so is
    /// a pipe, which may have no other end.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        ask(Change::Open(path))?;
        if std::fs::symlink_metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(not_regular());
        }
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self { file, path: path.to_owned() })
    }

    /// Makes a file of a new name in `folder`, for what is not whole yet. Files that are there already stay as they are: a process
    /// that was killed and had the number of this one may have left some.
    pub(crate) fn create_unfinished(folder: &Path) -> Result<Self> {
        const TRIES: usize = 1000;
        for _ in 0..TRIES {
            let path = unfinished_name(folder);
            ask(Change::Open(&path))?;
            match OpenOptions::new().create_new(true).append(true).open(&path) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                opened => return Ok(Self { file: opened?, path }),
            }
        }
        Err(Error::new(ErrorKind::AlreadyExists, format!("{TRIES} unfinished files are there")))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Closes the file; its path stays.
    pub(crate) fn into_path(self) -> PathBuf {
        self.path
    }

    pub(crate) fn length(&self) -> Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    pub(crate) fn append(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            let most = ask(Change::Append(&self.path, bytes))?.unwrap_or(bytes.len());
            match self.file.write(&bytes[..most.clamp(1, bytes.len())]) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(written) => bytes = &bytes[written..],
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    pub(crate) fn truncate(&mut self, length: u64) -> Result<()> {
        ask(Change::Truncate(&self.path, length))?;
        self.file.set_len(length)
    }

    pub(crate) fn sync(&self) -> Result<()> {
        ask(Change::Sync(&self.path))?;
        self.file.sync_data()
    }

    /// Takes the operating system's lock on the file, which dies with its holder.
    pub(crate) fn try_lock(&self) -> std::result::Result<(), TryLockError> {
        self.file.try_lock()
    }

    /// The same, after waiting for whoever has it.
    pub(crate) fn lock(&self) -> Result<()> {
        self.file.lock()
    }

    /// Another handle on the same file.
    pub(crate) fn second_handle(&self) -> Result<Self> {
        Ok(Self { file: self.file.try_clone()?, path: self.path.clone() })
    }
}

/// The folder in which a file is.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        // A name alone is in the working directory.
        Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
        Some(folder) => folder,
        // The root is in itself.
        None => path,
    }
}

/// Makes a folder, which must not be there; its parent must.
pub(crate) fn create_folder(path: &Path) -> Result<()> {
    ask(Change::CreateFolder(path))?;
    std::fs::create_dir(path)
}

/// Makes a folder and those above it, where they are not there.
pub fn create_folders(path: &Path) -> Result<()> {
    if path.as_os_str().is_empty() || path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        create_folders(parent)?;
    }
    match create_folder(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        result => result.and_then(|()| sync_folder(folder_of(path))),
    }
}

pub(crate) fn rename(from: &Path, to: &Path) -> Result<()> {
    ask(Change::Rename(from, to))?;
    std::fs::rename(from, to)
}

pub(crate) fn remove(path: &Path) -> Result<()> {
    ask(Change::Remove(path))?;
    std::fs::remove_file(path)
}

pub(crate) fn remove_folder(path: &Path) -> Result<()> {
    ask(Change::RemoveFolder(path))?;
    std::fs::remove_dir_all(path)
}

/// Makes a rename or a new file in `folder` durable.
#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> Result<()> {
    ask(Change::SyncFolder(folder))?;
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
pub(crate) fn sync_folder(folder: &Path) -> Result<()> {
    ask(Change::SyncFolder(folder)).map(|_| ())
}

/// The beginning of the name of a file that is not whole yet.
const UNFINISHED: &str = ".new-";

/// A new name in `folder` for a file that is not whole yet.
fn unfinished_name(folder: &Path) -> PathBuf {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    folder.join(format!("{UNFINISHED}{}-{number}", std::process::id()))
}

/// Removes what writers that were killed have left in `folder`. Only its owner may do so.
pub(crate) fn sweep(folder: &Path) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            remove(&entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Files of the names that this process takes next.
    fn left_by_another(folder: &Path, count: u64) -> Vec<PathBuf> {
        let first = unfinished_name(folder).to_string_lossy().into_owned();
        let (head, number) = first.rsplit_once('-').unwrap();
        let number: u64 = number.parse().unwrap();
        let paths = (number + 1..=number + count).map(|next| format!("{head}-{next}").into());
        let paths: Vec<PathBuf> = paths.collect();
        for path in &paths {
            std::fs::write(path, b"another's").unwrap();
        }
        paths
    }

    #[test]
    fn what_another_process_left_is_neither_used_nor_removed() {
        let folder = tempfile::tempdir().unwrap();
        let left = left_by_another(folder.path(), 40);
        let path = folder.path().join("file");
        crate::write_atomically(&path, b"ours").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"ours");
        // And where no name is free, or tests beside this one took some.
        let more = left_by_another(folder.path(), 2000);
        let _ = crate::write_atomically(&path, b"again");
        for path in left.iter().chain(&more) {
            assert_eq!(std::fs::read(path).unwrap(), b"another's", "{}", path.display());
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_a_run_is_not_followed_for_writing() {
        let folder = tempfile::tempdir().unwrap();
        let victim = folder.path().join("victim");
        std::fs::write(&victim, b"precious").unwrap();
        let link = folder.path().join("metrics.csv");
        std::os::unix::fs::symlink(&victim, &link).unwrap();
        let error = crate::Growing::open(&link, b"event").unwrap_err().to_string();
        assert!(error.contains("not a regular file"), "{error}");
        assert_eq!(std::fs::read(&victim).unwrap(), b"precious");
    }

    #[test]
    fn a_file_is_in_its_folder() {
        for (path, folder) in [("a/b", "a"), ("b", "."), ("/b", "/"), ("/", "/")] {
            assert_eq!(folder_of(Path::new(path)), Path::new(folder), "{path}");
        }
    }
}
