//! A folder of pictures becomes a listing: classes, and for each part of the data its pictures; opens no picture.

mod classes;
mod layout;
mod walk;

use std::path::{Path, PathBuf};

pub use classes::ClassOrder;

use crate::{Part, PicturesError};
pub(crate) use classes::order;
pub(crate) use layout::{Layout, layout, part};
pub(crate) use walk::is_hidden;
use walk::{Found, walk};

/// The pictures of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderListing {
    /// The folder.
    pub root: PathBuf,
    /// The classes; a picture's class is a place in this list.
    pub classes: Vec<String>,
    /// The parts there are, in the order of [`Part`]: `Whole` alone, or `Train` with or without others. None is empty.
    pub parts: Vec<FolderPart>,
    /// Classes that the named part has no pictures of, though `Train` has. No error: what is judged can lack a class, but is then no
    /// judgement of it.
    pub absent: Vec<(Part, String)>,
    /// How many files were passed over for their extensions, most frequent first; an extension is lower case, and empty where there is none.
    pub passed_over: Vec<(String, usize)>,
}

/// The pictures of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderPart {
    /// Which part.
    pub part: Part,
    /// Its pictures, sorted by the bytes of their paths.
    pub pictures: Vec<FolderPicture>,
}

/// A picture of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderPicture {
    /// Where it is, from the root, with `/` between names on every system.
    pub path: String,
    /// Its class, a place in [`FolderListing::classes`].
    pub class: usize,
}

/// Lists `<class>/*`, or `{train,val,test}/<class>/*` with timm's other names: training; valid, validation, eval, evaluation; testing.
/// Upper and lower case count alike in these names.
///
/// - Pictures are files with the extension png, jpg, jpeg, jpe, jfif, gif, bmp, dib, webp, tif or tiff, in upper or lower case. What else
///   there is, is passed over and counted. Names with a dot in front, and `__MACOSX`, are passed over, as folders, too.
/// - What lies in folders below a class counts to that class, as in torchvision's `ImageFolder`. Links are followed.
/// - Parts are only meant where one of the folders is `train` and no other folder is a class: `bus`, `car` and `train` are three classes.
/// - Results depend on names alone, not on the order in which the system gives them.
///
/// # Errors
///
/// No pictures; pictures beside the class folders; fewer than two classes; a class without pictures, in `Train` where there are parts; a
/// class that `Train` has no pictures of; folders that cannot be told apart or are neither a part nor a class; links in a circle; a class or
/// a picture whose name is not UTF-8; a name of a picture that is no file; a class order that does not fit; more than 16 Mi entries.
pub fn list_folder(root: &Path, class_order: &ClassOrder) -> Result<FolderListing, PicturesError> {
    let found = walk(root)?;
    if found.pictures.is_empty() {
        let (folder, passed_over) = (root.to_owned(), found.passed_over);
        return Err(PicturesError::NoPictures { folder, passed_over });
    }
    match layout(root, found.folders_of(""))? {
        Layout::Classes => {
            loose(root, &found, "")?;
            let classes = order(root, found.folders_of(""), class_order)?;
            let pictures = pictures(&found.pictures, "", &classes);
            filled(root, &found, "", &classes, &pictures)?;
            let parts = vec![FolderPart { part: Part::Whole, pictures }];
            let (root, passed_over) = (root.to_owned(), found.passed_over);
            Ok(FolderListing { root, classes, parts, absent: Vec::new(), passed_over })
        }
        Layout::Parts(folders) => list_parts(root, found, &folders, class_order),
    }
}

/// All pictures of a folder, wherever they lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureListing {
    /// Their paths from the root, with `/` between names, sorted by their bytes.
    pub pictures: Vec<String>,
    /// As [`FolderListing::passed_over`].
    pub passed_over: Vec<(String, usize)>,
}

/// Lists the pictures of a folder as [`list_folder`] finds them, but asks for no classes.
///
/// # Errors
///
/// As [`list_folder`], but for all that concerns classes and parts.
pub fn list_pictures(root: &Path) -> Result<PictureListing, PicturesError> {
    let Found { pictures, passed_over, .. } = walk(root)?;
    if pictures.is_empty() {
        return Err(PicturesError::NoPictures { folder: root.to_owned(), passed_over });
    }
    Ok(PictureListing { pictures, passed_over })
}

fn list_parts(
    root: &Path,
    found: Found,
    folders: &[(Part, String)],
    class_order: &ClassOrder,
) -> Result<FolderListing, PicturesError> {
    loose(root, &found, "")?;
    for (_, folder) in folders {
        loose(root, &found, folder)?;
    }
    let (_, train) = &folders[0]; // the layout puts it first
    let classes = order(root, found.folders_of(train), class_order)?;
    let mut listing = FolderListing {
        root: root.to_owned(),
        classes,
        parts: Vec::new(),
        absent: Vec::new(),
        passed_over: Vec::new(),
    };
    for (part, folder) in folders {
        let unknown: Vec<String> = found
            .folders_of(folder)
            .filter(|class| !listing.classes.iter().any(|known| known == class))
            .map(str::to_owned)
            .collect();
        if !unknown.is_empty() {
            let (part, folder) = (*part, root.join(folder));
            return Err(PicturesError::UnknownClasses { part, classes: unknown, folder });
        }
        let pictures = pictures(&found.pictures, folder, &listing.classes);
        if *part == Part::Train {
            filled(root, &found, folder, &listing.classes, &pictures)?;
        } else if pictures.is_empty() {
            let (folder, passed_over) = (root.join(folder), Vec::new());
            return Err(PicturesError::NoPictures { folder, passed_over });
        }
        let absent = empty(&listing.classes, &pictures).map(|class| (*part, class.to_owned()));
        listing.absent.extend(absent);
        listing.parts.push(FolderPart { part: *part, pictures });
    }
    listing.passed_over = found.passed_over;
    Ok(listing)
}

/// The pictures below a folder, each with the place of its class.
fn pictures(paths: &[String], folder: &str, classes: &[String]) -> Vec<FolderPicture> {
    let mut places: Vec<(&str, usize)> =
        classes.iter().enumerate().map(|(place, class)| (class.as_str(), place)).collect();
    places.sort_unstable();
    let picture = |path: &String| {
        let (class, _) = within(path, folder)?.split_once('/')?;
        let place = places.binary_search_by_key(&class, |(name, _)| name).ok()?;
        Some(FolderPicture { path: path.clone(), class: places[place].1 })
    };
    paths.iter().filter_map(picture).collect()
}

/// What is left of a path within a folder; the root is "".
fn within<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    if folder.is_empty() { Some(path) } else { path.strip_prefix(folder)?.strip_prefix('/') }
}

/// Refuses pictures that lie in a folder itself, where folders of classes or parts are expected.
fn loose(root: &Path, found: &Found, folder: &str) -> Result<(), PicturesError> {
    let directly = |path: &&String| within(path, folder).is_some_and(|rest| !rest.contains('/'));
    let pictures: Vec<String> = found.pictures.iter().filter(directly).cloned().collect();
    if pictures.is_empty() {
        return Ok(());
    }
    let folder = if folder.is_empty() { root.to_owned() } else { root.join(folder) };
    Err(PicturesError::LoosePictures { pictures, folder })
}

/// Refuses a folder that has a class without pictures, or only one class.
fn filled(
    root: &Path,
    found: &Found,
    folder: &str,
    classes: &[String],
    pictures: &[FolderPicture],
) -> Result<(), PicturesError> {
    let path = if folder.is_empty() { root.to_owned() } else { root.join(folder) };
    let empty: Vec<String> = empty(classes, pictures).map(str::to_owned).collect();
    if !empty.is_empty() {
        return Err(PicturesError::EmptyClasses { classes: empty, folder: path });
    }
    if let [class] = classes {
        let inside = if folder.is_empty() { class.clone() } else { format!("{folder}/{class}") };
        let folders = found.folders_of(&inside).map(str::to_owned).collect();
        return Err(PicturesError::OneClass { class: class.clone(), folders, folder: path });
    }
    Ok(())
}

/// The classes that have no picture.
fn empty<'a>(classes: &'a [String], pictures: &[FolderPicture]) -> impl Iterator<Item = &'a str> {
    let mut counts = vec![0_usize; classes.len()];
    for picture in pictures {
        counts[picture.class] += 1;
    }
    classes.iter().zip(counts).filter(|(_, count)| *count == 0).map(|(class, _)| class.as_str())
}
