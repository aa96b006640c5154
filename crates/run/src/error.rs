//! What can go wrong with a run directory.

use std::path::PathBuf;

/// Why a run could not be made, opened or read.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The folder that holds all runs, or a run in it, cannot be made.
    #[error("cannot create a run in {}: {source}", path.display())]
    Create {
        /// The folder.
        path: PathBuf,
        /// The reason.
        source: std::io::Error,
    },
    /// A run of that name is there already, and runs are never overwritten.
    #[error("there is a run called \"{name}\" already: {}", path.display())]
    Exists {
        /// The name asked for.
        name: String,
        /// The run that has it.
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
        /// `finished` or `readable`.
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
    /// Another process is training this run.
    #[error("the run is locked by process {holder}: {}", path.display())]
    Locked {
        /// The process that holds it, as far as it said.
        holder: String,
        /// The run's folder.
        path: PathBuf,
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

impl RunError {
    /// A way out, where there is one.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Create { .. } => {
                "choose another folder with --artifacts, or make this one writable".to_owned()
            }
            Self::Exists { .. } => {
                "leave --name out for a new number, or choose another".to_owned()
            }
            Self::NotFound { nearest, .. } if !nearest.is_empty() => {
                format!("nearest: {}; `burnwright runs` lists all", nearest.join(", "))
            }
            Self::NotFound { .. } => "`burnwright runs` lists the runs".to_owned(),
            Self::NoRun { .. } => "`burnwright train` makes one".to_owned(),
            Self::FileMissing { file: "model.json" | "model.safetensors", .. } => {
                "the run was stopped before it had a model; train again".to_owned()
            }
            Self::Locked { .. } => "wait until it ends, or stop it".to_owned(),
            Self::Io { source, .. } if source.kind() == std::io::ErrorKind::StorageFull => {
                "make room on the disk, or choose another folder with --artifacts".to_owned()
            }
            _ => return None,
        })
    }
}
