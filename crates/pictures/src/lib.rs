//! Pictures in files in, pixels out.
//!
//! Folders are listed, files decoded, pictures scaled, cropped and varied with torchvision's meaning, and compared for likeness. This crate
//! knows no tensors, no models and no training.

mod check;
mod decode;
mod error;
mod folder;
mod manifest;
mod natural;
mod picture;
mod resize;

pub use check::{UnreadablePicture, check_all, decode_file, read_file};
pub use decode::{Colours, PictureFormat, PictureHeader, decode, probe};
pub use error::PicturesError;
pub use folder::{ClassOrder, FolderListing, FolderPart, FolderPicture, Part, list_folder};
pub use manifest::{
    ManifestListing, ManifestOptions, ManifestPart, ManifestPicture, ManifestTarget, TargetKind,
    list_manifest,
};
pub use picture::Picture;
pub use resize::Interpolation;

use check::read_bytes;
