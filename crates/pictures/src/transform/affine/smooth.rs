//! Of each place in the result, a mean of the pixels of the picture around it, as Pillow forms it.

use super::{Matrix, Source};

/// The whole picture through a matrix, with `filter` for the value at x, y, which lie inside the picture.
#[expect(clippy::many_single_char_names, reason = "the matrix has these names; x and y are places")]
pub(super) fn transformed<const CHANNELS: usize>(
    source: &Source<CHANNELS>,
    matrix: &Matrix,
    fill: u8,
    filter: impl Fn(&Source<CHANNELS>, f64, f64) -> [u8; CHANNELS],
) -> Vec<u8> {
    let [a, b, c, d, e, f] = *matrix;
    let mut target = vec![[fill; CHANNELS]; source.pixels.len()];
    let [width, height] = [source.width, source.height].map(real);
    for (row, line) in target.chunks_exact_mut(source.width).zip(0..) {
        let y = real(line) + 0.5;
        for (pixel, column) in row.iter_mut().zip(0..) {
            let x = real(column) + 0.5;
            let (at_x, at_y) = (a * x + b * y + c, d * x + e * y + f);
            if (0.0..width).contains(&at_x) && (0.0..height).contains(&at_y) {
                *pixel = filter(source, at_x - 0.5, at_y - 0.5);
            }
        }
    }
    target.into_flattened()
}

/// The mean of the 2 x 2 pixels around, each by its nearness.
pub(super) fn bilinear<const CHANNELS: usize>(
    source: &Source<CHANNELS>,
    x: f64,
    y: f64,
) -> [u8; CHANNELS] {
    let ([left, right], across) = around(x, [0, 1], source.width);
    let ([upper, lower], down) = around(y, [0, 1], source.height);
    let row = |line: usize, channel: usize| {
        let [first, second] = [left, right]
            .map(|column| f64::from(source.pixels[line * source.width + column][channel]));
        first + (second - first) * across
    };
    std::array::from_fn(|channel| {
        let (first, second) = (row(upper, channel), row(lower, channel));
        truncated(first + (second - first) * down)
    })
}

/// The cubic spline through the 4 x 4 pixels around (its parameter is -1: the affine transform of Pillow has another spline than its
/// scaling, where it is -0.5).
pub(super) fn bicubic<const CHANNELS: usize>(
    source: &Source<CHANNELS>,
    x: f64,
    y: f64,
) -> [u8; CHANNELS] {
    let (columns, across) = around(x, [-1, 0, 1, 2], source.width);
    let (lines, down) = around(y, [-1, 0, 1, 2], source.height);
    std::array::from_fn(|channel| {
        let rows = lines.map(|line| {
            let values = columns
                .map(|column| f64::from(source.pixels[line * source.width + column][channel]));
            spline(values, across)
        });
        truncated(spline(rows, down))
    })
}

/// The pixels at distances from the one that begins at or before `place`, or the edge's where they lie outside, and how far `place` is
/// from there.
#[expect(clippy::cast_possible_truncation, reason = "a picture's side is below 2^28")]
fn around<const N: usize>(place: f64, distances: [i64; N], length: usize) -> ([usize; N], f64) {
    let first = place.floor();
    let last = i64::try_from(length).expect("a picture's side is below 2^28") - 1;
    let pixels = distances.map(|distance| {
        let inside = (first as i64 + distance).clamp(0, last);
        usize::try_from(inside).expect("it is not below 0")
    });
    (pixels, place - first)
}

fn spline([first, second, third, fourth]: [f64; 4], place: f64) -> f64 {
    let linear = third - first;
    let square = 2.0 * (first - second) + third - fourth;
    let cube = -first + second - third + fourth;
    second + place * (linear + place * (square + place * cube))
}

/// Without its fraction, and within 0 to 255.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "meant")]
fn truncated(value: f64) -> u8 {
    value as u8
}

#[expect(clippy::cast_precision_loss, reason = "a picture's side is far below 2^53")]
fn real(side: usize) -> f64 {
    side as f64
}
