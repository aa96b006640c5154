//! Everything that can be wrong with pictures and their folders, with what was found and what was expected.

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
}
