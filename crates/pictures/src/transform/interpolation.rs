//! How the value between pixels is found.

/// How the value between pixels is found; torchvision's `InterpolationMode`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Interpolation {
    /// The nearest pixel.
    #[default]
    Nearest,
    /// Linear between the pixels around; over all pixels that shrink into one where a picture is made smaller.
    Bilinear,
    /// A cubic spline through the pixels around, likewise.
    Bicubic,
}
