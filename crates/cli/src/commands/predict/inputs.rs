//! What was typed in, one file to predict after the other out: folders are listed, `-` is read; no picture is opened here.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, Split, Stdin};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::vec;

use crate::failure::{Failure, status};

/// How the names of pictures end.
const PICTURES: [&str; 3] = ["png", "jpg", "jpeg"];

/// A file to predict.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) path: PathBuf,
    /// Why it cannot be read, where that is known already.
    pub(super) fault: Option<Failure>,
}

impl Input {
    fn file(path: PathBuf) -> Self {
        Self { path, fault: None }
    }

    fn faulty(path: PathBuf, fault: Failure) -> Self {
        Self { path, fault: Some(fault) }
    }
}

/// The files to predict, in the order of the words; those of a folder by name. Folders are listed and stdin is read as their
/// turn comes.
pub(super) struct Inputs {
    /// What is being read, the innermost folder last.
    open: Vec<Open>,
    /// A folder that is passed over where another one holds it: the one that this command writes to.
    own: Option<PathBuf>,
}

/// Words, lines or a folder, being read.
enum Open {
    Words(vec::IntoIter<PathBuf>),
    Lines(Split<BufReader<Stdin>>),
    Folder {
        entries: vec::IntoIter<Entry>,
        path: PathBuf,
        /// Whether somebody asked for this very folder, who is told if it holds no picture.
        named: bool,
        found: bool,
    },
}

/// A picture or a folder in a folder.
struct Entry {
    name: OsString,
    is_folder: bool,
}

/// What comes next of something open.
enum Next {
    /// A path that somebody named.
    Named(PathBuf),
    Picture(PathBuf),
    Folder(PathBuf),
    Stdin,
    Broken(Failure),
    Ended,
}

impl Inputs {
    /// The files that are meant by `words`. `own` is passed over inside of folders.
    pub(super) fn new(words: Vec<PathBuf>, own: Option<&Path>) -> Self {
        let own = own.and_then(|folder| folder.canonicalize().ok());
        Self { open: vec![Open::Words(words.into_iter())], own }
    }

    /// Begins to list a folder.
    fn enter(&mut self, path: PathBuf, named: bool) -> Option<Input> {
        if !named && self.own.is_some() && path.canonicalize().ok() == self.own {
            return None;
        }
        match pictures_in(&path) {
            Ok(entries) => {
                let entries = entries.into_iter();
                self.open.push(Open::Folder { entries, path, named, found: false });
                None
            }
            Err(error) => {
                let text = format!("cannot list it: {error}");
                Some(Input::faulty(path, Failure::new(status::INPUT_OUTPUT, text)))
            }
        }
    }

    /// Ends what is being read. A folder that was asked for and holds nothing is a fault.
    fn leave(&mut self) -> Option<Input> {
        match self.open.pop() {
            Some(Open::Folder { path, named: true, found: false, .. }) => {
                let text = "the folder holds no PNG or JPEG file";
                Some(Input::faulty(path, Failure::new(status::MISSING, text)))
            }
            _ => None,
        }
    }

    fn found(&mut self) {
        for open in &mut self.open {
            if let Open::Folder { found, .. } = open {
                *found = true;
            }
        }
    }
}

impl Iterator for Inputs {
    type Item = Input;

    fn next(&mut self) -> Option<Input> {
        loop {
            let input = match self.open.last_mut()?.next() {
                Next::Named(path) if path.is_dir() => self.enter(path, true),
                Next::Named(path) => Some(Input::file(path)),
                Next::Picture(path) => {
                    self.found();
                    Some(Input::file(path))
                }
                Next::Folder(path) => self.enter(path, false),
                Next::Stdin => {
                    self.open.push(Open::Lines(BufReader::new(std::io::stdin()).split(b'\n')));
                    None
                }
                Next::Broken(failure) => {
                    self.open.pop();
                    Some(Input::faulty(PathBuf::from("-"), failure))
                }
                Next::Ended => self.leave(),
            };
            if input.is_some() {
                return input;
            }
        }
    }
}

impl Open {
    fn next(&mut self) -> Next {
        match self {
            Self::Words(words) => words.next().map_or(Next::Ended, |word| {
                if word == Path::new("-") { Next::Stdin } else { Next::Named(word) }
            }),
            Self::Lines(lines) => path_of_line(lines),
            Self::Folder { entries, path, .. } => entries.next().map_or(Next::Ended, |entry| {
                let inside = path.join(entry.name);
                if entry.is_folder { Next::Folder(inside) } else { Next::Picture(inside) }
            }),
        }
    }
}

fn path_of_line(lines: &mut Split<BufReader<Stdin>>) -> Next {
    loop {
        match lines.next() {
            None => return Next::Ended,
            Some(Err(error)) => {
                let text = format!("cannot read paths from stdin: {error}");
                return Next::Broken(Failure::new(status::INPUT_OUTPUT, text));
            }
            Some(Ok(mut line)) => {
                if line.last() == Some(&b'\r') {
                    line.pop();
                }
                if !line.is_empty() {
                    return Next::Named(OsString::from_vec(line).into());
                }
            }
        }
    }
}

/// The folders and pictures in a folder, by name.
fn pictures_in(folder: &Path) -> std::io::Result<Vec<Entry>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let (name, kind) = (entry.file_name(), entry.file_type()?);
        let is_folder = kind.is_dir();
        // Links to folders are not followed: they may lead in circles.
        let picture =
            has_pictures_name(&name) && !(kind.is_symlink() && folder.join(&name).is_dir());
        if is_folder || picture {
            found.push(Entry { name, is_folder });
        }
    }
    found.sort_by(|one, two| one.name.as_bytes().cmp(two.name.as_bytes()));
    Ok(found)
}

fn has_pictures_name(name: &OsStr) -> bool {
    // default: a name without an extension, or with one that is not UTF-8, is no picture's.
    let extension = Path::new(name).extension().and_then(OsStr::to_str).unwrap_or_default();
    PICTURES.iter().any(|known| extension.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{create_dir_all, write};

    /// The inputs of a folder, relative to it; of a fault, its message.
    fn inputs(folder: &Path, own: Option<&Path>) -> Vec<String> {
        let text = |input: Input| match input.fault {
            Some(fault) => fault.message,
            None => input.path.strip_prefix(folder).unwrap().display().to_string(),
        };
        Inputs::new(vec![folder.to_owned()], own).map(text).collect()
    }

    #[test]
    fn a_folder_is_listed_by_name_with_the_folders_in_it() {
        let folder = tempfile::tempdir().unwrap();
        for inner in ["b/deep", "empty", "sheets"] {
            create_dir_all(folder.path().join(inner)).unwrap();
        }
        for file in ["c.PNG", "a.jpeg", "notes.txt", "b/deep/1.jpg", "b/10.png", "sheets/s.png"] {
            write(folder.path().join(file), "").unwrap();
        }
        let sheets = folder.path().join("sheets");
        let expected = ["a.jpeg", "b/10.png", "b/deep/1.jpg", "c.PNG"];
        assert_eq!(inputs(folder.path(), Some(&sheets)), expected);
        assert_eq!(inputs(folder.path(), None).last().unwrap(), "sheets/s.png");
        let nothing = ["the folder holds no PNG or JPEG file"];
        assert_eq!(inputs(&folder.path().join("empty"), None), nothing);
        // One that is asked for by name is not passed over.
        assert_eq!(inputs(&sheets, Some(&sheets)), ["s.png"]);
    }

    #[test]
    fn links_that_lead_in_circles_end() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(".", folder.path().join("link.png")).unwrap();
        std::os::unix::fs::symlink("b.png", folder.path().join("a.png")).unwrap();
        std::os::unix::fs::symlink("a.png", folder.path().join("b.png")).unwrap();
        assert_eq!(inputs(folder.path(), None), ["a.png", "b.png"]);
    }
}
