//! Pictures in files in, pixels out.
//!
//! Folders are listed, files decoded, pictures scaled, cropped and varied with torchvision's meaning, and compared for likeness. This crate
//! knows no tensors, no models and no training.

mod decode;
mod error;
mod picture;
pub mod transform;

pub use decode::{Colours, PictureFormat, PictureHeader, decode, probe};
pub use error::PicturesError;
pub use picture::Picture;
