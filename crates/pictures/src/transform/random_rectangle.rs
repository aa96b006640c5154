//! Rectangles of a random area, shape and place: what random resized crops and random erasing draw.

use super::rectangle::Rectangle;
use super::{Draws, Size};

/// Between which widths over heights a rectangle may be asked for.
pub(crate) const RATIOS: [f64; 2] = [1e-3, 1e3];

/// The sides of a rectangle, the longer one first where the ratio is above 1: its area is a share of the picture's, uniform in `scale`,
/// and the logarithm of its ratio is uniform in that of `ratio`.
pub(crate) fn sides(
    draws: &mut Draws,
    picture: Size,
    scale: [f64; 2],
    ratio: [f64; 2],
) -> [usize; 2] {
    let area = real(picture.height) * real(picture.width) * draws.uniform(scale);
    let ratio = draws.uniform(ratio.map(f64::ln)).exp();
    [(area * ratio).sqrt(), (area / ratio).sqrt()].map(rounded)
}

/// A rectangle somewhere inside a picture that is not smaller, each place as likely.
pub(crate) fn place(draws: &mut Draws, picture: Size, size: Size) -> Rectangle {
    let top = draws.below(picture.height - size.height + 1);
    let left = draws.below(picture.width - size.width + 1);
    Rectangle::inside([top, left], size)
}

/// The nearest whole number, halves to the even one, as Python rounds.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sides are positive; a longer one than fits is longer than any picture"
)]
pub(crate) fn rounded(side: f64) -> usize {
    side.round_ties_even() as usize
}

#[expect(clippy::cast_precision_loss, reason = "a picture's side is far below 2^53")]
pub(crate) fn real(side: usize) -> f64 {
    side as f64
}
