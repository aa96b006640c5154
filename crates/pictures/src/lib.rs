//! Pictures in files in, pixels out.
//!
//! Folders are listed, files decoded, pictures scaled, cropped and varied with torchvision's meaning, and compared for likeness. This crate
//! knows no tensors, no models and no training.

mod decode;
mod duplicates;
mod error;
mod likeness;
mod picture;
pub mod transform;

pub use decode::{Colours, PictureFormat, PictureHeader, decode, probe};
pub use duplicates::{Duplicates, Imprint, Link, Sameness, find};
pub use error::PicturesError;
pub use likeness::Likeness;
pub use picture::Picture;
