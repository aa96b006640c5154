//! Pictures in files in, pixels out.
//!
//! Folders are listed, files decoded, pictures scaled, cropped and varied with torchvision's meaning, and compared for likeness. This crate
//! knows no tensors, no models and no training.

mod check;
mod decode;
mod duplicates;
mod error;
mod folder;
mod inspect;
mod likeness;
mod natural;
mod picture;
mod resize;
mod split;
pub mod transform;

pub use check::{UnreadablePicture, check_all, decode_file, read_file};
pub use decode::{Colours, PictureFormat, PictureHeader, decode, probe};
pub use duplicates::{Duplicates, Imprint, Link, Sameness, find};
pub use error::PicturesError;
pub use folder::{ClassOrder, FolderListing, FolderPart, FolderPicture, Part, list_folder};
pub use inspect::{
    ChannelFacts, ClassFacts, CopiedPicture, CopyFacts, CopyGroup, InspectedPicture, Inspection,
    Measure, Sight, Spread, UnreadableFile, inspect, look_at,
};
pub use likeness::Likeness;
pub use picture::Picture;
pub use resize::Interpolation;
pub use split::{Division, Member, Shares, quantile_bins, split};
