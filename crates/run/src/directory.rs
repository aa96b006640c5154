//! `artifacts/<name>/`: one run, written in an order that explains itself after any crash.

use std::fs::TryLockError;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::disk::{self, Appending};
use crate::ledger::Claim;
use crate::log::{EventLog, read_events};
use crate::seeds::{HIGHEST_NUMBER, highest_number};
use crate::steps::bytes_of;
use crate::{
    Checkpoints, Event, Form, Journal, JournalPosition, Ledger, Looks, Manifest, ModelCard,
    RunError, Summary, manifest, model_card, summary, write_atomically,
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
const REPORT: &str = "report.html";

/// Bytes that a run takes besides its weights: its log, mostly.
const LEAST_ROOM: usize = 4 << 20;

/// The folder of one run. Reading needs no lock; whoever made it holds the lock until it is dropped.
#[derive(Debug)]
pub struct RunDirectory {
    path: PathBuf,
    lock: Option<Appending>,
}

impl RunDirectory {
    /// Makes `artifacts/name`, or `artifacts/recipe-NNN` with the lowest number above all there are, and locks it.
    pub fn create(artifacts: &Path, recipe: &str, name: Option<&str>) -> Result<Self, RunError> {
        let create = |source| RunError::Create { path: artifacts.to_owned(), source };
        disk::create_folders(artifacts).map_err(create)?;
        let path = match name {
            Some(name) => {
                check_name(name)?;
                let path = artifacts.join(name);
                disk::create_folder(&path).map_err(|source| match source.kind() {
                    ErrorKind::AlreadyExists => exists(name, &path),
                    _ => create(source),
                })?;
                path
            }
            None => create_numbered(artifacts, recipe).map_err(create)?,
        };
        let mut run = Self { path, lock: None };
        run.prepare().inspect_err(|_| {
            // Nothing half-made is left; if even that fails, the error above says enough.
            let _ = disk::remove_folder(&run.path);
        })?;
        disk::sync_folder(artifacts).map_err(create)?;
        Ok(run)
    }

    /// A new folder becomes a run of this process, if it can hold one.
    fn prepare(&mut self) -> Result<(), RunError> {
        let path = self.path.clone();
        let create = |source| RunError::Create { path: path.clone(), source };
        self.lock().map_err(|error| match error {
            RunError::Io { source, .. } => create(source),
            other => other,
        })?;
        self.prove_room(LEAST_ROOM).map_err(create)
    }

    /// Finds out whether `bytes` can be written, or takes the run back: a folder with a manifest is no longer taken back.
    pub fn reserve(&self, bytes: usize) -> Result<(), RunError> {
        self.prove_room(bytes).map_err(|source| {
            if self.lock.is_some() && !self.manifest_path().exists() {
                let _ = disk::remove_folder(&self.path);
            }
            RunError::Create { path: self.path.clone(), source }
        })
    }

    /// The error that [`RunDirectory::create`] would give to a name now, before anything is made of it.
    pub fn check_new(artifacts: &Path, name: &str) -> Result<(), RunError> {
        check_name(name)?;
        let path = artifacts.join(name);
        if path.symlink_metadata().is_ok() { Err(exists(name, &path)) } else { Ok(()) }
    }

    /// Takes back a run that could not be begun. The error that ends it says more than what may be left if this fails, too.
    pub fn discard(self) {
        let _ = disk::remove_folder(&self.path);
    }

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
        match check_name(&manifest.run) {
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

    /// A full disk is found before the first step, not after the last.
    fn prove_room(&self, bytes: usize) -> std::io::Result<()> {
        static BLOCK: [u8; 1 << 16] = [0; 1 << 16];
        let mut file = Appending::create_unfinished(&self.path)?;
        let written = (0..bytes.div_ceil(BLOCK.len()))
            .try_for_each(|_| file.append(&BLOCK))
            .and_then(|()| file.sync());
        let removed = disk::remove(&file.into_path());
        written.and(removed)
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

/// Something has that name already. Where a process trains it, that is what matters; a folder that holds no run is not called one.
fn exists(name: &str, path: &Path) -> RunError {
    /// A process that has just made the folder needs a moment to lock it.
    const LOOKS: u32 = 10;
    const PAUSE: Duration = Duration::from_millis(20);
    let mut run = RunDirectory { path: path.to_owned(), lock: None };
    let (name, path) = (name.to_owned(), path.to_owned());
    for look in 0..LOOKS {
        if look > 0 {
            std::thread::sleep(PAUSE);
        }
        if let Some(Err(locked @ RunError::Locked { .. })) = run.is_locked().then(|| run.lock()) {
            return locked;
        }
        if path.join(MANIFEST).is_file() {
            return RunError::Exists { name, path };
        }
    }
    RunError::Leftover { name, path }
}

fn check_name(name: &str) -> Result<(), RunError> {
    let why = if name.is_empty() {
        "it is empty"
    } else if name.starts_with('.') {
        "it starts with a dot"
    } else if name.starts_with('-') {
        "it starts with a dash, as a flag does"
    } else if name.chars().any(|c| c.is_control() || "/\\:".contains(c)) {
        "it holds a slash, a colon or a control character"
    } else if name.len() > 200 {
        "it is longer than 200 bytes"
    } else {
        return Ok(());
    };
    Err(RunError::Name { name: name.to_owned(), why })
}

fn create_numbered(artifacts: &Path, recipe: &str) -> std::io::Result<PathBuf> {
    for number in highest_number(artifacts, recipe)? + 1..=HIGHEST_NUMBER {
        let path = artifacts.join(format!("{recipe}-{number:03}"));
        match disk::create_folder(&path) {
            // Another process was faster: take the next number.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            result => return result.map(|()| path),
        }
    }
    Err(std::io::Error::other("all numbers of this recipe are taken"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_numbered_above_all_there_are() {
        let folder = tempfile::tempdir().unwrap();
        let create =
            |recipe, name| RunDirectory::create(folder.path(), recipe, name).map(|run| run.name());
        assert_eq!(create("course", None).unwrap(), "course-001");
        assert_eq!(create("course", None).unwrap(), "course-002");
        assert_eq!(create("cnn", None).unwrap(), "cnn-001");
        assert_eq!(create("course", Some("course-007")).unwrap(), "course-007");
        assert_eq!(create("course", None).unwrap(), "course-008");
        assert_eq!(create("course", Some("course-010-seed-1")).unwrap(), "course-010-seed-1");
        assert_eq!(create("course", None).unwrap(), "course-011");
        std::fs::write(folder.path().join("course-007").join(MANIFEST), "{}").unwrap();
        let error = create("course", Some("course-007")).unwrap_err();
        assert!(error.to_string().starts_with("there is a run called \"course-007\" already"));
    }

    #[test]
    fn a_folder_that_holds_no_run_is_passed_over_by_numbers_and_not_called_a_run() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("course-001")).unwrap();
        let run = RunDirectory::create(folder.path(), "course", None).unwrap();
        assert_eq!(run.name(), "course-002");
        let error = RunDirectory::check_new(folder.path(), "course-001").unwrap_err();
        assert!(
            error.to_string().starts_with("the name \"course-001\" is taken by something"),
            "{error}"
        );
        assert!(matches!(error, RunError::Leftover { .. }), "{error}");
        // One that is being made is a run: its lock says so.
        let error = RunDirectory::check_new(folder.path(), "course-002").unwrap_err();
        assert!(matches!(error, RunError::Locked { .. }), "{error}");
        RunDirectory::check_new(folder.path(), "course-003").unwrap();
    }

    #[test]
    fn a_run_that_could_not_be_begun_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        RunDirectory::create(folder.path(), "course", None).unwrap().discard();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn names_that_leave_the_folder_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["", "..", ".x", "-x", "--json", "a/b", "a\\b", "C:", "a\nb"] {
            let error = RunDirectory::create(folder.path(), "course", Some(name)).unwrap_err();
            assert!(matches!(error, RunError::Name { .. }), "{name:?}: {error}");
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

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

    #[test]
    fn a_file_where_the_folder_should_be_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("artifacts");
        std::fs::write(&file, b"").unwrap();
        let error = RunDirectory::create(&file, "course", None).unwrap_err();
        assert!(matches!(error, RunError::Create { .. }), "{error}");
    }
}
