//! A folder becomes the paths of its pictures and of its upper folders, sorted; knows no classes.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use crate::PicturesError;

/// Extensions of pictures, in lower case.
const EXTENSIONS: [&str; 11] =
    ["bmp", "dib", "gif", "jfif", "jpe", "jpeg", "jpg", "png", "tif", "tiff", "webp"];
/// The most files and folders that are listed. Links that lead to one another without a circle can multiply without end.
const MOST_ENTRIES: usize = 1 << 24;
/// How deep folders are remembered: a part, its classes, and what lies in these.
const FOLDER_DEPTH: usize = 3;

/// What a folder holds.
pub(super) struct Found {
    /// Paths of pictures from the root with `/` between names, sorted by bytes.
    pub(super) pictures: Vec<String>,
    /// Paths of folders up to [`FOLDER_DEPTH`], sorted by bytes.
    folders: Vec<String>,
    /// Extensions of other files and how many there are, most frequent first.
    pub(super) passed_over: Vec<(String, usize)>,
}

impl Found {
    /// The names of the folders in a folder; the root is "".
    pub(super) fn folders_of<'a>(
        &'a self,
        folder: &'a str,
    ) -> impl Iterator<Item = &'a str> + Clone {
        let rest = move |path: &'a String| super::within(path, folder);
        self.folders.iter().filter_map(rest).filter(|rest| !rest.contains('/'))
    }
}

/// Lists a folder.
pub(super) fn walk(root: &Path) -> Result<Found, PicturesError> {
    if !root.is_dir() {
        return Err(PicturesError::NotAFolder { path: root.to_owned() });
    }
    let (mut pictures, mut folders) = (Vec::new(), Vec::new());
    let mut passed_over = BTreeMap::<String, usize>::new();
    let visible = |entry: &DirEntry| entry.depth() == 0 || !is_hidden(entry.file_name());
    let entries = WalkDir::new(root).follow_links(true).min_depth(1).into_iter();
    for (count, entry) in entries.filter_entry(visible).enumerate() {
        if count >= MOST_ENTRIES {
            let folder = root.to_owned();
            return Err(PicturesError::TooManyEntries { most: MOST_ENTRIES, folder });
        }
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                // A link to nothing concerns us where it should be a picture.
                match error.path().filter(|path| dangles(&error) && !is_picture(path)) {
                    Some(path) => *passed_over.entry(extension(path)).or_default() += 1,
                    None => return Err(failure(root, error)),
                }
                continue;
            }
        };
        let kind = entry.file_type();
        if kind.is_dir() {
            if entry.depth() <= FOLDER_DEPTH {
                folders.push(relative(root, entry.path())?);
            }
        } else if !is_picture(entry.path()) {
            *passed_over.entry(extension(entry.path())).or_default() += 1;
        } else if kind.is_file() {
            pictures.push(relative(root, entry.path())?);
        } else {
            return Err(PicturesError::NotAFile { path: entry.into_path() });
        }
    }
    pictures.sort_unstable();
    folders.sort_unstable();
    let mut passed_over: Vec<(String, usize)> = passed_over.into_iter().collect();
    passed_over.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    Ok(Found { pictures, folders, passed_over })
}

/// Whether a name is passed over: hidden, or what macOS adds to archives.
pub(crate) fn is_hidden(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    name.starts_with(b".") || name == b"__MACOSX"
}

/// Whether a file's extension is that of a picture.
fn is_picture(path: &Path) -> bool {
    EXTENSIONS.contains(&extension(path).as_str())
}

/// The extension of a file in lower case, or "".
fn extension(path: &Path) -> String {
    path.extension().map(|end| end.to_string_lossy().to_lowercase()).unwrap_or_default() // default: it has none
}

fn dangles(error: &walkdir::Error) -> bool {
    error.io_error().is_some_and(|error| error.kind() == std::io::ErrorKind::NotFound)
}

fn failure(root: &Path, error: walkdir::Error) -> PicturesError {
    let path = error.path().unwrap_or(root).to_owned(); // default: the folder that was listed
    match error.loop_ancestor() {
        Some(ancestor) => PicturesError::LinkCircle { target: ancestor.to_owned(), path },
        None => PicturesError::Io { path, source: error.into() },
    }
}

/// A path from the root, with `/` between names.
fn relative(root: &Path, path: &Path) -> Result<String, PicturesError> {
    let not_utf8 = || PicturesError::NotUtf8 { path: path.to_owned() };
    let inside = path.strip_prefix(root).expect("the walk stays in its root");
    let names = inside.iter().map(|name| name.to_str().ok_or_else(not_utf8));
    Ok(names.collect::<Result<Vec<&str>, PicturesError>>()?.join("/"))
}
