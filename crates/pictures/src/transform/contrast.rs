//! A picture's values move to or away from their mean.

use super::blend::{blend, narrowed};
use super::levels::{replaced, table};
use crate::Picture;
use crate::picture::luma;

/// The picture with the distance of its values from its mean lightness times `factor`: 0 is all grey, 1 the picture itself;
/// torchvision's `adjust_contrast` on a Pillow picture.
pub fn adjust_contrast(picture: &Picture, factor: f64) -> Picture {
    let factor = narrowed(factor);
    let lumas = picture.samples.chunks_exact(picture.channels).map(luma);
    let sum: u64 = lumas.map(u64::from).sum();
    let pixels = (picture.width * picture.height) as u64;
    let mean = (2 * sum + pixels) / (2 * pixels);
    let mean = u8::try_from(mean).expect("a mean of bytes is a byte");
    replaced(picture, &table(|value| blend(mean, value, factor)))
}
