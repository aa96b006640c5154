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
        let length = inner.len();
        // The row before, this one and the next, each from the left, from here and from the right.
        let [before, here, after] =
            [0, 1, 2].map(|row| [0, 1, 2].map(|place| &around[row][place * channels..][..length]));
        for (index, value) in inner.iter_mut().enumerate() {
            let sum =
                |row: [&[u8]; 3]| row.map(|values| u32::from(values[index])).iter().sum::<u32>();
            let smooth = smoothed(sum(before) + sum(here) + sum(after), *value);
            *value = blend(smooth, *value, factor);
        }
    }
    Picture { samples, ..*picture }
}

/// The mean of 3 x 3 pixels by their sum, in which the middle one counts five times; Pillow's `SMOOTH`. Reckoned in whole numbers: a sum of
/// bytes is never halfway between two multiples of 13.
fn smoothed(sum: u32, middle: u8) -> u8 {
    let weighted = sum + 4 * u32::from(middle);
    ((2 * weighted + 13) / 26).to_le_bytes()[0]
}
