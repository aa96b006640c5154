//! Data in, what somebody should know of them before a model learns from them out: as values, and in words.

mod classes;
mod images;
mod pictures;
mod pictures_report;
mod table;
mod words;

use std::path::Path;

use burnwright_data::{DataConfig, DataError, named};
use burnwright_view::DataSetReport;

pub use images::{ExactCopies, InspectedImages, inspect_images};
pub use pictures::{AbsentClass, InspectedPictures, PassedOver};
pub use table::{InspectedTable, InspectedTarget, LeftOut, TargetClass};

use crate::SessionError;

/// What was found in data.
#[derive(Clone, Debug)]
pub enum Inspected {
    /// A folder or a manifest of pictures.
    Pictures(Box<InspectedPictures>),
    /// A table.
    Table(Box<InspectedTable>),
    /// Images in files of a published form.
    Images(Box<InspectedImages>),
}

/// Looks at all that a path leads to: a folder of pictures, a manifest of pictures, a folder with the files of a published data set, or
/// a table. `target` is the column of a table or a manifest that is learned.
///
/// Pictures are decoded on all cores, one a thread, and not kept. `watch` is called after each with how many there are in all, by many
/// threads at once.
pub fn inspect(
    path: &Path,
    target: Option<&str>,
    watch: impl Fn(usize) + Sync,
) -> Result<Inspected, SessionError> {
    let is_manifest = burnwright_pictures::is_manifest(path);
    if target.is_some() && !is_manifest && path.is_dir() {
        return Err(SessionError::NoTable { path: path.to_owned() });
    }
    if is_manifest {
        return pictures::of_manifest(path, target, watch).map(Box::new).map(Inspected::Pictures);
    }
    if !path.is_dir() {
        return table::inspect(path, target).map(Box::new).map(Inspected::Table);
    }
    if let Some(named) = named::of_folder(path) {
        let source = named.name.to_owned();
        let data = DataConfig { source, path: Some(path.to_owned()), ..DataConfig::default() };
        let found = InspectedImages { by_names: true, ..inspect_images(&data)? };
        return Ok(Inspected::Images(Box::new(found)));
    }
    pictures::of_folder(path, watch).map(Box::new).map(Inspected::Pictures)
}

impl Inspected {
    /// What was found, in words, without pictures.
    pub fn report(&self) -> DataSetReport {
        match self {
            Self::Pictures(found) => pictures_report::report(found),
            Self::Table(found) => table::report(found),
            Self::Images(found) => images::report(found),
        }
    }

    /// The same with the pictures of copies, which are read again.
    pub fn illustrated(&self) -> DataSetReport {
        let mut report = self.report();
        if let Self::Pictures(found) = self {
            pictures_report::illustrate(&mut report, found);
        }
        report
    }
}

/// An error of the crates that read, as the data's.
fn unreadable(error: impl Into<DataError>) -> SessionError {
    SessionError::Data(error.into())
}
