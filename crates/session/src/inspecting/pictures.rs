//! A folder or a manifest of pictures becomes what is known of them: each is decoded once and not kept.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use burnwright_pictures::{
    self as pictures, ClassOrder, Colours, InspectedPicture, Inspection, ManifestOptions, Measure,
    Part, PicturesError, list_folder, list_manifest, list_pictures, look_at,
};
use serde::Serialize;

use super::unreadable;
use crate::SessionError;

/// The size at which pixels are summed up: that which a small network for pictures is given.
pub(super) const MEASURE: Measure = Measure { width: 64, height: 64, colours: Colours::Rgb };

/// What was found in a folder of pictures. Fields are the keys of its JSON form.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InspectedPictures {
    /// What was seen of them.
    #[serde(flatten)]
    pub inspection: Inspection,
    /// Classes that a part of the data has no pictures of.
    pub absent: Vec<AbsentClass>,
    /// Files that are no pictures, to judge by their extensions.
    pub passed_over: Vec<PassedOver>,
    /// Why no model can learn from the folder as it is; then the classes are not known.
    pub refused: Option<String>,
    /// Where paths begin.
    #[serde(skip)]
    pub root: PathBuf,
}

/// A class that a part of the data has no pictures of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AbsentClass {
    /// The part.
    pub part: String,
    /// The class.
    pub class: String,
}

/// Files of one extension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PassedOver {
    /// The extension in lower case, empty where there is none.
    pub extension: String,
    /// How many there are.
    pub files: usize,
}

pub(super) fn of_folder(
    root: &Path,
    watch: impl Fn(usize) + Sync,
) -> Result<InspectedPictures, SessionError> {
    let listing = match list_folder(root, &ClassOrder::Sorted) {
        Ok(listing) => listing,
        Err(error) if is_of_classes(&error) => return without_classes(root, &error, watch),
        Err(error) => return Err(unreadable(error)),
    };
    let asked = listing.inspected();
    let inspection = seen(root, &listing.classes, &asked, watch);
    let absent = (listing.absent.iter())
        .map(|(part, class)| AbsentClass { part: part.to_string(), class: class.clone() });
    Ok(InspectedPictures {
        inspection,
        absent: absent.collect(),
        passed_over: passed_over(&listing.passed_over),
        refused: None,
        root: root.to_owned(),
    })
}

/// Whether the pictures are there, but not in folders that say what they are.
fn is_of_classes(error: &PicturesError) -> bool {
    matches!(
        error,
        PicturesError::LoosePictures { .. }
            | PicturesError::OneClass { .. }
            | PicturesError::EmptyClasses { .. }
            | PicturesError::StrayFolders { .. }
            | PicturesError::NoTraining { .. }
            | PicturesError::SamePart { .. }
            | PicturesError::UnknownClasses { .. }
    )
}

fn without_classes(
    root: &Path,
    error: &PicturesError,
    watch: impl Fn(usize) + Sync,
) -> Result<InspectedPictures, SessionError> {
    let found = list_pictures(root).map_err(unreadable)?;
    let asked: Vec<InspectedPicture<'_>> = (found.pictures.iter())
        .map(|path| InspectedPicture { path, class: None, part: Part::Whole })
        .collect();
    Ok(InspectedPictures {
        inspection: seen(root, &[], &asked, watch),
        absent: Vec::new(),
        passed_over: passed_over(&found.passed_over),
        refused: Some(error.to_string()),
        root: root.to_owned(),
    })
}

fn passed_over(others: &[(String, usize)]) -> Vec<PassedOver> {
    let passed = |(extension, files): &(String, usize)| PassedOver {
        extension: extension.clone(),
        files: *files,
    };
    others.iter().map(passed).collect()
}

pub(super) fn of_manifest(
    path: &Path,
    target: Option<&str>,
    watch: impl Fn(usize) + Sync,
) -> Result<InspectedPictures, SessionError> {
    let target_column = target.map(str::to_owned);
    let options = ManifestOptions { target_column, ..ManifestOptions::default() };
    let listing = list_manifest(path, &options).map_err(unreadable)?;
    let classes = listing.classes(&ClassOrder::Sorted).map_err(unreadable)?;
    let places: HashMap<&str, usize> =
        classes.iter().enumerate().map(|(place, name)| (name.as_str(), place)).collect();
    let asked: Vec<InspectedPicture<'_>> = listing
        .parts
        .iter()
        .flat_map(|part| part.pictures.iter().map(move |picture| (part.part, picture)))
        .map(|(part, picture)| InspectedPicture {
            path: &picture.path,
            // One name is a class; several are labels, none a number.
            class: match picture.target.names() {
                [name] => places.get(name.as_str()).copied(),
                _ => None,
            },
            part,
        })
        .collect();
    Ok(InspectedPictures {
        inspection: seen(&listing.root, &classes, &asked, watch),
        absent: Vec::new(),
        passed_over: Vec::new(),
        refused: None,
        root: listing.root.clone(),
    })
}

fn seen(
    root: &Path,
    classes: &[String],
    asked: &[InspectedPicture<'_>],
    watch: impl Fn(usize) + Sync,
) -> Inspection {
    let paths: Vec<&str> = asked.iter().map(|picture| picture.path).collect();
    let all = paths.len();
    let watch = || {
        watch(all);
        ControlFlow::<std::convert::Infallible>::Continue(())
    };
    let ControlFlow::Continue(sights) = look_at(root, &paths, MEASURE, watch);
    pictures::inspect(classes, asked, &sights)
}
