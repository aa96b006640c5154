//! A list of pictures with their targets, as Hugging Face's `imagefolder` has it, becomes a listing; opens no picture.

mod layout;
mod recognise;
mod rows;
mod target;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

pub use recognise::is_manifest;
pub use target::{ManifestTarget, TargetKind};

use crate::folder::order;
use crate::{ClassOrder, Part, PicturesError};
use layout::{Manifest, manifests, part_of};
use rows::{Row, Rows};

/// What is to be read from a manifest; what is `None` is inferred.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ManifestOptions {
    /// The column of the file names; `file_name` otherwise.
    pub file_column: Option<String>,
    /// The column of the targets; otherwise the only other one, or the only one called label, labels, class, category or target.
    pub target_column: Option<String>,
    /// What the targets are.
    pub kind: Option<TargetKind>,
}

/// The pictures of one or several manifests.
#[derive(Clone, Debug, PartialEq)]
pub struct ManifestListing {
    /// The folder that paths count from.
    pub root: PathBuf,
    /// The column of the targets.
    pub target_column: String,
    /// What the targets are.
    pub kind: TargetKind,
    /// The parts there are, in the order of [`Part`]: `Whole` alone, or `Train` with or without others. None is empty.
    pub parts: Vec<ManifestPart>,
}

/// The pictures of a part.
#[derive(Clone, Debug, PartialEq)]
pub struct ManifestPart {
    /// Which part.
    pub part: Part,
    /// Its pictures, sorted by the bytes of their paths.
    pub pictures: Vec<ManifestPicture>,
}

/// A picture with its target.
#[derive(Clone, Debug, PartialEq)]
pub struct ManifestPicture {
    /// Where it is, from the root, with `/` between names.
    pub path: String,
    /// What is to be learned of it.
    pub target: ManifestTarget,
}

impl ManifestListing {
    /// The classes or labels of all parts in an order; none of numbers.
    ///
    /// # Errors
    ///
    /// An order that does not name each of them once.
    pub fn classes(&self, class_order: &ClassOrder) -> Result<Vec<String>, PicturesError> {
        let all: BTreeSet<&str> = self.parts.iter().flat_map(names).collect();
        order(&self.root, all.into_iter(), class_order)
    }
}

/// The classes or labels of a part, as often as they occur.
fn names(part: &ManifestPart) -> impl Iterator<Item = &str> {
    part.pictures.iter().flat_map(|picture| picture.target.names().iter().map(String::as_str))
}

/// Reads a manifest: a file that ends in `.csv`, `.tsv` or `.jsonl`, or a folder with `metadata.csv` or `metadata.jsonl` in it or in each
/// of its folders `train`, `validation` and `test` (other names as in [`crate::list_folder`]).
///
/// - File names count from the manifest's folder and may not leave it. Where all of a single manifest begin with the names of parts, among
///   them `train`, these are the parts.
/// - CSV has a header, is separated by commas, semicolons or tabs, and may begin with a byte order mark. A cell holds a class, a number, or
///   labels with `|` or `;` between them. JSON lines hold text, a number, true or false, or a list of texts.
/// - Where the kind is not given: lists, and cells with `|` or `;`, are labels. Numbers are numbers if one of them has a fraction or is
///   negative, or if more than half of them differ; otherwise they are classes. All else are classes.
///
/// # Errors
///
/// No manifest; not UTF-8; a row that is malformed, named by its line; a column that is not there; several that could be the target; a row
/// without target (no labels are labels, too); a number that is not finite; a file name that leaves the folder or comes twice; files that are
/// not there, all at once; one class only; a class or label in another part that `Train` does not have; more than 1 GiB.
pub fn list_manifest(
    path: &Path,
    options: &ManifestOptions,
) -> Result<ManifestListing, PicturesError> {
    let (root, found) = manifests(path)?;
    let file_column = options.file_column.as_deref().unwrap_or("file_name"); // default: Hugging Face's name
    let mut target_column = options.target_column.clone();
    let mut rows = Vec::new();
    for Manifest { part, folder, path } in found {
        let read = Rows { file_column, target_column: target_column.as_deref(), path: &path };
        let (column, found) = read.read(&folder)?;
        target_column = Some(column);
        once(&found, &path)?;
        rows.push((part, path, found));
    }
    let target_column = target_column.expect("there is a manifest, and each has a target");
    let raw = rows.iter().flat_map(|(_, _, rows)| rows).map(|row| &row.target);
    let kind = options.kind.unwrap_or_else(|| target::infer(raw));
    let mut parts = BTreeMap::<Part, Vec<ManifestPicture>>::new();
    let one = rows.len() == 1;
    for (part, path, rows) in rows {
        let inside = one.then(|| part_of(&rows)).flatten();
        missing(&root, &rows, &path)?;
        for Row { line, name, target } in rows {
            let target = target.read(kind).map_err(|reason| {
                let path = path.clone();
                PicturesError::ManifestRow { line, reason, path }
            })?;
            let part = inside.as_ref().map_or(part, |parts| parts[layout::first(&name)]);
            parts.entry(part).or_default().push(ManifestPicture { path: name, target });
        }
    }
    let part = |(part, mut pictures): (Part, Vec<ManifestPicture>)| {
        pictures.sort_by(|left, right| left.path.cmp(&right.path));
        ManifestPart { part, pictures }
    };
    let parts = parts.into_iter().map(part).collect();
    let listing = ManifestListing { root, target_column, kind, parts };
    learnable(&listing, path)?;
    Ok(listing)
}

/// Refuses a file that is listed twice.
fn once(rows: &[Row], path: &Path) -> Result<(), PicturesError> {
    let mut lines = BTreeMap::new();
    for row in rows {
        if let Some(first) = lines.insert(row.name.as_str(), row.line) {
            let reason = format!("{} is also in line {first}", row.name);
            return Err(PicturesError::ManifestRow {
                line: row.line,
                reason,
                path: path.to_owned(),
            });
        }
    }
    Ok(())
}

/// Refuses files that are not there, all at once.
fn missing(root: &Path, rows: &[Row], path: &Path) -> Result<(), PicturesError> {
    let absent = |row: &&Row| !root.join(&row.name).is_file();
    let missing: Vec<String> = rows.iter().filter(absent).map(|row| row.name.clone()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(PicturesError::MissingFiles { missing, path: path.to_owned() })
}

/// Refuses one class only, and what another part has but the first has not.
fn learnable(listing: &ManifestListing, path: &Path) -> Result<(), PicturesError> {
    let [first, others @ ..] = listing.parts.as_slice() else { return Ok(()) };
    let known: BTreeSet<&str> = names(first).collect();
    if listing.kind == TargetKind::Class && known.len() == 1 {
        let class = known.into_iter().collect();
        return Err(PicturesError::ManifestOneClass { class, path: path.to_owned() });
    }
    for other in others {
        let all: BTreeSet<&str> = names(other).collect();
        let names: Vec<String> = all.difference(&known).map(|name| (*name).to_owned()).collect();
        if !names.is_empty() {
            let called = if listing.kind == TargetKind::Labels { "labels" } else { "classes" };
            let (part, path) = (other.part, path.to_owned());
            return Err(PicturesError::ManifestUnknown { part, called, names, path });
        }
    }
    Ok(())
}
