//! Between two pictures, and beyond them: what brightness, contrast, saturation and sharpness have in common.

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
