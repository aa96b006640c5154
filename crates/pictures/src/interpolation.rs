//! How the value between pixels is found.

/// How the value between pixels is found; torchvision's `InterpolationMode`.
///
/// Where a picture is scaled down, all pixels that shrink into one count (but for the nearest one), which is what torchvision calls
/// antialiasing and Pillow always does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Interpolation {
    /// The nearest pixel.
    Nearest,
    /// Linear between the pixels around: `BILINEAR` of Pillow and torchvision.
    Bilinear,
    /// A cubic spline through the pixels around: `BICUBIC` of Pillow and torchvision. Its parameter is -0.5 where a picture is scaled, and -1
    /// in an affine transform.
    Bicubic,
}
