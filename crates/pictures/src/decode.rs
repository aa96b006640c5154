//! The bytes of a file become a picture in the colours that are wanted, after its header has proved harmless; knows no paths.
//!
//! PNG, JPEG, GIF (first frame), BMP, WebP (first frame) and TIFF (first page), told by their content.

mod jpeg;
mod limits;
mod raster;
mod recognise;
mod stored;
mod tiff;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use recognise::PictureFormat;

use crate::{Picture, PicturesError};
use recognise::recognise;

/// The colours that a picture is wanted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Colours {
    /// One channel.
    Grey,
    /// Three channels: red, green, blue.
    Rgb,
}

impl Colours {
    /// Samples a pixel.
    pub fn channels(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::Rgb => 3,
        }
    }
}

/// What a picture's header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PictureHeader {
    /// How the file is written.
    pub format: PictureFormat,
    /// Pixels in a row once the picture is upright.
    pub width: usize,
    /// Rows once the picture is upright.
    pub height: usize,
    /// Samples a pixel as the decoder gives them: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha. A palette counts as its colours, CMYK
    /// as RGB, and a GIF always has alpha.
    pub channels: usize,
    /// Whether the file stores 16 bits a sample.
    pub wide: bool,
}

/// Decodes a picture.
///
/// - It is upright: the EXIF orientation is applied as `PIL.ImageOps.exif_transpose` does.
/// - Transparency becomes white paper. (`convert("RGB")` of Pillow drops alpha and shows what lies under it, which programs leave black.)
/// - Grey is ITU-R BT.601 luma, rounded as Pillow's `convert("L")`.
/// - Of 16 bits the nearest 8 are kept; Pillow cuts off in RGB, and clips grey at 255.
/// - CMYK is taken as Adobe writes it in JPEG, inverted, as Pillow does; colour profiles are not applied, as in Pillow.
///
/// A thread takes at most 256 MiB to decode, and as much again as the picture has bytes where its rows become columns.
///
/// # Errors
///
/// Not a picture, damaged, cut off, of a kind that is not supported, or too large: above 16,384 pixels a side, 64 Mi in all, 256 MiB to
/// decode, or more pixels than the file can stand for.
pub fn decode(bytes: &[u8], colours: Colours) -> Result<Picture, PicturesError> {
    guarded(bytes, |format| {
        let stored = match format {
            PictureFormat::Jpeg => jpeg::read(bytes)?,
            PictureFormat::Tiff => tiff::read(bytes)?,
            _ => raster::read(format, bytes)?,
        };
        Ok(stored.into_picture(colours))
    })
}

/// Reads a picture's header without decoding it. What [`decode`] refuses by its size is refused here, too; what is cut off or damaged
/// behind the header is not seen.
pub fn probe(bytes: &[u8]) -> Result<PictureHeader, PicturesError> {
    guarded(bytes, |format| match format {
        PictureFormat::Jpeg => jpeg::probe(bytes),
        PictureFormat::Tiff => tiff::probe(bytes),
        _ => raster::probe(format, bytes),
    })
}

/// Calls a decoder with the format of the file. The decoders are not ours; should a file make one panic, that file is an error like any
/// other.
fn guarded<T>(
    bytes: &[u8],
    read: impl FnOnce(PictureFormat) -> Result<T, PicturesError>,
) -> Result<T, PicturesError> {
    let format = recognise(bytes)?;
    catch_unwind(AssertUnwindSafe(|| read(format))).unwrap_or_else(|_| {
        let reason = "the decoder gave up".to_owned();
        Err(PicturesError::Broken { format, reason })
    })
}
