//! Of each place in the result, the pixel of the picture that lies there.

use super::{Matrix, Source};
use crate::resize::places;

/// The whole picture through a matrix.
#[expect(clippy::many_single_char_names, reason = "the matrix has these names; x and y are places")]
pub(super) fn transformed<const CHANNELS: usize>(
    source: &Source<CHANNELS>,
    matrix: &Matrix,
    fill: u8,
) -> Vec<u8> {
    if matrix[1] == 0.0 && matrix[3] == 0.0 {
        return scaled(source, matrix, fill);
    }
    let mut target = vec![[fill; CHANNELS]; source.pixels.len()];
    // Pillow reckons in 1/65536 of a pixel, and what is nearest depends on it.
    let [a, b, c, d, e, f] = *matrix;
    let (first_x, first_y) = (fixed(c + a * 0.5 + b * 0.5), fixed(f + d * 0.5 + e * 0.5));
    let steps = [a, b, d, e].map(fixed);
    let sides = [source.width, source.height].map(|side| side as u64);
    let mut start = [first_x, first_y];
    for row in target.chunks_exact_mut(source.width) {
        let [mut x, mut y] = start;
        for pixel in row {
            // Below 0 it is a number far above any side.
            let (column, line) = ((x >> 16).cast_unsigned(), (y >> 16).cast_unsigned());
            if column < sides[0] && line < sides[1] {
                *pixel = source.at(column, line);
            }
            (x, y) = (x.saturating_add(steps[0]), y.saturating_add(steps[2]));
        }
        start = [start[0].saturating_add(steps[1]), start[1].saturating_add(steps[3])];
    }
    target.into_flattened()
}

/// In 1/65536 of a pixel. What is not a number becomes a place outside any picture.
#[expect(clippy::cast_possible_truncation, reason = "a place that far away is outside any picture")]
fn fixed(value: f64) -> i64 {
    if value.is_nan() { i64::MIN } else { (value * 65_536.0 + 0.5).floor() as i64 }
}

/// The picture through a matrix that only moves and scales: rows and columns can be looked up apart.
fn scaled<const CHANNELS: usize>(source: &Source<CHANNELS>, matrix: &Matrix, fill: u8) -> Vec<u8> {
    let mut target = vec![[fill; CHANNELS]; source.pixels.len()];
    let columns = places(matrix[2], matrix[0], source.width, source.width);
    let lines = places(matrix[5], matrix[4], source.height, source.height);
    for (row, line) in target.chunks_exact_mut(source.width).zip(lines) {
        let Some(line) = line else { continue };
        let from = &source.pixels[line * source.width..][..source.width];
        for (pixel, column) in row.iter_mut().zip(&columns) {
            if let Some(column) = column {
                *pixel = from[*column];
            }
        }
    }
    target.into_flattened()
}

impl<const CHANNELS: usize> Source<'_, CHANNELS> {
    #[expect(clippy::cast_possible_truncation, reason = "they are inside the picture")]
    fn at(&self, column: u64, line: u64) -> [u8; CHANNELS] {
        self.pixels[line as usize * self.width + column as usize]
    }
}
