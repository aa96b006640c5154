//! A name in, the folder of a new run out, or the reason why there can be none.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{MANIFEST, RunDirectory};
use crate::RunError;
use crate::disk::{self, Appending};
use crate::numbering::{HIGHEST_NUMBER, highest_number};

/// Bytes that a run takes besides its weights: its log, mostly.
const LEAST_ROOM: usize = 4 << 20;

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

pub(super) fn check_name(name: &str) -> Result<(), RunError> {
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
    fn a_file_where_the_folder_should_be_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("artifacts");
        std::fs::write(&file, b"").unwrap();
        let error = RunDirectory::create(&file, "course", None).unwrap_err();
        assert!(matches!(error, RunError::Create { .. }), "{error}");
    }
}
