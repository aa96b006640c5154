//! A picture becomes the little that is kept of it to find its copies: 1.2 KiB whatever its size; knows no files and no other picture.

use std::f64::consts::PI;
use std::sync::LazyLock;

use crate::Picture;

/// The thumbnail's side in pixels.
pub(crate) const SIDE: usize = 32;
/// The side of the table of colours.
pub(crate) const COLOUR_SIDE: usize = 4;
/// Frequencies of each parity in the descriptor.
pub(crate) const FREQUENCIES: usize = 16;
/// What stands for 1 in the descriptor, small enough that 32 products of two such values fit an `i32`.
pub(crate) const UNIT: i32 = 4096;

/// What is kept of a picture: a grey thumbnail, its colours in coarse fields, and the lowest frequencies of its brightness.
///
/// Width and height are stretched to the same side, so that a copy of another size has the same thumbnail.
#[derive(Clone, Debug, PartialEq)]
pub struct Likeness {
    /// Brightness in sixteenths of a level would be finer than the noise of what is looked for: whole levels, `[32, 32]`.
    pub(crate) grey: [u8; SIDE * SIDE],
    /// Cb and Cr of JPEG, `[4, 4, 2]`.
    pub(crate) colours: [u8; COLOUR_SIDE * COLOUR_SIDE * 2],
    /// The frequencies that a mirror leaves as they are, and those whose sign it changes.
    pub(crate) even: [i16; FREQUENCIES],
    pub(crate) odd: [i16; FREQUENCIES],
    /// Pixels in a row and rows of the picture.
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// The standard deviation of the thumbnail's brightness, in levels.
    pub(crate) contrast: f32,
}

impl Likeness {
    /// What is kept of `picture`.
    pub fn of(picture: &Picture) -> Self {
        let cells = area_means(picture);
        let luma =
            cells.iter().map(|[red, green, blue]| 0.299 * red + 0.587 * green + 0.114 * blue);
        let luma: Vec<f32> = luma.collect();
        let mut grey = [0; SIDE * SIDE];
        for (level, value) in grey.iter_mut().zip(&luma) {
            *level = level_of(*value);
        }
        let (even, odd, contrast) = descriptor(&luma);
        let size = |length: usize| u32::try_from(length).unwrap_or(u32::MAX); // default: sides beyond 2^32 do not fit memory
        Self {
            grey,
            colours: colours(&cells, &luma),
            even,
            odd,
            width: size(picture.width),
            height: size(picture.height),
            contrast,
        }
    }
}

/// A value in levels as a byte.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the bytes' range"
)]
fn level_of(value: f32) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}

/// The mean red, green and blue of each of 32 x 32 equal fields of a picture (`cv2.INTER_AREA`); fields smaller than a
/// pixel have the pixel's colour.
fn area_means(picture: &Picture) -> Vec<[f32; 3]> {
    let mut cells = vec![[0.0; 3]; SIDE * SIDE];
    let channels = picture.channels.max(1);
    let columns = overlaps(picture.width);
    let rows = picture.samples.chunks_exact((picture.width * channels).max(1));
    for (row, of_rows) in rows.zip(overlaps(picture.height)) {
        let mut means = [[0.0; 3]; SIDE];
        for (pixel, of_columns) in row.chunks_exact(channels).zip(&columns) {
            let colour = match *pixel {
                [red, green, blue, ..] => [red, green, blue].map(f32::from),
                [grey, ..] => [f32::from(grey); 3],
                [] => continue,
            };
            for (cell, share) in of_columns {
                for (mean, value) in means[*cell].iter_mut().zip(colour) {
                    *mean += share * value;
                }
            }
        }
        for (cell, share) in of_rows {
            for (sum, mean) in cells[cell * SIDE..][..SIDE].iter_mut().zip(means) {
                for (sum, mean) in sum.iter_mut().zip(mean) {
                    *sum += share * mean;
                }
            }
        }
    }
    cells
}

/// For each of `length` pixels, the fields that it overlaps, and which share of a field it is.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a side of a picture is far below 2^53, a share needs no more than an f32"
)]
fn overlaps(length: usize) -> Vec<Vec<(usize, f32)>> {
    // In units of 1 / length of a field, in which borders of pixels and fields are whole.
    let of_pixel = |pixel: usize| {
        let (start, end) = (pixel * SIDE, (pixel + 1) * SIDE);
        let fields = start / length..end.div_ceil(length);
        let share = |field: usize| {
            let overlap = end.min((field + 1) * length) - start.max(field * length);
            (field, (overlap as f64 / length as f64) as f32)
        };
        fields.map(share).collect()
    };
    (0..length).map(of_pixel).collect()
}

/// Cb and Cr (JPEG's) of 4 x 4 fields.
fn colours(cells: &[[f32; 3]], luma: &[f32]) -> [u8; COLOUR_SIDE * COLOUR_SIDE * 2] {
    const FIELD: usize = SIDE / COLOUR_SIDE;
    #[expect(clippy::cast_precision_loss, reason = "64")]
    const SHARE: f32 = 1.0 / (FIELD * FIELD) as f32;
    let mut sums = [0.0; COLOUR_SIDE * COLOUR_SIDE * 2];
    for (place, ([red, _, blue], luma)) in cells.iter().zip(luma).enumerate() {
        let field = place / SIDE / FIELD * COLOUR_SIDE + place % SIDE / FIELD;
        sums[2 * field] += SHARE * 0.564 * (blue - luma);
        sums[2 * field + 1] += SHARE * 0.713 * (red - luma);
    }
    sums.map(|sum| level_of(sum + 128.0))
}

/// The lowest frequencies `(vertical, horizontal)` of a parity, lowest first, without the mean.
fn frequencies(parity: usize) -> [(usize, usize); FREQUENCIES] {
    let all = (0..HIGHEST).flat_map(|v| (parity..HIGHEST).step_by(2).map(move |u| (v, u)));
    let mut all: Vec<_> = all.filter(|frequency| *frequency != (0, 0)).collect();
    all.sort_by_key(|(v, u)| (v * v + u * u, *v));
    all[..FREQUENCIES].try_into().expect("17 or 18 frequencies of each parity, more than 16")
}

/// No frequency of the descriptor reaches this.
const HIGHEST: usize = 6;

/// `[frequency, 32]`: the rows of the orthonormal DCT-II.
static COSINES: LazyLock<[[f32; SIDE]; HIGHEST]> = LazyLock::new(|| {
    let mut table = [[0.0; SIDE]; HIGHEST];
    for (frequency, row) in table.iter_mut().enumerate() {
        for (place, value) in row.iter_mut().enumerate() {
            #[expect(
                clippy::cast_precision_loss,
                clippy::cast_possible_truncation,
                reason = "small numbers, stored as f32"
            )]
            {
                let scale =
                    if frequency == 0 { 1.0 } else { 2.0_f64.sqrt() } / (SIDE as f64).sqrt();
                let angle = PI * (place as f64 + 0.5) * frequency as f64 / SIDE as f64;
                *value = (scale * angle.cos()) as f32;
            }
        }
    }
    table
});

static EVEN: LazyLock<[(usize, usize); FREQUENCIES]> = LazyLock::new(|| frequencies(0));
static ODD: LazyLock<[(usize, usize); FREQUENCIES]> = LazyLock::new(|| frequencies(1));

/// The DCT's lowest coefficients, scaled together to length [`UNIT`], and the standard deviation of `luma`.
#[expect(clippy::cast_precision_loss, reason = "1024 and 4096 fit an f32")]
fn descriptor(luma: &[f32]) -> ([i16; FREQUENCIES], [i16; FREQUENCIES], f32) {
    let mut of_rows = [[0.0; HIGHEST]; SIDE];
    for (row, sums) in luma.chunks_exact(SIDE).zip(&mut of_rows) {
        for (sum, cosines) in sums.iter_mut().zip(COSINES.iter()) {
            *sum = row.iter().zip(cosines).map(|(value, cosine)| value * cosine).sum();
        }
    }
    let coefficient = |(v, u): (usize, usize)| -> f32 {
        of_rows.iter().zip(&COSINES[v]).map(|(row, cosine)| row[u] * cosine).sum()
    };
    let (even, odd) = (EVEN.map(coefficient), ODD.map(coefficient));
    let length = even.iter().chain(&odd).map(|value| value * value).sum::<f32>().sqrt();
    #[expect(clippy::cast_possible_truncation, reason = "at most 4096")]
    let scaled = |value: f32| (value / length.max(1.0) * UNIT as f32).round() as i16;
    let mean = luma.iter().sum::<f32>() / luma.len() as f32;
    let squares = luma.iter().map(|value| (value - mean) * (value - mean)).sum::<f32>();
    (even.map(scaled), odd.map(scaled), (squares / luma.len() as f32).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn picture(width: usize, height: usize, level: impl Fn(usize, usize) -> u8) -> Picture {
        let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        let samples = places.map(|(x, y)| level(x, y)).collect();
        Picture::new(width, height, 1, samples).unwrap()
    }

    #[test]
    fn a_field_is_the_mean_of_what_lies_in_it() {
        // 48 pixels a side: a field is a pixel and a half.
        let likeness = Likeness::of(&picture(48, 48, |x, _| if x < 24 { 30 } else { 90 }));
        assert_eq!(likeness.grey[15..17], [30, 90]);
        let likeness = Likeness::of(&picture(48, 48, |x, _| if x == 0 { 90 } else { 0 }));
        assert_eq!(likeness.grey[..3], [60, 0, 0], "one pixel of one and a half");
        let likeness = Likeness::of(&picture(2, 1, |x, _| if x == 0 { 7 } else { 9 }));
        assert_eq!(likeness.grey[14..18], [7, 7, 9, 9], "pixels larger than fields");
    }

    #[test]
    fn a_mirror_turns_the_odd_frequencies_alone() {
        let level = |x: usize, y: usize| u8::try_from((x * x + 3 * y + x * y) % 200).unwrap();
        let one = Likeness::of(&picture(40, 30, level));
        let other = Likeness::of(&picture(40, 30, |x, y| level(39 - x, y)));
        let close = |a: &[i16], b: &[i16], sign: i16| {
            a.iter().zip(b).all(|(a, b)| (a - sign * b).abs() <= 1)
        };
        assert!(close(&one.even, &other.even, 1));
        assert!(close(&one.odd, &other.odd, -1));
    }

    #[test]
    fn the_colours_are_those_of_jpeg() {
        let red = Picture::new(1, 1, 3, vec![255, 0, 0]).unwrap();
        let likeness = Likeness::of(&red);
        assert_eq!(likeness.grey[0], 76);
        assert_eq!(likeness.colours[..2], [85, 255]);
        assert!(likeness.contrast < 0.01);
    }

    proptest! {
        #[test]
        fn any_picture_has_a_likeness(
            width in 1_usize..70, height in 1_usize..70, colour: bool, seed: u8,
        ) {
            let channels = if colour { 3 } else { 1 };
            let samples = (0..width * height * channels)
                .map(|place| place.wrapping_mul(37).to_le_bytes()[0].wrapping_mul(seed));
            let picture = Picture::new(width, height, channels, samples.collect()).unwrap();
            let likeness = Likeness::of(&picture);
            let length = likeness.even.iter().chain(&likeness.odd);
            let length: i32 = length.map(|value| i32::from(*value) * i32::from(*value)).sum();
            prop_assert!(length <= UNIT * UNIT / 100 * 101);
            prop_assert!(likeness.contrast <= 128.0);
        }
    }
}
