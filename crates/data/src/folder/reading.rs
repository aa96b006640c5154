//! The files of a folder are listed, and each is read and decoded once, on all cores; what cannot be read is said all at once.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use burnwright_pictures::{
    self as pictures, ClassOrder, FolderPart, Imprint, Picture, find, list_folder, read_file,
};
use rayon::prelude::*;

use super::File;
use crate::parts::{Looks, Part, strata};
use crate::{DataError, PictureConfig, Target, Targets};

/// A file of a picture, before it is read.
pub(crate) struct Listed {
    /// From the root.
    pub(crate) path: PathBuf,
    pub(crate) target: Target,
    /// The part that the data themselves give.
    pub(crate) part: Option<Part>,
}

/// Pictures with their targets, in a folder or named by a list.
pub(crate) struct Listing {
    /// The folder that paths count from.
    pub(crate) root: PathBuf,
    pub(crate) targets: Targets,
    pub(crate) files: Vec<Listed>,
}

/// All pictures of a folder that can be read.
pub(super) struct Read {
    pub(super) root: PathBuf,
    pub(super) targets: Targets,
    pub(super) files: Vec<File>,
    pub(super) looks: Looks,
    /// Pictures that cannot be read.
    pub(super) left_out: usize,
}

/// Reads and decodes every file. Where some cannot be read, the error lists them, unless they are to be left out.
pub(super) fn read(listing: Listing, config: &PictureConfig) -> Result<Read, DataError> {
    let Listing { root, targets, files } = listing;
    let free = AtomicU64::new((config.cache_mib as u64) << 20);
    let outcomes = files.par_iter().map(|file| {
        let (bytes, picture) = decoded(&root.join(&file.path), config)?;
        let imprint = Imprint::of(&bytes, &picture);
        let scaled = config.scale(&picture)?;
        let size = scaled.samples.len() as u64;
        let fits =
            free.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |free| free.checked_sub(size));
        Ok::<_, DataError>((imprint, fits.is_ok().then_some(scaled)))
    });
    let outcomes: Vec<_> = outcomes.collect();
    let (mut kept, mut imprints, mut given, mut bad) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (file, outcome) in files.into_iter().zip(outcomes) {
        match outcome {
            Ok((imprint, scaled)) => {
                let hash = imprint.file;
                imprints.push(imprint);
                given.push(file.part);
                kept.push(File { path: file.path, target: file.target, hash, kept: scaled });
            }
            Err(error) => bad.push((file.path, error.to_string())),
        }
    }
    if !(bad.is_empty() || config.skip_bad) {
        return Err(DataError::BadPictures { total: kept.len() + bad.len(), bad, folder: root });
    }
    let mut groups: Vec<u32> = (0..).take(kept.len()).collect();
    for group in find(&imprints).groups() {
        // default: a group has a first member.
        let first = group.first().copied().unwrap_or(0);
        for member in group {
            groups[member] = u32::try_from(first).expect("a folder has fewer than 2^32 files");
        }
    }
    // Of the file, as in a run's split.json: neither the colours that a recipe wants nor the decoder decide who is held out.
    let keys = imprints.iter().map(|imprint| imprint.file).collect();
    let strata = strata(kept.iter().map(|file| &file.target));
    let left_out = bad.len();
    Ok(Read { root, targets, left_out, looks: Looks { keys, strata, groups, given }, files: kept })
}

/// Lists a folder without reading a picture.
pub(super) fn list(root: &Path, order: &ClassOrder) -> Result<Listing, DataError> {
    let listing = list_folder(root, order)?;
    let mut files = Vec::new();
    for FolderPart { part, pictures } in listing.parts {
        let part = given(part);
        files.extend(pictures.into_iter().map(|picture| Listed {
            path: picture.path.into(),
            target: Target::Class(
                u32::try_from(picture.class).expect("a folder has fewer than 2^32 classes"),
            ),
            part,
        }));
    }
    Ok(Listing { root: root.to_owned(), targets: Targets::Classes(listing.classes), files })
}

/// The part that is given by a name of it.
pub(crate) fn given(part: pictures::Part) -> Option<Part> {
    match part {
        pictures::Part::Whole => None,
        pictures::Part::Train => Some(Part::Train),
        pictures::Part::Validation => Some(Part::Validation),
        pictures::Part::Test => Some(Part::Test),
    }
}

/// The bytes of a file, and the picture that they are.
pub(super) fn decoded(
    path: &Path,
    config: &PictureConfig,
) -> Result<(Vec<u8>, Picture), DataError> {
    let bytes = read_file(path)?;
    let picture = config.decode(&bytes)?;
    Ok((bytes, picture))
}
