//! `artifacts/<name>/`: one run, written in an order that explains itself after any crash.

mod making;

use std::fs::TryLockError;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::disk::{self, Appending};
use crate::ledger::Claim;
use crate::log::{EventLog, read_events};
use crate::steps::bytes_of;
use crate::{
    Checkpoints, Event, Form, Journal, JournalPosition, Ledger, Looks, Manifest, ModelCard,
    RunError, SplitRecord, Summary, manifest, model_card, split, summary, write_atomically,
};

const MANIFEST: &str = "manifest.json";
const RECIPE: &str = "recipe.toml";
const EVENTS: &str = "events.jsonl";
const STEPS: &str = "steps.bin";
const CHECKPOINTS: &str = "checkpoints";
const MODEL: &str = "model.safetensors";
const CARD: &str = "model.json";
const SUMMARY: &str = "summary.json";
const INITIAL: &str = "initial.safetensors";
const LOCK: &str = "lock";
const SPLIT: &str = "split.json";
const REPORT: &str = "report.html";

/// The folder of one run. Reading needs no lock; whoever made it holds the lock until it is dropped.
#[derive(Debug)]
pub struct RunDirectory {
    path: PathBuf,
    lock: Option<Appending>,
}

impl RunDirectory {
    /// Opens the run in a folder for reading.
    pub fn open(path: &Path) -> Result<Self, RunError> {
        let run = Self { path: path.to_owned(), lock: None };
        if run.path.join(MANIFEST).is_file() {
            Ok(run)
        } else {
            Err(RunError::FileMissing { file: MANIFEST, run: run.path })
        }
    }

    /// Opens the run in a folder for training it further: takes its lock, and removes what a writer that was killed has left.
    pub fn open_for_training(path: &Path) -> Result<Self, RunError> {
        let mut run = Self::open(path)?;
        run.lock()?;
        disk::sweep(&run.path).map_err(RunError::io("sweep", &run.path))?;
        run.checkpoints().sweep()?;
        Ok(run)
    }

    /// The run's folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The run's name: its folder's, also where that was given as `.` or `..`.
    pub fn name(&self) -> String {
        let of = |path: &Path| Some(path.file_name()?.to_string_lossy().into_owned());
        let whole = || of(&self.path.canonicalize().ok()?);
        // The root has no name.
        of(&self.path).or_else(whole).unwrap_or_else(|| self.path.display().to_string())
    }

    /// Records what the run begins with.
    pub fn write_manifest(&self, manifest: &Manifest, recipe: &str) -> Result<(), RunError> {
        // The manifest last: a folder with one is a run that can be taken up again.
        self.write_recipe(recipe)?;
        self.write_json(MANIFEST, manifest)
    }

    /// Records which example is in which part. Its digest is in the manifest, which is written after it.
    pub fn write_split(&self, split: &SplitRecord) -> Result<(), RunError> {
        self.write_json(SPLIT, split)
    }

    /// Which example was in which part when the run was begun; `digest` is the manifest's, which vouches for it.
    pub fn split(&self, digest: &str) -> Result<SplitRecord, RunError> {
        let path = self.path.join(SPLIT);
        let malformed =
            |what: &str| RunError::Malformed { what: what.to_owned(), path: path.clone() };
        if std::fs::metadata(&path).is_ok_and(|metadata| metadata.len() > split::MOST_BYTES) {
            return Err(malformed("it is longer than any split that is written"));
        }
        let read: SplitRecord = self.read_json(SPLIT, split::FORM)?;
        if read.digest() != digest {
            return Err(malformed("it is not the split of the manifest's split_digest"));
        }
        Ok(read)
    }

    /// Keeps the weights that the run begins from, where they were given.
    pub fn write_initial_weights(&self, weights: &[u8]) -> Result<(), RunError> {
        write_atomically(&self.path.join(INITIAL), weights)
    }

    /// The weights that the run began from, where they were given.
    pub fn initial_weights(&self) -> Result<Option<Vec<u8>>, RunError> {
        match self.read(INITIAL) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(RunError::FileMissing { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The name of the file of [`RunDirectory::initial_weights`], where it is there.
    pub fn initial_weights_file(&self) -> Option<&'static str> {
        self.path.join(INITIAL).is_file().then_some(INITIAL)
    }

    /// Records the settings by which the run goes on.
    pub fn write_recipe(&self, recipe: &str) -> Result<(), RunError> {
        write_atomically(&self.path.join(RECIPE), recipe.as_bytes())
    }

    /// What the run writes down while it trains, from a position on; what it said of later steps goes.
    pub fn journal(&self, position: JournalPosition) -> Result<Journal, RunError> {
        Journal::open(&self.path.join(EVENTS), &self.path.join(STEPS), position)
    }

    /// Whether the journal is of versions that are known and holds what a position says, without changing it.
    pub fn check_journal(&self, position: JournalPosition) -> Result<(), RunError> {
        // What a newer program wrote is not gone on with; a line that is no event is cut off, or nobody's concern here.
        if let Err(error @ RunError::Version { .. }) = read_events(&self.path.join(EVENTS)) {
            return Err(error);
        }
        let steps = bytes_of(&self.path.join(STEPS), position.steps)?;
        for (file, expected) in [(EVENTS, position.events), (STEPS, steps)] {
            let path = self.path.join(file);
            let got = std::fs::metadata(&path).map_or(0, |metadata| metadata.len());
            if got < expected {
                return Err(RunError::LogTooShort { path, got, expected });
            }
        }
        Ok(())
    }

    /// Adds an event that happened after training.
    pub fn append_event(&self, event: &Event) -> Result<(), RunError> {
        let path = self.path.join(EVENTS);
        let mut log = EventLog::open(&path)?;
        log.append(event)?;
        log.file.sync().map_err(RunError::io("write", &path))
    }

    /// Records what the run came to, for people.
    pub fn write_report(&self, html: &str) -> Result<(), RunError> {
        write_atomically(&self.report_path(), html.as_bytes())
    }

    /// Where the report is.
    pub fn report_path(&self) -> PathBuf {
        self.path.join(REPORT)
    }

    /// Where looks at the test samples are noted.
    pub fn ledger(&self) -> Ledger {
        Ledger::new(&self.path)
    }

    /// Who looked at the test samples, and what is wrong with the ledger that says so, also by what a finished run says of itself.
    pub fn looks(&self) -> Result<Looks, RunError> {
        let summary = self.summary()?;
        let claim = match &summary {
            Some(Summary { look: Some(hash), .. }) => Claim::Look(hash),
            Some(Summary { test: Some(_), .. }) => Claim::SomeLook,
            _ => Claim::Nothing,
        };
        self.ledger().read(claim)
    }

    /// The run's checkpoints.
    pub fn checkpoints(&self) -> Checkpoints {
        Checkpoints::new(self.path.join(CHECKPOINTS))
    }

    /// Records the model: first the weights, then the card that vouches for them.
    pub fn write_model(&self, weights: &[u8], card: &ModelCard) -> Result<(), RunError> {
        write_atomically(&self.path.join(MODEL), weights)?;
        self.write_json(CARD, card)
    }

    /// Records that the run finished, and how.
    pub fn write_summary(&self, summary: &Summary) -> Result<(), RunError> {
        self.write_json(SUMMARY, summary)
    }

    /// A finished run goes on: it is not finished any more.
    pub fn remove_summary(&self) -> Result<(), RunError> {
        let path = self.path.join(SUMMARY);
        if path.exists() {
            disk::remove(&path).map_err(RunError::io("remove", &path))?;
            disk::sync_folder(&self.path).map_err(RunError::io("write", &self.path))?;
        }
        Ok(())
    }

    /// What the run began with. Its name is one that a run can have, so that it may be part of a file's name.
    pub fn manifest(&self) -> Result<Manifest, RunError> {
        let manifest: Manifest = self.read_json(MANIFEST, manifest::FORM)?;
        match making::check_name(&manifest.run) {
            Ok(()) => Ok(manifest),
            Err(error) => Err(RunError::Malformed {
                what: format!("run: {error}"),
                path: self.manifest_path(),
            }),
        }
    }

    /// The recipe's text.
    pub fn recipe(&self) -> Result<String, RunError> {
        let bytes = self.read(RECIPE)?;
        String::from_utf8(bytes).map_err(|_| RunError::Malformed {
            what: "recipe is not UTF-8".to_owned(),
            path: self.path.join(RECIPE),
        })
    }

    /// What one must know to use the model.
    pub fn model_card(&self) -> Result<ModelCard, RunError> {
        self.read_json(CARD, model_card::FORM)
    }

    /// The content of `model.safetensors`, whole; whoever uses it compares its digest with the card's.
    pub fn model_bytes(&self) -> Result<Vec<u8>, RunError> {
        self.read(MODEL)
    }

    /// How the run ended; none while it has not finished.
    pub fn summary(&self) -> Result<Option<Summary>, RunError> {
        match self.read_json(SUMMARY, summary::FORM) {
            Ok(summary) => Ok(Some(summary)),
            Err(RunError::FileMissing { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Where the events are.
    pub fn events_path(&self) -> PathBuf {
        self.path.join(EVENTS)
    }

    /// Where the records of the steps are.
    pub fn steps_path(&self) -> PathBuf {
        self.path.join(STEPS)
    }

    /// Where the manifest is.
    pub fn manifest_path(&self) -> PathBuf {
        self.path.join(MANIFEST)
    }

    /// Where the recipe is.
    pub fn recipe_path(&self) -> PathBuf {
        self.path.join(RECIPE)
    }

    /// Where the weights are.
    pub fn model_path(&self) -> PathBuf {
        self.path.join(MODEL)
    }

    /// Whether a process is training this run now.
    pub fn is_locked(&self) -> bool {
        let Ok(file) = disk::open_regular(&self.path.join(LOCK)) else { return false };
        matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
    }

    /// The lock is the operating system's: it dies with its holder.
    fn lock(&mut self) -> Result<(), RunError> {
        /// Whoever only looks whether a run is locked holds it for a moment, and a new holder needs one to write its number.
        const TRIES: u32 = 10;
        const PAUSE: Duration = Duration::from_millis(20);
        let path = self.path.join(LOCK);
        let io = RunError::io("lock", &path);
        let mut file = Appending::open(&path).map_err(&io)?;
        for attempt in 1.. {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if attempt < TRIES => std::thread::sleep(PAUSE),
                Err(TryLockError::WouldBlock) => {
                    let said = disk::read_regular(&path).ok();
                    let said = said.and_then(|said| String::from_utf8(said).ok());
                    let holder = said.map(|said| said.trim().to_owned());
                    // A holder has the lock a moment before it has written its number.
                    let holder = holder.filter(|holder| !holder.is_empty());
                    return Err(RunError::Locked { holder, path: self.path.clone() });
                }
                Err(TryLockError::Error(source)) => return Err(io(source)),
            }
        }
        file.truncate(0).map_err(&io)?;
        file.append(format!("{}\n", std::process::id()).as_bytes()).map_err(&io)?;
        self.lock = Some(file);
        Ok(())
    }

    fn write_json(&self, file: &'static str, value: &impl Serialize) -> Result<(), RunError> {
        let path = self.path.join(file);
        let mut text = serde_json::to_vec_pretty(value).map_err(|error| RunError::Malformed {
            what: format!("cannot be written as JSON: {error}"),
            path: path.clone(),
        })?;
        text.push(b'\n');
        write_atomically(&path, &text)
    }

    fn read_json<T: DeserializeOwned>(
        &self,
        file: &'static str,
        form: Form,
    ) -> Result<T, RunError> {
        form.read(&self.read(file)?).map_err(|fault| fault.at(&self.path.join(file)))
    }

    fn read(&self, file: &'static str) -> Result<Vec<u8>, RunError> {
        let path = self.path.join(file);
        disk::read_regular(&path).map_err(|source| match source.kind() {
            ErrorKind::NotFound => RunError::FileMissing { file, run: self.path.clone() },
            _ => RunError::Io { action: "read", path, source },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_process_holds_a_run() {
        let folder = tempfile::tempdir().unwrap();
        let run = RunDirectory::create(folder.path(), "course", None).unwrap();
        let mut second = RunDirectory { path: run.path().to_owned(), lock: None };
        assert!(second.is_locked());
        let error = second.lock().unwrap_err();
        assert!(error.to_string().contains(&std::process::id().to_string()), "{error}");
        drop(run);
        assert!(!second.is_locked());
        second.lock().unwrap();
    }

    #[test]
    fn a_run_is_called_as_its_folder_however_that_was_given() {
        let folder = tempfile::tempdir().unwrap();
        let run = RunDirectory::create(folder.path(), "course", None).unwrap();
        std::fs::create_dir(run.path().join("checkpoints")).unwrap();
        let called = |path: PathBuf| RunDirectory { path, lock: None }.name();
        assert_eq!(called(run.path().join("checkpoints/..")), "course-001");
        assert_eq!(called(run.path().join(".")), "course-001");
        assert_eq!(called("/".into()), "/");
    }

    #[test]
    fn a_folder_without_a_manifest_is_no_run() {
        let folder = tempfile::tempdir().unwrap();
        let error = RunDirectory::open(folder.path()).unwrap_err();
        assert!(error.to_string().starts_with("the run has no manifest.json"), "{error}");
    }
}
