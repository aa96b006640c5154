//! A list of pictures with their targets becomes a listing, as a folder of pictures does; opens no picture.

use std::collections::BTreeMap;
use std::path::Path;

use burnwright_pictures::{ClassOrder, ManifestOptions, ManifestTarget, TargetKind, list_manifest};

use crate::folder::{self, Listed, Listing};
use crate::{DataConfig, DataError, FolderLook, Splits, Target, Targets, Wanted, class_order};

/// What a list of pictures is like, for whoever makes a recipe for it.
#[derive(Clone, Debug, PartialEq)]
pub struct ManifestLook {
    /// The column that is learned.
    pub target: String,
    /// What its pictures are like.
    pub pictures: FolderLook,
}

/// Looks at the headers of all pictures of a list. Where several columns could be learned, one must be named.
pub fn look_at_manifest(path: &Path, target: Option<&str>) -> Result<ManifestLook, DataError> {
    let (target, listing) = list(path, target, &ClassOrder::Sorted, Wanted::Any)?;
    Ok(ManifestLook { target, pictures: folder::look_at(&listing) })
}

/// Reads a list of pictures as a recipe says.
pub(crate) fn open(path: &Path, config: &DataConfig, wanted: Wanted) -> Result<Splits, DataError> {
    let order = class_order::read(config.class_order.as_deref())?;
    let (_, listing) = list(path, config.target.as_deref(), &order, wanted)?;
    folder::open_listing(listing, config)
}

/// The column that is learned, and the pictures.
fn list(
    path: &Path,
    target: Option<&str>,
    order: &ClassOrder,
    wanted: Wanted,
) -> Result<(String, Listing), DataError> {
    let kind = match wanted {
        Wanted::Any => None,
        Wanted::Classes => Some(TargetKind::Class),
        Wanted::Labels => Some(TargetKind::Labels),
        Wanted::Number => Some(TargetKind::Number),
    };
    let options =
        ManifestOptions { file_column: None, target_column: target.map(str::to_owned), kind };
    let found = list_manifest(path, &options)?;
    let names = found.classes(order)?;
    let places: BTreeMap<&str, u32> = names.iter().map(String::as_str).zip(0..).collect();
    let place = |name: &String| places[name.as_str()];
    let learned = |target: ManifestTarget| match target {
        ManifestTarget::Class(name) => Target::Class(place(&name)),
        ManifestTarget::Number(number) => Target::Number(number),
        ManifestTarget::Labels(holding) => {
            let mut labels = vec![false; places.len()];
            for name in &holding {
                labels[place(name) as usize] = true;
            }
            Target::Labels(labels.into())
        }
    };
    let mut files = Vec::new();
    for part in found.parts {
        let given = folder::given(part.part);
        files.extend(part.pictures.into_iter().map(|picture| Listed {
            path: picture.path.into(),
            target: learned(picture.target),
            part: given,
        }));
    }
    let targets = match found.kind {
        TargetKind::Number => {
            check_numbers(&files, &found.target_column, path)?;
            Targets::Number(found.target_column.clone())
        }
        TargetKind::Labels if names.is_empty() => {
            return Err(DataError::Empty { what: format!("column {}", found.target_column) });
        }
        TargetKind::Labels => Targets::Labels(names),
        TargetKind::Class => Targets::Classes(names),
    };
    Ok((found.target_column, Listing { root: found.root, targets, files }))
}

/// Refuses a number that is the same everywhere: there is nothing to learn.
fn check_numbers(files: &[Listed], column: &str, path: &Path) -> Result<(), DataError> {
    let numbers = || {
        files.iter().filter_map(|file| match file.target {
            Target::Number(number) => Some(number),
            _ => None,
        })
    };
    match numbers().next() {
        Some(value) if numbers().all(|number| number.total_cmp(&value).is_eq()) => {
            let (column, path) = (column.to_owned(), path.to_owned());
            Err(DataError::OneNumber { column, value, count: files.len(), path })
        }
        _ => Ok(()),
    }
}
