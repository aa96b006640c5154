//! A folder of pictures becomes training and test examples: each file is decoded once, scaled, and kept where the memory allows it.

mod look;
mod reading;

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use burnwright_pictures::Picture;

use self::reading::Read;
use crate::parts::parts;
use crate::{
    DataConfig, DataError, ImageShape, PictureConfig, Preparation, Source, Splits, Target, Targets,
    class_order,
};

pub(crate) use look::look_at;
pub use look::{FolderLook, look_at_folder, mean_and_std};
pub(crate) use reading::{Listed, Listing, given};

/// All pictures of a folder that can be read.
struct Folder {
    root: PathBuf,
    config: PictureConfig,
    targets: Targets,
    files: Vec<File>,
    /// Pictures that cannot be read.
    left_out: usize,
}

/// One of them.
struct File {
    /// From the root.
    path: PathBuf,
    target: Target,
    /// The beginning of the BLAKE3 hash of its bytes.
    hash: [u8; 16],
    /// Scaled, where the memory allows it.
    kept: Option<Picture>,
}

/// Some pictures of a folder, as images of one size.
struct Pictures {
    folder: Arc<Folder>,
    /// The places of its files.
    places: Vec<u32>,
    held_out: Option<Vec<u32>>,
}

/// Reads a folder as a recipe says.
pub(crate) fn open(root: &Path, config: &DataConfig) -> Result<Splits, DataError> {
    let order = class_order::read(config.class_order.as_deref())?;
    open_listing(reading::list(root, &order)?, config)
}

/// Reads pictures as a recipe says. Every file is read and decoded; those that cannot be are an error that lists them, or are left out.
pub(crate) fn open_listing(listing: Listing, config: &DataConfig) -> Result<Splits, DataError> {
    // default: a recipe that says nothing of pictures has them as `[data.image]` has them.
    let image = config.image.clone().unwrap_or_default();
    let Read { root, targets, files, looks, left_out } = reading::read(listing, &image)?;
    let parts = parts(&looks, config)?;
    let folder = Arc::new(Folder { root, config: image, targets, files, left_out });
    let of = |places, held_out| Pictures { folder: Arc::clone(&folder), places, held_out };
    Ok(Splits::new(of(parts.train, Some(parts.held_out)), of(parts.test, None)))
}

impl Folder {
    /// A picture, scaled.
    fn scaled(&self, place: u32) -> Result<Cow<'_, Picture>, DataError> {
        let file = &self.files[place as usize];
        if let Some(kept) = &file.kept {
            return Ok(Cow::Borrowed(kept));
        }
        let (_, picture) = reading::decoded(&self.root.join(&file.path), &self.config)?;
        Ok(Cow::Owned(self.config.scale(&picture)?))
    }
}

impl Source for Pictures {
    fn len(&self) -> usize {
        self.places.len()
    }

    fn shape(&self) -> ImageShape {
        let PictureConfig { channels, crop, .. } = self.folder.config;
        ImageShape { channels, height: crop, width: crop }
    }

    fn targets(&self) -> &Targets {
        &self.folder.targets
    }

    fn read(&self, index: usize, pixels: &mut [u8]) -> Result<Target, DataError> {
        let scaled = self.folder.scaled(self.places[index])?;
        pixels.copy_from_slice(&self.folder.config.crop(&scaled)?);
        self.target(index)
    }

    fn target(&self, index: usize) -> Result<Target, DataError> {
        Ok(self.folder.files[self.places[index] as usize].target.clone())
    }

    fn picture(&self, index: usize) -> Result<Option<Picture>, DataError> {
        Ok(Some(self.folder.scaled(self.places[index])?.into_owned()))
    }

    fn preparation(&self) -> Preparation {
        Preparation::Picture(self.folder.config.clone())
    }

    fn held_out(&self) -> Option<&[u32]> {
        self.held_out.as_deref()
    }

    fn content_hash(&self, index: usize) -> Option<[u8; 16]> {
        Some(self.folder.files[self.places[index] as usize].hash)
    }

    fn left_out(&self) -> usize {
        self.folder.left_out
    }

    fn name(&self, index: usize) -> Option<String> {
        let file = &self.folder.files[self.places[index] as usize];
        Some(file.path.to_string_lossy().into_owned())
    }
}
