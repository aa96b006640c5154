//! Everything that can be wrong with pictures and their folders, with what was found and what was expected.

use crate::PictureFormat;

/// What went wrong with a picture, a folder of pictures, or a list of them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PicturesError {
    /// Samples and sizes of a picture do not agree.
    #[error(
        "{got} samples for a picture of {width} x {height} pixels of {channels} channels, expected one a channel of each pixel, and 1 or 3 channels"
    )]
    Shape {
        /// Pixels in a row.
        width: usize,
        /// Rows.
        height: usize,
        /// Samples a pixel.
        channels: usize,
        /// Samples there are.
        got: usize,
    },
    /// The bytes are no picture that can be read.
    #[error("not a PNG, JPEG, GIF, BMP, WebP or TIFF picture: {found}")]
    NotAPicture {
        /// What they look like.
        found: String,
    },
    /// A picture is damaged or cut off.
    #[error("broken {format} ({reason})")]
    Broken {
        /// How the picture is written.
        format: PictureFormat,
        /// What is wrong with it.
        reason: String,
    },
    /// A picture is whole but of a kind that is not read.
    #[error("{format} of a kind that is not supported ({what})")]
    Unsupported {
        /// How the picture is written.
        format: PictureFormat,
        /// What it uses.
        what: String,
    },
    /// A picture has too many pixels.
    #[error(
        "the picture has {width} x {height} pixels, expected at most {side} a side and {pixels} in all"
    )]
    TooLarge {
        /// Pixels in a row.
        width: u32,
        /// Rows.
        height: u32,
        /// The longest side that is read.
        side: u32,
        /// The most pixels that are read.
        pixels: u64,
    },
    /// A picture would take too much memory.
    #[error(
        "the picture of {width} x {height} pixels takes {needed} bytes to decode, expected at most {most}"
    )]
    TooManyBytes {
        /// Pixels in a row.
        width: u32,
        /// Rows.
        height: u32,
        /// Bytes that decoding takes.
        needed: u64,
        /// Bytes that it may take.
        most: u64,
    },
    /// A header announces more pixels than the file can stand for.
    #[error("the header announces {width} x {height} pixels in a file of {bytes} bytes")]
    Oversized {
        /// Pixels in a row.
        width: u32,
        /// Rows.
        height: u32,
        /// Bytes of the file.
        bytes: usize,
    },
    /// A picture cannot be brought to a size.
    #[error(
        "a picture of {old_width} x {old_height} pixels cannot become one of {width} x {height}, expected 1 to {pixels} pixels"
    )]
    Scale {
        /// Pixels in a row as it is.
        old_width: usize,
        /// Rows as it is.
        old_height: usize,
        /// Pixels in a row as it was to be.
        width: usize,
        /// Rows as it was to be.
        height: usize,
        /// The most pixels that are made.
        pixels: usize,
    },
    /// Shares that leave nothing to train on, or are none.
    #[error(
        "shares of {validation} for validation and {test} for the test, expected each from 0 on and together below 1"
    )]
    Shares {
        /// Of the validation.
        validation: f64,
        /// Of the test.
        test: f64,
    },
}
