//! The power fails: of what was not made durable, some is there, some is not, some is torn.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Size;
use crate::dice::Dice;
use crate::faults::{self, Plan, Recorded};
use crate::found::Found;
use crate::ground::{Ground, Model, Trouble, resume, same, train};

/// Disks write sectors of this size.
const SECTOR: usize = 512;

pub(crate) fn run(ground: &Ground, size: Size) -> Result<Found, Trouble> {
    let mut found = Found::default();
    let mut dice = Dice::new(17);
    for model in [Model::Mlp, Model::Cnn] {
        let artifacts = ground.artifacts("power-loss")?;
        let recipe = ground.recipe(model, &["checkpoint.every_steps=1"])?;
        faults::set(Plan::Record);
        // Into a folder that is not there yet: its name must become durable, too.
        let whole = train(&artifacts.join("runs"), "run", &recipe, "flex")?;
        let trace = faults::take_trace();
        faults::set(Plan::Count);
        let mut unbegun = 0;
        for case in 0..size.pick(500, 2500) {
            let moment = dice.below(trace.len() + 1);
            let disk = Disk::after(&trace[..moment], &mut dice);
            let place = ground.artifacts("power-loss-after")?;
            disk.write(&artifacts, &place)?;
            let run = place.join("runs").join("run");
            if !run.join("manifest.json").exists() {
                unbegun += 1;
                found.case(if run.join("checkpoints").exists() {
                    Err(format!("case {case}, after {moment}: checkpoints without a manifest"))
                } else {
                    Ok(())
                });
                continue;
            }
            let what = format!("case {case}, after {moment} of {} changes", trace.len());
            found.case(
                resume(&run, "flex")
                    .map_err(|error| format!("{what}: {error}"))
                    .and_then(|ended| same(&what, &ended.weights_digest, &whole.weights_digest)),
            );
        }
        found.note(format!("{}: {unbegun} cases before the run had begun", model.name()));
    }
    Ok(found)
}

/// A file: what is durable of it, and what is not yet.
#[derive(Clone, Default)]
struct File {
    durable: Vec<u8>,
    current: Vec<u8>,
}

/// A disk of which only some is durable. Files have numbers; names are changed in the order in which they were, and a failure keeps
/// a prefix of those changes, as a file system with a journal does.
#[derive(Default)]
struct Disk {
    files: Vec<File>,
    names: BTreeMap<PathBuf, usize>,
    folders: Vec<PathBuf>,
    durable_names: BTreeMap<PathBuf, usize>,
    durable_folders: Vec<PathBuf>,
    /// Changes of names that are not durable yet, with the folder that they are in.
    pending: Vec<(PathBuf, NameChange)>,
}

#[derive(Clone)]
enum NameChange {
    Folder(PathBuf),
    Put(PathBuf, usize),
    Move(PathBuf, PathBuf),
    Drop(PathBuf),
}

impl Disk {
    /// What is left when the power fails after these changes.
    fn after(trace: &[Recorded], dice: &mut Dice) -> Self {
        let mut disk = Self::default();
        for change in trace {
            disk.make(change);
        }
        disk.fail(dice);
        disk
    }

    fn make(&mut self, change: &Recorded) {
        match change {
            Recorded::CreateFolder(path) => {
                self.folders.push(path.clone());
                self.rename(NameChange::Folder(path.clone()), path);
            }
            Recorded::Open(path) => {
                if !self.names.contains_key(path) {
                    self.files.push(File::default());
                    let number = self.files.len() - 1;
                    self.names.insert(path.clone(), number);
                    self.rename(NameChange::Put(path.clone(), number), path);
                }
            }
            Recorded::Append(path, bytes) => {
                if let Some(file) = self.file(path) {
                    file.current.extend_from_slice(bytes);
                }
            }
            Recorded::Truncate(path, length) => {
                if let Some(file) = self.file(path) {
                    let length = usize::try_from(*length).expect("a file is cut within memory");
                    file.current.truncate(length);
                }
            }
            Recorded::Sync(path) => {
                if let Some(file) = self.file(path) {
                    file.durable.clone_from(&file.current);
                }
            }
            Recorded::SyncFolder(folder) => {
                let (now, later): (Vec<_>, Vec<_>) =
                    std::mem::take(&mut self.pending).into_iter().partition(|(f, _)| f == folder);
                for (_, change) in now {
                    self.keep(change);
                }
                self.pending = later;
            }
            Recorded::Rename(from, to) => {
                if let Some(number) = self.names.remove(from) {
                    self.names.insert(to.clone(), number);
                }
                self.rename(NameChange::Move(from.clone(), to.clone()), to);
            }
            Recorded::Remove(path) => {
                self.names.remove(path);
                self.rename(NameChange::Drop(path.clone()), path);
            }
        }
    }

    fn file(&mut self, path: &Path) -> Option<&mut File> {
        self.names.get(path).map(|&number| &mut self.files[number])
    }

    fn rename(&mut self, change: NameChange, path: &Path) {
        let folder = path.parent().expect("what changes lies in a folder").to_owned();
        self.pending.push((folder, change));
    }

    fn keep(&mut self, change: NameChange) {
        match change {
            NameChange::Folder(path) => self.durable_folders.push(path),
            NameChange::Put(path, number) => {
                self.durable_names.insert(path, number);
            }
            NameChange::Move(from, to) => {
                if let Some(number) = self.durable_names.remove(&from) {
                    self.durable_names.insert(to, number);
                }
            }
            NameChange::Drop(path) => {
                self.durable_names.remove(&path);
            }
        }
    }

    fn fail(&mut self, dice: &mut Dice) {
        let pending = std::mem::take(&mut self.pending);
        let kept = dice.below(pending.len() + 1);
        pending.into_iter().take(kept).for_each(|(_, change)| self.keep(change));
        for file in &mut self.files {
            file.durable = torn(file, dice);
        }
    }

    /// Writes what is left of `from` into the folder `to`.
    fn write(&self, from: &Path, to: &Path) -> Result<(), Trouble> {
        for folder in &self.durable_folders {
            if let Ok(place) = folder.strip_prefix(from) {
                std::fs::create_dir_all(to.join(place))?;
            }
        }
        for (path, &number) in &self.durable_names {
            if let Ok(place) = path.strip_prefix(from) {
                let target = to.join(place);
                // A file whose folder is lost is lost.
                if target.parent().is_some_and(Path::is_dir) {
                    std::fs::write(target, &self.files[number].durable)?;
                }
            }
        }
        Ok(())
    }
}

/// What is left of a file: all of it, what was durable, or something between, at a sector's end, perhaps with zeros to its full length.
fn torn(file: &File, dice: &mut Dice) -> Vec<u8> {
    let File { durable, current } = file;
    let common = durable.iter().zip(current).take_while(|(a, b)| a == b).count();
    if common < durable.len() || current.len() == durable.len() {
        // Cut: the old length or the new one.
        return if dice.below(2) == 0 { durable.clone() } else { current.clone() };
    }
    match dice.below(4) {
        0 => durable.clone(),
        1 => current.clone(),
        kind => {
            let end = common + dice.below(current.len() - common + 1);
            let end = (end / SECTOR * SECTOR).max(common);
            let mut left = current[..end].to_vec();
            if kind == 3 {
                left.resize(current.len(), 0);
            }
            left
        }
    }
}
