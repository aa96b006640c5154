//! What can go wrong with a run directory.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::{FormFault, UnknownVersion};

/// Why a run could not be made, opened or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The folder that holds all runs, or a run in it, cannot be made.
    #[error("cannot create a run in {}: {source}", path.display())]
    Create {
        /// The folder.
        path: PathBuf,
        /// The reason.
        source: std::io::Error,
    },
    /// The person who watches the run wants it ended at once.
    #[error("killed from the dashboard; the run keeps what it had written")]
    Killed,
    /// A run of that name is there already, and runs are never overwritten.
    #[error("there is a run called \"{name}\" already: {}", path.display())]
    Exists {
        /// The name asked for.
        name: String,
        /// The run that has it.
        path: PathBuf,
    },
    /// Something of that name is there already, but no run.
    #[error("the name \"{name}\" is taken by something that is no run: {}", path.display())]
    Leftover {
        /// The name asked for.
        name: String,
        /// What has it.
        path: PathBuf,
    },
    /// A name that would leave the folder of runs.
    #[error("\"{name}\" cannot be the name of a run: {why}")]
    Name {
        /// The name asked for.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// No run of that name.
    #[error("there is no run called \"{name}\" in {}", folder.display())]
    NotFound {
        /// The name or folder asked for.
        name: String,
        /// Where runs are.
        folder: PathBuf,
        /// The nearest names there are.
        nearest: Vec<String>,
    },
    /// No run at all that would do.
    #[error("there is no {what} run in {}", folder.display())]
    NoRun {
        /// `finished` or `unfinished`.
        what: &'static str,
        /// Where runs are.
        folder: PathBuf,
    },
    /// A file of the run is missing.
    #[error("the run has no {file}: {}", run.display())]
    FileMissing {
        /// The file.
        file: &'static str,
        /// The run's folder.
        run: PathBuf,
    },
    /// A file of the run holds something else than it should.
    #[error("{what}: {}", path.display())]
    Malformed {
        /// What is wrong and where.
        what: String,
        /// The file.
        path: PathBuf,
    },
    /// A file of the run is of a version that this program does not know.
    #[error("{version}: {}", path.display())]
    Version {
        /// The version, and those that are known.
        version: UnknownVersion,
        /// The file.
        path: PathBuf,
    },
    /// Another process is training this run.
    #[error("the run is locked by {}: {}", by(holder.as_deref()), path.display())]
    Locked {
        /// The number of the process that holds it, where it has said so.
        holder: Option<String>,
        /// The run's folder.
        path: PathBuf,
    },
    /// The disk is full.
    #[error("cannot write {} ({needed} bytes): {source}", path.display())]
    NoRoom {
        /// The file.
        path: PathBuf,
        /// Bytes that were to be written.
        needed: u64,
        /// The reason.
        source: std::io::Error,
    },
    /// A log lost what its checkpoint says it held.
    #[error("the log holds {got} bytes, its checkpoint expects {expected}: {}", path.display())]
    LogTooShort {
        /// The log.
        path: PathBuf,
        /// Bytes there are.
        got: u64,
        /// Bytes at the time of the checkpoint.
        expected: u64,
    },
    /// The operating system refused.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried: `write`, `read`, `rename`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The reason.
        source: std::io::Error,
    },
}

fn by(holder: Option<&str>) -> String {
    holder.map_or_else(|| "another process".to_owned(), |number| format!("process {number}"))
}

impl RunError {
    /// The error of an action on a file or folder.
    pub(crate) fn io<'a>(
        action: &'static str,
        path: &'a Path,
    ) -> impl Fn(std::io::Error) -> Self + 'a {
        move |source| Self::Io { action, path: path.to_owned(), source }
    }

    /// The error of writing so many bytes.
    pub(crate) fn writing(path: &Path, needed: u64, source: std::io::Error) -> Self {
        use ErrorKind::{QuotaExceeded, StorageFull};
        let path = path.to_owned();
        match source.kind() {
            StorageFull | QuotaExceeded => Self::NoRoom { path, needed, source },
            _ => Self::Io { action: "write", path, source },
        }
    }
}

impl FormFault {
    /// The same as the error of a file.
    pub fn at(self, path: &Path) -> RunError {
        match self {
            Self::Version(version) => RunError::Version { version, path: path.to_owned() },
            Self::Malformed(what) => RunError::Malformed { what, path: path.to_owned() },
        }
    }
}
