//! A folder of the caller's, in which each data set has a folder of its own.
//!
//! ```text
//! mnist/train-images-idx3-ubyte     unpacked, and compared with its hash whenever it is asked for
//! mnist/SHA256SUMS                  what the unpacked files hash to, in the form of sha256sum
//! mnist/<name>.part                 what is not whole yet
//! mnist/.lock                       held by the process that writes here
//! ```
//!
//! A published archive that somebody put there by hand is found under its name, verified, unpacked and kept.

use std::collections::BTreeMap;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use crate::digest::hash_up_to;
use crate::store::{Lock, Part, open_regular};
use crate::unpack::{Hashes, unpack};
use crate::{DataSet, DownloadError, Remote, Wanted};

/// The file that keeps what the unpacked files hash to.
const SUMS: &str = "SHA256SUMS";

/// Where data sets are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cache {
    root: PathBuf,
}

/// The verified files of a data set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// The folder they are in, under the names of [`DataSet::file_names`].
    pub folder: PathBuf,
}

/// A published file whose members are not all there.
pub(crate) struct Missing {
    pub(crate) remote: &'static Remote,
    pub(crate) faults: Vec<Fault>,
}

/// A file that is there and is not the wanted one.
pub(crate) struct Fault {
    pub(crate) name: &'static str,
    pub(crate) what: String,
}

/// What is under a name.
enum State {
    Absent,
    Good,
    Wrong(String),
}

impl Cache {
    /// The cache in the folder `root`, which need not be there yet.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Where the files of `set` are, or will be.
    pub fn folder(&self, set: &DataSet) -> PathBuf {
        self.root.join(set.name)
    }

    /// The files of `set`, without asking the network: each is compared with its hash. An archive that was put there by hand is
    /// unpacked. Where something is missing or damaged, the error lists what is wanted, and where.
    pub fn open(&self, set: &'static DataSet) -> Result<Files, DownloadError> {
        let folder = self.folder(set);
        let mut wanted = Vec::new();
        for mut missing in missing(set, &folder)? {
            if !unpack_from_hand(&mut missing, &folder)? {
                wanted.push(missing.wanted(&folder));
            }
        }
        if wanted.is_empty() {
            return Ok(Files { folder });
        }
        Err(DownloadError::NotWhole { name: set.name, wanted, folder })
    }
}

impl Missing {
    fn wanted(self, folder: &Path) -> Wanted {
        let Remote { name, bytes, sha256, addresses, .. } = *self.remote;
        let faults = self.faults.into_iter();
        let faults = faults.map(|Fault { name, what }| format!("{name} there {what}")).collect();
        Wanted { name, bytes, sha256, addresses, path: folder.join(name), faults }
    }
}

/// The published files whose members are not all in `folder` as they should be.
pub(crate) fn missing(set: &'static DataSet, folder: &Path) -> Result<Vec<Missing>, DownloadError> {
    let noted = read_sums(folder)?;
    let mut found = Vec::new();
    for remote in set.remotes {
        let mut absent = false;
        let mut faults = Vec::new();
        for member in remote.members {
            let noted = noted.get(member.name).map(String::as_str);
            match state(&folder.join(member.name), member.bytes, member.sha256.or(noted))? {
                State::Good => {}
                State::Absent => absent = true,
                State::Wrong(what) => faults.push(Fault { name: member.name, what }),
            }
        }
        if absent || !faults.is_empty() {
            found.push(Missing { remote, faults });
        }
    }
    Ok(found)
}

/// Compares a file with what it should be.
fn state(path: &Path, bytes: u64, sha256: Option<&str>) -> Result<State, DownloadError> {
    let io = |source| DownloadError::Io { doing: "read", path: path.to_owned(), source };
    let Some(file) = open_regular(path)? else { return Ok(State::Absent) };
    let length = file.metadata().map_err(io)?.len();
    if length != bytes {
        return Ok(State::Wrong(format!("has {length} bytes, expected {bytes}")));
    }
    let Some(sha256) = sha256 else {
        return Ok(State::Wrong("did not come from the published archive".to_owned()));
    };
    let (hasher, _) = hash_up_to(file, bytes).map_err(io)?;
    let got = hasher.finish();
    if got != sha256 {
        return Ok(State::Wrong(format!("has SHA-256 {got}, expected {sha256}")));
    }
    Ok(State::Good)
}

/// Unpacks the archive that somebody put into `folder`, if it is there; it is added to the faults if it is not the published one.
fn unpack_from_hand(missing: &mut Missing, folder: &Path) -> Result<bool, DownloadError> {
    if open_regular(&folder.join(missing.remote.name))?.is_none() {
        return Ok(false);
    }
    let lock = Lock::take(folder, &mut |_| ControlFlow::Continue(()))?;
    let _lock = lock.expect("nobody stops the waiting");
    unpack_archive(missing, folder)
}

/// Unpacks the archive in `folder`, if it is the published one; the lock of the folder must be held.
pub(crate) fn unpack_archive(missing: &mut Missing, folder: &Path) -> Result<bool, DownloadError> {
    let remote = missing.remote;
    let path = folder.join(remote.name);
    match state(&path, remote.bytes, Some(remote.sha256))? {
        State::Absent => Ok(false),
        State::Wrong(what) => {
            missing.faults.push(Fault { name: remote.name, what });
            Ok(false)
        }
        State::Good => unpack_and_note(remote, &path, folder).map(|()| true),
    }
}

/// Unpacks an archive that is the published one, and notes what its members hash to.
pub(crate) fn unpack_and_note(
    remote: &Remote,
    path: &Path,
    folder: &Path,
) -> Result<(), DownloadError> {
    let gone = || DownloadError::Io {
        doing: "read",
        path: path.to_owned(),
        source: std::io::ErrorKind::NotFound.into(),
    };
    let file = open_regular(path)?.ok_or_else(gone)?;
    let hashes = unpack(remote, file, path, folder)?;
    write_sums(folder, hashes)
}

/// What was noted of the unpacked files. Lines of another form are passed over: their files count as not verified.
fn read_sums(folder: &Path) -> Result<BTreeMap<String, String>, DownloadError> {
    const LONGEST: u64 = 1 << 16;
    let path = folder.join(SUMS);
    let mut text = Vec::new();
    if let Some(file) = open_regular(&path)? {
        let read = file.take(LONGEST).read_to_end(&mut text);
        read.map_err(|source| DownloadError::Io { doing: "read", path, source })?;
    }
    let text = String::from_utf8_lossy(&text);
    let lines = text.lines().filter_map(|line| line.split_once("  "));
    Ok(lines.map(|(hash, name)| (name.to_owned(), hash.to_owned())).collect())
}

fn write_sums(folder: &Path, hashes: Hashes) -> Result<(), DownloadError> {
    let mut sums = read_sums(folder)?;
    sums.extend(hashes.into_iter().map(|(name, hash)| (name.to_owned(), hash)));
    let mut part = Part::create(folder.join(format!("{SUMS}.part")))?;
    for (name, hash) in sums {
        part.append(format!("{hash}  {name}\n").as_bytes())?;
    }
    part.finish(&folder.join(SUMS))
}
