//! The folder of a run's checkpoints.

use std::path::{Path, PathBuf};

use super::format::{Checkpoint, CheckpointFault, encode};
use crate::{RunError, UnknownVersion, disk, write_atomically};

/// Which checkpoints stay when another one has become durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// How many of the newest, at least two: the newest is never the only one.
    pub newest: usize,
    /// The step whose checkpoint stays whatever its age.
    pub best: Option<usize>,
}

/// The folder of a run's checkpoints.
#[derive(Clone, Debug)]
pub struct Checkpoints {
    folder: PathBuf,
}

/// The newest checkpoint that holds what it should.
#[derive(Debug)]
pub struct Newest<T> {
    /// Its step, and what was made of it; none where there is no good one.
    pub found: Option<(usize, T)>,
    /// Newer ones that are damaged.
    pub passed_over: Vec<PassedOver>,
}

/// A checkpoint that is not to be trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedOver {
    /// Where it was.
    pub path: PathBuf,
    /// What is wrong with it.
    pub reason: String,
    /// Where it is now, out of the way; none where it could not be moved.
    pub quarantined: Option<PathBuf>,
}

/// Why a checkpoint is not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejected {
    /// It does not hold what was written, or is not this run's: it is set aside.
    Damaged(String),
    /// It is whole, but another version of this program must read it: nothing is touched.
    Foreign(UnknownVersion),
}

impl From<CheckpointFault> for Rejected {
    fn from(fault: CheckpointFault) -> Self {
        match fault {
            CheckpointFault::Version(version) => Self::Foreign(version),
            _ => Self::Damaged(fault.to_string()),
        }
    }
}

const SUFFIX: &str = ".ckpt";

impl Checkpoints {
    /// The checkpoints in `folder`, which is made when the first is saved.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes the checkpoint of a step, reads it back, and only then removes those that need not stay.
    pub fn save(
        &self,
        step: usize,
        parts: &[(&str, &[u8])],
        retention: Retention,
    ) -> Result<(), RunError> {
        if !self.folder.is_dir() {
            disk::create_folder(&self.folder).map_err(RunError::io("create", &self.folder))?;
            disk::sync_folder(disk::folder_of(&self.folder))
                .map_err(RunError::io("write", &self.folder))?;
        }
        let path = self.path_of(step);
        let bytes = encode(parts);
        write_atomically(&path, &bytes)?;
        let written = std::fs::read(&path).map_err(RunError::io("read back", &path))?;
        if written != bytes {
            let what = "checkpoint reads back otherwise than it was written".to_owned();
            return Err(RunError::Malformed { what, path });
        }
        self.prune(retention)
    }

    /// The newest checkpoint that verifies and that `accept` can use. Newer ones that do not are set aside, never deleted.
    pub fn newest<T>(
        &self,
        mut accept: impl FnMut(usize, &Checkpoint) -> Result<T, Rejected>,
    ) -> Result<Newest<T>, RunError> {
        let mut passed_over = Vec::new();
        for step in self.steps()?.into_iter().rev() {
            let path = self.path_of(step);
            let bytes = disk::read_regular(&path).map_err(RunError::io("read", &path))?;
            let used = Checkpoint::decode(bytes)
                .map_err(Rejected::from)
                .and_then(|checkpoint| accept(step, &checkpoint));
            match used {
                Ok(used) => return Ok(Newest { found: Some((step, used)), passed_over }),
                Err(Rejected::Foreign(version)) => {
                    return Err(RunError::Version { version, path });
                }
                Err(Rejected::Damaged(reason)) => {
                    let quarantined = quarantine(&path);
                    passed_over.push(PassedOver { path, reason, quarantined });
                }
            }
        }
        Ok(Newest { found: None, passed_over })
    }

    /// The steps of which there are checkpoints, good or not, in order.
    pub fn steps(&self) -> Result<Vec<usize>, RunError> {
        let entries = match std::fs::read_dir(&self.folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            result => result.map_err(RunError::io("read", &self.folder))?,
        };
        let mut steps = Vec::new();
        for entry in entries {
            let name = entry.map_err(RunError::io("read", &self.folder))?.file_name();
            steps.extend(name.to_str().and_then(step_of));
        }
        steps.sort_unstable();
        Ok(steps)
    }

    /// Removes what a writer that was killed has left.
    pub(crate) fn sweep(&self) -> Result<(), RunError> {
        if self.folder.is_dir() {
            disk::sweep(&self.folder).map_err(RunError::io("sweep", &self.folder))?;
        }
        Ok(())
    }

    fn prune(&self, retention: Retention) -> Result<(), RunError> {
        let steps = self.steps()?;
        let old = steps.len().saturating_sub(retention.newest.max(2));
        for &step in steps[..old].iter().filter(|&&step| Some(step) != retention.best) {
            let path = self.path_of(step);
            disk::remove(&path).map_err(RunError::io("remove", &path))?;
        }
        Ok(())
    }

    fn path_of(&self, step: usize) -> PathBuf {
        self.folder.join(format!("step-{step}{SUFFIX}"))
    }
}

/// The step that a file's name says, where it is written as we write it.
fn step_of(name: &str) -> Option<usize> {
    let digits = name.strip_prefix("step-")?.strip_suffix(SUFFIX)?;
    digits.parse::<usize>().ok().filter(|step| step.to_string() == digits)
}

/// Renames a damaged checkpoint so that nobody takes it for a good one; it stays for whoever wants to look.
fn quarantine(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_string_lossy();
    let free = (0..100).find_map(|number| {
        let suffix = if number == 0 { String::new() } else { format!("-{number}") };
        let candidate = path.with_file_name(format!("{name}.damaged{suffix}"));
        (!candidate.exists()).then_some(candidate)
    })?;
    disk::rename(path, &free).ok().map(|()| free)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEEP_TWO: Retention = Retention { newest: 2, best: None };

    fn store() -> (tempfile::TempDir, Checkpoints) {
        let folder = tempfile::tempdir().unwrap();
        let store = Checkpoints::new(folder.path().join("checkpoints"));
        (folder, store)
    }

    fn newest(store: &Checkpoints) -> Newest<Vec<u8>> {
        let part = |_, checkpoint: &Checkpoint| Ok(checkpoint.part("state").unwrap().to_vec());
        store.newest(part).unwrap()
    }

    #[test]
    fn the_newest_two_and_the_best_stay() {
        let (_folder, store) = store();
        for step in [5, 10, 15, 100] {
            let best = Some(5);
            store.save(step, &[("state", b"x")], Retention { newest: 1, best }).unwrap();
        }
        assert_eq!(store.steps().unwrap(), [5, 15, 100]);
    }

    #[test]
    fn a_damaged_checkpoint_is_set_aside_and_the_one_before_it_is_used() {
        let (_folder, store) = store();
        assert!(newest(&store).found.is_none());
        store.save(9, &[("state", b"nine")], KEEP_TWO).unwrap();
        store.save(10, &[("state", b"ten")], KEEP_TWO).unwrap();
        assert_eq!(newest(&store).found, Some((10, b"ten".to_vec())));
        let path = store.path_of(10);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[100] ^= 1;
        std::fs::write(&path, bytes).unwrap();
        let result = newest(&store);
        assert_eq!(result.found, Some((9, b"nine".to_vec())));
        let [passed] = &result.passed_over[..] else { panic!("{:?}", result.passed_over) };
        assert_eq!(passed.reason, "was changed: its BLAKE3 differs");
        assert!(passed.quarantined.as_ref().unwrap().ends_with("step-10.ckpt.damaged"));
        assert_eq!(store.steps().unwrap(), [9]);
        assert!(newest(&store).passed_over.is_empty());
    }

    #[test]
    fn files_of_other_names_are_left_alone() {
        let (_folder, store) = store();
        store.save(1, &[], KEEP_TWO).unwrap();
        for name in ["step-07.ckpt", "step-.ckpt", "step-3.ckpt.damaged", "notes"] {
            std::fs::write(store.folder().join(name), b"").unwrap();
        }
        assert_eq!(store.steps().unwrap(), [1]);
    }
}
