//! The runs of a folder, and how one is found by name.

use std::path::Path;
use std::time::SystemTime;

use serde::Serialize;

use crate::{Manifest, RunDirectory, RunError, Summary};

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// A process is training it now.
    Running,
    /// It ended as its recipe says.
    Finished,
    /// It was stopped or killed before.
    Unfinished,
    /// Its manifest or summary cannot be read.
    Unreadable,
}

/// One run in a list.
#[derive(Debug)]
pub struct RunEntry {
    /// The run's name.
    pub name: String,
    /// Its folder.
    pub directory: RunDirectory,
    /// How far it is.
    pub state: RunState,
    /// What it began with, where that can be read.
    pub manifest: Option<Manifest>,
    /// How it ended, where it has.
    pub summary: Option<Summary>,
    modified: SystemTime,
}

/// All runs in a folder, oldest first. A folder that is not there has none.
pub fn list_runs(artifacts: &Path) -> Result<Vec<RunEntry>, RunError> {
    let io = |source| RunError::Io { action: "read", path: artifacts.to_owned(), source };
    let entries = match std::fs::read_dir(artifacts) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        result => result.map_err(io)?,
    };
    let mut runs = Vec::new();
    for entry in entries {
        if let Ok(directory) = RunDirectory::open(&entry.map_err(io)?.path()) {
            runs.push(RunEntry::read(directory));
        }
    }
    runs.sort_by(|a, b| (a.modified, &a.name).cmp(&(b.modified, &b.name)));
    Ok(runs)
}

impl RunEntry {
    fn read(directory: RunDirectory) -> Self {
        let manifest = directory.manifest().ok();
        let summary = directory.summary();
        let state = match (&manifest, &summary) {
            (Some(_), Ok(Some(_))) => RunState::Finished,
            (Some(_), Ok(None)) if directory.is_locked() => RunState::Running,
            // It may have finished since the summary was looked for.
            (Some(_), Ok(None)) if directory.summary().is_ok_and(|now| now.is_some()) => {
                return Self::read(directory);
            }
            (Some(_), Ok(None)) => RunState::Unfinished,
            _ => RunState::Unreadable,
        };
        // The manifest is written once, when the run begins.
        let modified = std::fs::metadata(directory.manifest_path())
            .and_then(|metadata| metadata.modified())
            .unwrap_or(SystemTime::UNIX_EPOCH);
        let name = directory.name();
        Self { name, directory, state, manifest, summary: summary.ok().flatten(), modified }
    }
}

impl RunDirectory {
    /// The run that a person means: a name in `artifacts`, or a folder; without either, the newest finished one.
    pub fn find(artifacts: &Path, wanted: Option<&str>) -> Result<Self, RunError> {
        let Some(wanted) = wanted else {
            let finished = |run: &RunEntry| run.state == RunState::Finished;
            let newest = list_runs(artifacts)?.into_iter().rev().find(finished);
            let none = RunError::NoRun { what: "finished", folder: artifacts.to_owned() };
            return newest.map(|run| run.directory).ok_or(none);
        };
        Self::find_named(artifacts, wanted)
    }

    /// The run that a person wants to train further: a name in `artifacts`, or a folder; without either, the newest unfinished
    /// one, of those that no process trains if there is one.
    pub fn find_unfinished(artifacts: &Path, wanted: Option<&str>) -> Result<Self, RunError> {
        if let Some(wanted) = wanted {
            return Self::find_named(artifacts, wanted);
        }
        let mut runs = list_runs(artifacts)?;
        let newest = [RunState::Unfinished, RunState::Running]
            .into_iter()
            .find_map(|state| runs.iter().rposition(|run| run.state == state));
        let none = RunError::NoRun { what: "unfinished", folder: artifacts.to_owned() };
        newest.map(|place| runs.swap_remove(place).directory).ok_or(none)
    }

    /// The run that a person wants to watch: a name in `artifacts`, or a folder; without either, the newest one that a process
    /// trains, or else the newest.
    pub fn find_to_watch(artifacts: &Path, wanted: Option<&str>) -> Result<Self, RunError> {
        if let Some(wanted) = wanted {
            return Self::find_named(artifacts, wanted);
        }
        let mut runs = list_runs(artifacts)?;
        let running = runs.iter().rposition(|run| run.state == RunState::Running);
        let place = running.or_else(|| runs.len().checked_sub(1));
        let none = RunError::NoRun { what: "readable", folder: artifacts.to_owned() };
        place.map(|place| runs.swap_remove(place).directory).ok_or(none)
    }

    fn find_named(artifacts: &Path, wanted: &str) -> Result<Self, RunError> {
        for path in [artifacts.join(wanted), wanted.into()] {
            if path.is_dir() {
                return Self::open(&path);
            }
        }
        let names = list_runs(artifacts)?.into_iter().map(|run| run.name);
        let nearest = names.filter(|name| name.contains(wanted) || wanted.contains(&**name));
        Err(RunError::NotFound {
            name: wanted.to_owned(),
            folder: artifacts.to_owned(),
            nearest: nearest.take(3).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_folder_has_no_runs() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("artifacts");
        assert!(list_runs(&missing).unwrap().is_empty());
        let error = RunDirectory::find(&missing, None).unwrap_err();
        assert!(error.to_string().starts_with("there is no finished run in"), "{error}");
        let error = RunDirectory::find(&missing, Some("course-001")).unwrap_err();
        assert!(error.to_string().starts_with("there is no run called \"course-001\""), "{error}");
    }
}
