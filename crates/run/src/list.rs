//! The runs of a folder, and how one is found by name.

use std::cmp::Ordering;
use std::path::Path;
use std::time::SystemTime;

use serde::Serialize;

use crate::{Manifest, RunDirectory, RunError, Summary};

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
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
#[non_exhaustive]
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
    /// Why it cannot be read, where it cannot.
    pub fault: Option<RunError>,
}

/// All runs in a folder, oldest first by what their manifests say; those that cannot be read come last. A folder that is not there
/// has none.
pub fn list_runs(artifacts: &Path) -> Result<Vec<RunEntry>, RunError> {
    let io = |source| RunError::Io { action: "read", path: artifacts.to_owned(), source };
    let entries = match std::fs::read_dir(artifacts) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        result => result.map_err(io)?,
    };
    let mut runs = Vec::new();
    for entry in entries {
        // What has no manifest is no run.
        if let Ok(directory) = RunDirectory::open(&entry.map_err(io)?.path()) {
            runs.push(RunEntry::read(directory));
        }
    }
    runs.sort_by(RunEntry::by_age);
    Ok(runs)
}

impl RunEntry {
    fn read(directory: RunDirectory) -> Self {
        let (manifest, summary) = (directory.manifest(), directory.summary());
        let state = match (&manifest, &summary) {
            (Ok(_), Ok(Some(_))) => RunState::Finished,
            (Ok(_), Ok(None)) if directory.is_locked() => RunState::Running,
            // It may have finished since the summary was looked for.
            (Ok(_), Ok(None)) if directory.summary().is_ok_and(|now| now.is_some()) => {
                return Self::read(directory);
            }
            (Ok(_), Ok(None)) => RunState::Unfinished,
            _ => RunState::Unreadable,
        };
        let name = directory.name();
        let (manifest, no_manifest) = apart(manifest);
        let (summary, no_summary) = apart(summary);
        let fault = no_manifest.or(no_summary);
        Self { name, directory, state, manifest, summary: summary.flatten(), fault }
    }

    /// The oldest first; of two that began at the same time, the one whose name is lower, read with its numbers. A manifest that
    /// does not say when the run began counts as the oldest; a run that cannot be read comes after all others.
    fn by_age(&self, other: &Self) -> Ordering {
        let age = |run: &Self| (run.state == RunState::Unreadable, run.started());
        age(self).cmp(&age(other)).then_with(|| in_words(&self.name).cmp(in_words(&other.name)))
    }

    fn started(&self) -> Option<SystemTime> {
        humantime::parse_rfc3339(&self.manifest.as_ref()?.started).ok()
    }
}

fn apart<T, E>(result: Result<T, E>) -> (Option<T>, Option<E>) {
    match result {
        Ok(value) => (Some(value), None),
        Err(error) => (None, Some(error)),
    }
}

/// A name as a person orders it: `a-9` before `a-10`. Each number is compared by its length before its digits.
fn in_words(name: &str) -> impl Iterator<Item = (usize, &str)> {
    let digit = |c: char| c.is_ascii_digit();
    let mut rest = name;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = rest.find(|c| digit(c) != digit(first)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        let number = word.trim_start_matches('0');
        Some(if digit(first) { (number.len(), number) } else { (0, word) })
    })
}

/// The newest of those runs that `is_wanted`; where there is none, a run of a newer program is said before that there is none.
fn newest(
    runs: Vec<RunEntry>,
    artifacts: &Path,
    what: &'static str,
    is_wanted: impl Fn(&RunEntry) -> bool,
) -> Result<RunDirectory, RunError> {
    let mut refused = None;
    for run in runs.into_iter().rev() {
        if is_wanted(&run) {
            return Ok(run.directory);
        }
        if let Some(fault @ RunError::Version { .. }) = run.fault {
            refused.get_or_insert(fault);
        }
    }
    Err(refused.unwrap_or_else(|| RunError::NoRun { what, folder: artifacts.to_owned() }))
}

impl RunDirectory {
    /// The run that a person means: a name in `artifacts`, or a folder; without either, the newest finished one.
    pub fn find(artifacts: &Path, wanted: Option<&str>) -> Result<Self, RunError> {
        let Some(wanted) = wanted else {
            let runs = list_runs(artifacts)?;
            return newest(runs, artifacts, "finished", |run| run.state == RunState::Finished);
        };
        Self::find_named(artifacts, wanted)
    }

    /// The run that a person wants to train further: a name in `artifacts`, or a folder; without either, the newest unfinished
    /// one, of those that no process trains if there is one.
    pub fn find_unfinished(artifacts: &Path, wanted: Option<&str>) -> Result<Self, RunError> {
        if let Some(wanted) = wanted {
            return Self::find_named(artifacts, wanted);
        }
        let runs = list_runs(artifacts)?;
        let is_left = runs.iter().any(|run| run.state == RunState::Unfinished);
        let wanted = if is_left { RunState::Unfinished } else { RunState::Running };
        newest(runs, artifacts, "unfinished", |run| run.state == wanted)
    }

    /// The run that a person wants to watch: a name in `artifacts`, or a folder; without either, the newest one that a process
    /// trains, or else the newest that can be read.
    pub fn find_to_watch(artifacts: &Path, wanted: Option<&str>) -> Result<Self, RunError> {
        if let Some(wanted) = wanted {
            return Self::find_named(artifacts, wanted);
        }
        let runs = list_runs(artifacts)?;
        let is_trained = runs.iter().any(|run| run.state == RunState::Running);
        newest(runs, artifacts, "readable", |run| match run.state {
            RunState::Running => true,
            RunState::Unreadable => false,
            RunState::Finished | RunState::Unfinished => !is_trained,
        })
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

    /// A run that says when it began, and whether it is finished.
    fn run(artifacts: &Path, name: &str, started: &str, is_finished: bool) {
        let folder = artifacts.join(name);
        std::fs::create_dir(&folder).unwrap();
        let manifest = serde_json::json!({
            "schema": 2, "run": name, "recipe": "course", "settings": {}, "settings_hash": "",
            "data_fingerprint": "", "seed": 1, "initial_weights": "", "version": "1", "device": "flex",
            "threads": 1, "isa": "", "command": [], "started": started,
        });
        std::fs::write(folder.join("manifest.json"), manifest.to_string()).unwrap();
        let summary = serde_json::json!({
            "schema": 1, "run": name, "path": "", "device": "flex", "epochs": 1, "steps": 1,
            "stopped": "completed", "best_epoch": null, "train": null, "validation": null, "test": null,
            "seconds": { "total": 1.0, "loading": 0.0, "training": 1.0, "evaluation": 0.0 },
            "images_per_second": 1.0, "weights_digest": "", "interrupted": false,
        });
        if is_finished {
            std::fs::write(folder.join("summary.json"), summary.to_string()).unwrap();
        }
    }

    fn names(artifacts: &Path) -> Vec<String> {
        list_runs(artifacts).unwrap().into_iter().map(|run| run.name).collect()
    }

    #[test]
    fn the_newest_run_is_the_one_that_says_so_whatever_its_files_say() {
        let folder = tempfile::tempdir().unwrap();
        let artifacts = folder.path();
        // Written in another order than they began, as a copy of an archive is.
        run(artifacts, "b", "2026-11-24T00:00:02Z", true);
        run(artifacts, "c", "2026-11-24T00:00:03Z", false);
        run(artifacts, "a-10", "2026-11-24T00:00:01Z", true);
        run(artifacts, "a-9", "2026-11-24T00:00:01Z", true);
        run(artifacts, "between", "2026-11-24T00:00:02.5Z", true);
        run(artifacts, "unsaid", "yesterday", true);
        std::fs::create_dir(artifacts.join("0")).unwrap();
        std::fs::write(artifacts.join("0/manifest.json"), "{}").unwrap();
        assert_eq!(names(artifacts), ["unsaid", "a-9", "a-10", "b", "between", "c", "0"]);
        let found = |run: Result<RunDirectory, RunError>| run.unwrap().name();
        assert_eq!(found(RunDirectory::find(artifacts, None)), "between");
        assert_eq!(found(RunDirectory::find_unfinished(artifacts, None)), "c");
        assert_eq!(found(RunDirectory::find_to_watch(artifacts, None)), "c");
    }

    #[test]
    fn a_folder_with_runs_of_a_newer_program_alone_says_so() {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path(), "a", "2026-11-24T00:00:02Z", true);
        let manifest = folder.path().join("a/manifest.json");
        let text = std::fs::read_to_string(&manifest).unwrap();
        std::fs::write(&manifest, text.replace("\"schema\":2", "\"schema\":3")).unwrap();
        assert_eq!(list_runs(folder.path()).unwrap()[0].state, RunState::Unreadable);
        for error in [
            RunDirectory::find(folder.path(), None).unwrap_err(),
            RunDirectory::find_unfinished(folder.path(), None).unwrap_err(),
            RunDirectory::find_to_watch(folder.path(), None).unwrap_err(),
        ] {
            let said = error.to_string();
            assert!(said.starts_with("format version 3 is newer than 2"), "{said}");
            assert!(matches!(error, RunError::Version { .. }), "{error}");
        }
        run(folder.path(), "b", "2026-11-24T00:00:01Z", true);
        assert_eq!(RunDirectory::find(folder.path(), None).unwrap().name(), "b");
    }

    #[test]
    fn a_name_that_leads_elsewhere_is_not_read_from_a_manifest() {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path(), "a", "2026-11-24T00:00:02Z", true);
        let manifest = folder.path().join("a/manifest.json");
        let text = std::fs::read_to_string(&manifest).unwrap();
        let name = r#""run":"/../../../victim.txt""#;
        std::fs::write(&manifest, text.replace(r#""run":"a""#, name)).unwrap();
        let error = RunDirectory::find(folder.path(), Some("a")).unwrap().manifest().unwrap_err();
        assert!(
            error.to_string().starts_with(
                "run: \"/../../../victim.txt\" cannot be the name of a run: it holds a slash"
            ),
            "{error}"
        );
    }

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
