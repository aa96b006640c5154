//! A picture becomes greyer or more colourful.

use super::blend::{blend, narrowed};
use crate::Picture;
use crate::picture::luma;

/// The picture with the distance of its colours from grey times `factor`: 0 is grey, 1 the picture itself; torchvision's
/// `adjust_saturation` on a Pillow picture. A grey picture stays as it is.
pub fn adjust_saturation(picture: &Picture, factor: f64) -> Picture {
    let factor = narrowed(factor);
    let mut samples = picture.samples.clone();
    for pixel in samples.chunks_exact_mut(picture.channels) {
        let grey = luma(pixel);
        for value in pixel {
            *value = blend(grey, *value, factor);
        }
    }
    Picture { samples, ..*picture }
}
