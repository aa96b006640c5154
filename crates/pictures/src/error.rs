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
    /// A picture would have no pixels, or more than are held.
    #[error(
        "a picture of {width} x {height} pixels, expected at least 1 x 1 and at most {largest} samples"
    )]
    Size {
        /// Pixels in a row.
        width: usize,
        /// Rows.
        height: usize,
        /// The most samples that are held.
        largest: usize,
    },
    /// A part is larger than the picture it is to be cut out of.
    #[error(
        "a part of {} x {} pixels, expected at most the {} x {} of the padded picture",
        part[0], part[1], picture[0], picture[1]
    )]
    Part {
        /// Width and height of the part.
        part: [usize; 2],
        /// Width and height of the picture with what is put around it.
        picture: [usize; 2],
    },
    /// A transform is set up wrongly.
    #[error("{setting} of {kind} {text}")]
    Setting {
        /// The transform.
        kind: &'static str,
        /// Its setting.
        setting: &'static str,
        /// What it is and what was expected.
        text: String,
    },
}
