//! Pictures in files in, pixels out.
//!
//! Folders are listed, files decoded, pictures scaled, cropped and varied with torchvision's meaning, and compared for likeness. This crate
//! knows no tensors, no models and no training.

mod check;
mod decode;
mod duplicates;
mod error;
mod folder;
mod format;
mod inspect;
mod interpolation;
mod likeness;
mod manifest;
mod natural;
mod part;
mod picture;
mod resize;
mod split;
pub mod transform;

pub use check::{UnreadablePicture, check_all, decode_file, read_file};
pub use decode::{Colours, PictureHeader, decode, probe};
pub use duplicates::{Duplicates, Imprint, Link, Sameness, find};
pub use error::PicturesError;
pub use folder::{
    ClassOrder, FolderListing, FolderPart, FolderPicture, PictureListing, list_folder,
    list_pictures,
};
pub use format::PictureFormat;
pub use inspect::{
    ChannelFacts, ClassFacts, CopiedPicture, CopyFacts, CopyGroup, InspectedPicture, Inspection,
    Measure, Sight, Spread, UnreadableFile, inspect, look_at, thumbnails,
};
pub use interpolation::Interpolation;
pub use likeness::Likeness;
pub use manifest::{
    ManifestListing, ManifestOptions, ManifestPart, ManifestPicture, ManifestTarget, TargetKind,
    is_manifest, list_manifest,
};
pub use part::Part;
pub use picture::Picture;
pub use split::{Division, Member, Shares, quantile_bins, split};

use check::read_bytes;
