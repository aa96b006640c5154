//! A part of a picture becomes a picture; what lies outside the picture is filled or mirrored.

use crate::{Picture, PicturesError};

/// The most samples that a picture is given here: 256 MiB.
pub const LARGEST: usize = 1 << 28;

/// Rows and columns of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
}

impl Size {
    /// The size of a picture.
    pub fn of(picture: &Picture) -> Self {
        Self { height: picture.height, width: picture.width }
    }

    /// How many samples a picture of this size has: at least one, at most [`LARGEST`].
    pub(crate) fn sample_count(self, channels: usize) -> Result<usize, PicturesError> {
        let Self { height, width } = self;
        height
            .checked_mul(width)
            .and_then(|pixels| pixels.checked_mul(channels))
            .filter(|count| (1..=LARGEST).contains(count))
            .ok_or(PicturesError::Size { width, height, largest: LARGEST })
    }
}

/// A rectangle, as in torchvision's `crop`: its first row and column, which may lie outside a picture, and its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rectangle {
    /// The first row.
    pub top: i64,
    /// The first column.
    pub left: i64,
    /// How many rows and columns.
    pub size: Size,
}

impl Rectangle {
    /// A rectangle inside a picture, from its first row and column.
    pub(crate) fn inside([top, left]: [usize; 2], size: Size) -> Self {
        let place = |side| i64::try_from(side).expect("a picture's side is below 2^28");
        Self { top: place(top), left: place(left), size }
    }
}

/// What lies outside a picture; torchvision's `padding_mode`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PaddingMode {
    /// One value, `fill`.
    #[default]
    Constant,
    /// The nearest pixel of the edge.
    Edge,
    /// The picture in a mirror that stands on the edge's pixels, which are not repeated.
    Reflect,
    /// The picture in a mirror that stands outside the edge's pixels, which are repeated.
    Symmetric,
}

impl PaddingMode {
    /// The place in `0..length` that is shown at `place`; none where it is `fill`.
    fn source(self, place: i64, length: usize) -> Option<usize> {
        let count = i64::try_from(length).expect("a picture's side is below 2^28");
        let inside = match self {
            _ if (0..count).contains(&place) => place,
            Self::Constant => return None,
            Self::Edge => place.clamp(0, count - 1),
            Self::Reflect if count == 1 => 0,
            Self::Reflect => {
                let turn = place.rem_euclid(2 * (count - 1));
                turn.min(2 * (count - 1) - turn)
            }
            Self::Symmetric => {
                let turn = place.rem_euclid(2 * count);
                turn.min(2 * count - 1 - turn)
            }
        };
        Some(usize::try_from(inside).expect("it is inside the picture"))
    }
}

/// The pixels of a rectangle, `[rectangle.size.height, rectangle.size.width, channels]`; torchvision's `pad` and `crop` in one.
pub fn crop(
    picture: &Picture,
    rectangle: Rectangle,
    mode: PaddingMode,
    fill: u8,
) -> Result<Picture, PicturesError> {
    let Size { height, width } = rectangle.size;
    let channels = picture.channels;
    let mut samples = vec![fill; rectangle.size.sample_count(channels)?];
    let sources = |start: i64, count: usize, length: usize| {
        (0_i64..).take(count).map(move |place| mode.source(start.saturating_add(place), length))
    };
    let columns: Vec<_> = sources(rectangle.left, width, picture.width).collect();
    // Where the rectangle lies inside the picture, and there it mostly does, a row is copied whole.
    let whole = columns[0].zip(columns[width - 1]).filter(|&(first, last)| {
        last.checked_sub(first) == Some(width - 1)
            && i64::try_from(first).is_ok_and(|first| first == rectangle.left)
    });
    let rows = sources(rectangle.top, height, picture.height);
    for (target, row) in samples.chunks_exact_mut(width * channels).zip(rows) {
        let Some(row) = row else { continue };
        let source = &picture.samples[row * picture.width * channels..][..picture.width * channels];
        if let Some((first, _)) = whole {
            target.copy_from_slice(&source[first * channels..][..width * channels]);
            continue;
        }
        for (pixel, column) in target.chunks_exact_mut(channels).zip(&columns) {
            if let Some(column) = column {
                pixel.copy_from_slice(&source[column * channels..][..channels]);
            }
        }
    }
    Ok(Picture { width, height, channels, samples })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row_of_four() -> Picture {
        Picture::new(4, 1, 1, vec![1, 2, 3, 4]).unwrap()
    }

    fn padded(mode: PaddingMode) -> Vec<u8> {
        let rectangle = Rectangle { top: 0, left: -3, size: Size { height: 1, width: 10 } };
        crop(&row_of_four(), rectangle, mode, 9).unwrap().samples
    }

    #[test]
    fn padding_is_that_of_numpy() {
        assert_eq!(padded(PaddingMode::Constant), [9, 9, 9, 1, 2, 3, 4, 9, 9, 9]);
        assert_eq!(padded(PaddingMode::Edge), [1, 1, 1, 1, 2, 3, 4, 4, 4, 4]);
        assert_eq!(padded(PaddingMode::Reflect), [4, 3, 2, 1, 2, 3, 4, 3, 2, 1]);
        assert_eq!(padded(PaddingMode::Symmetric), [3, 2, 1, 1, 2, 3, 4, 4, 3, 2]);
    }

    #[test]
    fn a_rectangle_without_pixels_or_with_too_many_is_refused() {
        for side in [0, 1 << 20, usize::MAX] {
            let rectangle = Rectangle { top: 0, left: 0, size: Size { height: side, width: side } };
            let error = crop(&row_of_four(), rectangle, PaddingMode::Constant, 0).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!(
                    "a picture of {side} x {side} pixels, expected at least 1 x 1 and at most {LARGEST} samples"
                )
            );
        }
    }

    #[test]
    fn a_rectangle_far_away_shows_fill() {
        let rectangle =
            Rectangle { top: i64::MAX, left: i64::MIN, size: Size { height: 2, width: 2 } };
        let picture = crop(&row_of_four(), rectangle, PaddingMode::Constant, 7).unwrap();
        assert_eq!(picture.samples, [7; 4]);
    }
}
