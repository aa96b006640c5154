//! A picture in another size, each pixel of which is the one of the old picture that lies at its middle.

use crate::Picture;

/// The picture in a size, as `PIL.Image.resize` with `NEAREST` makes it.
pub(super) fn scaled(picture: &Picture, width: usize, height: usize) -> Picture {
    let channels = picture.channels;
    let columns = places(0.0, ratio(picture.width, width), width, picture.width);
    let lines = places(0.0, ratio(picture.height, height), height, picture.height);
    let mut samples = Vec::with_capacity(width * height * channels);
    for line in lines {
        for column in &columns {
            // default: black, as in Pillow, should rounding lead beyond the last pixel.
            let pixel = line.zip(*column).map_or(&[0; 3][..channels], |(line, column)| {
                &picture.samples[(line * picture.width + column) * channels..][..channels]
            });
            samples.extend_from_slice(pixel);
        }
    }
    Picture { width, height, channels, samples }
}

#[expect(clippy::cast_precision_loss, reason = "a picture's side is far below 2^53")]
fn ratio(old: usize, new: usize) -> f64 {
    old as f64 / new as f64
}

/// For `count` places, `start` and steps of `step` from there, which of `length` pixels lies at their middle. Pillow adds the steps up,
/// and so must this, for the sum's rounding decides.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is inside the picture"
)]
#[expect(clippy::cast_precision_loss, reason = "a picture's side is far below 2^53")]
pub(crate) fn places(start: f64, step: f64, count: usize, length: usize) -> Vec<Option<usize>> {
    let mut place = start + step * 0.5;
    let next = || {
        let inside = (0.0..length as f64).contains(&place).then_some(place as usize);
        place += step;
        inside
    };
    std::iter::repeat_with(next).take(count).collect()
}
