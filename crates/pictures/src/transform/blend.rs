//! Between two pictures, and beyond them: what brightness, contrast, saturation and sharpness have in common.

use crate::Picture;

/// The value `factor` of the way from one to another, cut off below 0 and above 255; Pillow's `Image.blend`, in 32 bits and without
/// the fraction, as there.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "meant: see above")]
pub(crate) fn blend(from: u8, to: u8, factor: f32) -> u8 {
    let (from, to) = (f32::from(from), f32::from(to));
    (from + factor * (to - from)) as u8
}

/// A factor in the 32 bits that Pillow gives it.
#[expect(clippy::cast_possible_truncation, reason = "meant")]
pub(crate) fn narrowed(factor: f64) -> f32 {
    factor as f32
}

/// How light a pixel is: ITU-R 601-2 luma of RGB as Pillow reckons it, in 1/65536; grey is itself.
pub(crate) fn luma(pixel: &[u8]) -> u8 {
    let &[red, green, blue] = pixel else { return pixel[0] };
    let sum = 19_595 * u32::from(red) + 38_470 * u32::from(green) + 7_471 * u32::from(blue);
    ((sum + 0x8000) >> 16).to_le_bytes()[0]
}

/// How light each pixel is, `[height, width]`.
pub(crate) fn lumas(picture: &Picture) -> impl Iterator<Item = u8> {
    picture.samples.chunks_exact(picture.channels).map(luma)
}
