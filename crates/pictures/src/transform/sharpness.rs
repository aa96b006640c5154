//! A picture becomes smoother or sharper.

use super::blend::{blend, narrowed};
use crate::Picture;

/// The picture with its distance from its smoothed self times `factor`: 0 is smooth, 1 the picture itself, 2 sharp; torchvision's
/// `adjust_sharpness` on a Pillow picture. The pixels of the edge stay as they are.
pub fn adjust_sharpness(picture: &Picture, factor: f64) -> Picture {
    let factor = narrowed(factor);
    let Picture { width, height, channels, .. } = *picture;
    let mut samples = picture.samples.clone();
    if width < 3 || height < 3 {
        return Picture { samples, ..*picture };
    }
    let stride = width * channels;
    let rows: Vec<&[u8]> = picture.samples.chunks_exact(stride).collect();
    let targets = samples.chunks_exact_mut(stride).skip(1);
    for (around, target) in rows.windows(3).zip(targets) {
        let inner = &mut target[channels..stride - channels];
        for (index, value) in inner.iter_mut().enumerate() {
            *value = blend(smooth(around, index, channels), *value, factor);
        }
    }
    Picture { samples, ..*picture }
}

/// The mean of the 3 x 3 pixels from `index` of three rows on, in which the middle one counts five times; Pillow's `SMOOTH`. Reckoned
/// in whole numbers: a sum of bytes is never halfway between two multiples of 13.
fn smooth(rows: &[&[u8]], index: usize, channels: usize) -> u8 {
    let row = |row: &[u8]| {
        let at = |place: usize| u32::from(row[index + place * channels]);
        at(0) + at(1) + at(2)
    };
    let middle = u32::from(rows[1][index + channels]);
    let sum = row(rows[0]) + row(rows[1]) + row(rows[2]) + 4 * middle;
    ((2 * sum + 13) / 26).to_le_bytes()[0]
}
