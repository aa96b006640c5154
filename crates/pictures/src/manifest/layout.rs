//! Where manifests lie, and which part of the data each is of; reads none.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::rows::Row;
use crate::folder::{Layout, is_hidden, layout, part};
use crate::{Part, PicturesError};

/// The names that a manifest has in a folder.
pub(super) const NAMES: [&str; 2] = ["metadata.csv", "metadata.jsonl"];

/// A manifest that is there.
pub(super) struct Manifest {
    pub(super) part: Part,
    /// Its folder from the root, "" where it lies in the root.
    pub(super) folder: String,
    pub(super) path: PathBuf,
}

/// The folder that paths count from, and its manifests.
pub(super) fn manifests(path: &Path) -> Result<(PathBuf, Vec<Manifest>), PicturesError> {
    if !path.is_dir() {
        // default: a file's name alone lies in the current folder.
        let root = path.parent().unwrap_or(Path::new("")).to_owned();
        let manifest = Manifest { part: Part::Whole, folder: String::new(), path: path.to_owned() };
        return Ok((root, vec![manifest]));
    }
    if let Some(file) = manifest_in(path)? {
        let manifest = Manifest { part: Part::Whole, folder: String::new(), path: file };
        return Ok((path.to_owned(), vec![manifest]));
    }
    let mut folders = Vec::new();
    let failed = |source| PicturesError::Io { source, path: path.to_owned() };
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        if entry.path().is_dir() && !is_hidden(&name) {
            // A folder whose name is not text is called after no part.
            folders.extend(name.into_string().ok());
        }
    }
    folders.sort_unstable();
    let none = || PicturesError::NoManifest { folder: path.to_owned() };
    let Layout::Parts(parts) = layout(path, folders.iter().map(String::as_str))? else {
        return Err(none());
    };
    let mut found = Vec::new();
    for (part, folder) in parts {
        let within = path.join(&folder);
        let file = manifest_in(&within)?;
        let file = file.ok_or(PicturesError::NoManifest { folder: within })?;
        found.push(Manifest { part, folder, path: file });
    }
    Ok((path.to_owned(), found))
}

/// The folders in a folder that are called after parts, sorted.
pub(super) fn part_folders(path: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(path) else { return Vec::new() };
    let is_part = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| part(name).is_some()) && path.is_dir()
    };
    let mut folders: Vec<PathBuf> =
        entries.filter_map(Result::ok).map(|entry| entry.path()).filter(is_part).collect();
    folders.sort_unstable();
    folders
}

/// The manifest in a folder.
fn manifest_in(folder: &Path) -> Result<Option<PathBuf>, PicturesError> {
    let mut found = NAMES.iter().map(|name| folder.join(name)).filter(|path| path.is_file());
    match (found.next(), found.next()) {
        (Some(_), Some(_)) => Err(PicturesError::TwoManifests { folder: folder.to_owned() }),
        (first, _) => Ok(first),
    }
}

/// The first name of a path.
pub(super) fn first(path: &str) -> &str {
    path.split('/').next().unwrap_or(path) // default: never, a split gives one at least
}

/// The parts by the first names of all rows, where these are parts.
pub(super) fn part_of(rows: &[Row]) -> Option<BTreeMap<String, Part>> {
    let mut names: Vec<&str> = rows.iter().map(|row| first(&row.name)).collect();
    names.sort_unstable();
    names.dedup();
    let inside = rows.iter().all(|row| row.name.contains('/'));
    match layout(Path::new(""), names.into_iter()) {
        Ok(Layout::Parts(parts)) if inside => {
            Some(parts.into_iter().map(|(part, name)| (name, part)).collect())
        }
        _ => None,
    }
}
