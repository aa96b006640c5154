//! A file that a person named for a command to write (`--predictions`, `report -o`) in, its content there out: one routine for all
//! that is written outside a run.
//!
//! `-` is stdout. A link is followed: what it leads to is replaced whole, the link stays. A pipe, a device or an open descriptor
//! (`/dev/stdout`, `/dev/fd/3`) is written to; it is never replaced by a file.

use std::ffi::OsStr;
use std::fs::{FileType, OpenOptions};
use std::io::{Error, ErrorKind, Write};
use std::path::{Path, PathBuf};

use burnwright_run::{RunError, write_atomically};

use crate::failure::{Failure, status};
use crate::output;

/// Links that are followed, as many as Linux does.
const MOST_LINKS: usize = 40;

/// Where the content goes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// `-`, or a name of the descriptor behind it.
    Stdout,
    /// A pipe, a device, a descriptor.
    Stream(PathBuf),
    /// A file, after all links; it need not be there.
    File(PathBuf),
}

impl Destination {
    /// What a path means, found out before the work whose result is to go there.
    pub(crate) fn find(path: &Path) -> Result<Self, Failure> {
        if path == Path::new("-") {
            return Ok(Self::Stdout);
        }
        follow(path).map_err(|error| cannot_create(path, &error.to_string()))
    }

    pub(crate) fn is_stdout(&self) -> bool {
        *self == Self::Stdout
    }

    /// The error where stdout is asked to carry both a file, which `flag` sends there, and the JSON object.
    pub(crate) fn refuse_json_on_stdout(&self, flag: &str, json: bool) -> Result<(), Failure> {
        if !(json && self.is_stdout()) {
            return Ok(());
        }
        let text = format!("{flag} and --json cannot both have stdout");
        Err(Failure::new(status::USAGE, text)
            .with_hint(format!("give {flag} a file, or leave --json out")))
    }

    /// Writes the content, whole.
    pub(crate) fn write(&self, bytes: &[u8]) -> Result<(), Failure> {
        match self {
            Self::Stdout => output::document(bytes),
            Self::Stream(path) => stream(path, bytes),
            Self::File(path) => write_atomically(path, bytes).map_err(of_file),
        }
    }
}

/// Follows links to what is there, or will be.
fn follow(path: &Path) -> std::io::Result<Destination> {
    let mut path = path.to_owned();
    for _ in 0..=MOST_LINKS {
        let Some(name) = path.file_name().filter(|_| !ends_in_slash(&path)) else {
            return Err(ErrorKind::IsADirectory.into());
        };
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        // default: a name alone is in the working directory.
        let folder = parent.unwrap_or(Path::new(".")).canonicalize()?;
        let inside = folder.join(name);
        if let Some(destination) = descriptor(&folder, name) {
            return Ok(destination);
        }
        match inside.symlink_metadata() {
            Ok(metadata) if metadata.is_symlink() => path = folder.join(inside.read_link()?),
            Ok(metadata) if metadata.is_dir() => return Err(ErrorKind::IsADirectory.into()),
            Ok(metadata) if is_stream(metadata.file_type()) => {
                return Ok(Destination::Stream(inside));
            }
            Ok(_) => return Ok(Destination::File(inside)),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok(Destination::File(inside));
            }
            Err(error) => return Err(error),
        }
    }
    Err(Error::other("too many levels of symbolic links"))
}

/// A path that says "a folder", whose last name [`Path`] passes over.
fn ends_in_slash(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().ends_with(b"/")
}

/// An open descriptor by its name. What it is a name of is a file only by chance: who opened it writes to it after us, and to no
/// other file under that name. Nor is anything else below `/proc` replaced.
fn descriptor(folder: &Path, name: &OsStr) -> Option<Destination> {
    let is_ours = folder == Path::new("/dev/fd")
        || Path::new("/proc/self/fd").canonicalize().is_ok_and(|own| own == folder);
    if is_ours && name == "1" {
        return Some(Destination::Stdout);
    }
    (is_ours || folder.starts_with("/proc")).then(|| Destination::Stream(folder.join(name)))
}

#[cfg(unix)]
fn is_stream(kind: FileType) -> bool {
    use std::os::unix::fs::FileTypeExt;
    kind.is_fifo() || kind.is_char_device() || kind.is_block_device() || kind.is_socket()
}

#[cfg(not(unix))]
fn is_stream(_kind: FileType) -> bool {
    false
}

/// Opening a pipe waits for its reader. One that leaves early has what it wanted, as behind a pipe of the shell.
fn stream(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    // A descriptor of a file goes on at its end; pipes and devices have none.
    let opened = OpenOptions::new().append(true).open(path);
    let mut file = opened.map_err(|error| cannot_create(path, &error.to_string()))?;
    match file.write_all(bytes).and_then(|()| file.flush()) {
        Err(error) if !output::is_closed_pipe(&error) => {
            let text = format!("cannot write {}: {error}", path.display());
            Err(Failure::new(status::INPUT_OUTPUT, text))
        }
        _ => Ok(()),
    }
}

fn cannot_create(path: &Path, why: &str) -> Failure {
    Failure::new(status::CANNOT_CREATE, format!("cannot write to {}: {why}", path.display()))
        .with_hint("name a file in a folder that is there and can be written to, or `-` for stdout")
}

/// A full or dying disk is trouble with what we write; all else, with where.
fn of_file(error: RunError) -> Failure {
    use ErrorKind::{NotADirectory, NotFound, PermissionDenied, ReadOnlyFilesystem};
    match error {
        RunError::Io { path, source, .. }
            if matches!(
                source.kind(),
                NotADirectory | NotFound | PermissionDenied | ReadOnlyFilesystem
            ) =>
        {
            cannot_create(&path, &source.to_string())
        }
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_chain_of_links_leads_to_the_file_at_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().canonicalize().unwrap();
        std::fs::create_dir(folder.join("inner")).unwrap();
        symlink("inner/b", folder.join("a")).unwrap();
        symlink("../c", folder.join("inner/b")).unwrap();
        // It need not be there yet.
        let expected = Destination::File(folder.join("c"));
        assert_eq!(Destination::find(&folder.join("a")).unwrap(), expected);
        symlink("circle", folder.join("circle")).unwrap();
        let error = Destination::find(&folder.join("circle")).unwrap_err();
        assert!(error.message.ends_with("too many levels of symbolic links"), "{error:?}");
    }

    #[test]
    fn names_of_descriptors_are_no_files() {
        let of = |path: &str| Destination::find(Path::new(path)).unwrap();
        assert_eq!(of("-"), Destination::Stdout);
        assert_eq!(of("/dev/fd/1"), Destination::Stdout);
        assert!(matches!(of("/dev/fd/2"), Destination::Stream(_)));
        assert_eq!(of("/dev/null"), Destination::Stream("/dev/null".into()));
    }

    #[test]
    fn folders_and_what_lies_in_none_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let message = |path: PathBuf| {
            let failure = Destination::find(&path).unwrap_err();
            assert_eq!(failure.status, status::CANNOT_CREATE);
            failure.message.rsplit(": ").next().unwrap().to_owned()
        };
        assert_eq!(message(folder.path().to_owned()), "is a directory");
        assert_eq!(message(folder.path().join("new/")), "is a directory");
        assert_eq!(message(folder.path().join("..")), "is a directory");
        assert!(message(folder.path().join("no/file")).starts_with("No such file"));
    }
}
