//! A picture is rotated, moved, scaled and sheared at once; torchvision's `affine` on a Pillow picture.

use crate::{Interpolation, Picture};

mod nearest;
mod smooth;

/// From a place in the result to the place in the picture that is shown there: `[a, b, c, d, e, f]` stands for
/// `x' = a x + b y + c`, `y' = d x + e y + f`, in pixels from the upper left corner.
pub(crate) type Matrix = [f64; 6];

/// The parameters of torchvision's `affine`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Affine {
    /// Degrees clockwise.
    pub angle: f64,
    /// Pixels to the right and down.
    pub translate: [i64; 2],
    /// How many times as large.
    pub scale: f64,
    /// Degrees along x and along y.
    pub shear: [f64; 2],
    /// What stays in place, x and y in pixels from the upper left corner; the middle if none is given.
    pub center: Option<[f64; 2]>,
}

impl Default for Affine {
    /// Nothing changes.
    fn default() -> Self {
        Self { angle: 0.0, translate: [0; 2], scale: 1.0, shear: [0.0; 2], center: None }
    }
}

impl Affine {
    /// The matrix back: rotation, scale and shear are undone around the centre, after the movement.
    #[expect(
        clippy::many_single_char_names,
        reason = "the matrix of rotation, scale and shear is [[a, b], [c, d]]"
    )]
    #[expect(clippy::cast_precision_loss, reason = "sides and movements are far below 2^53")]
    fn inverse(&self, width: usize, height: usize) -> Matrix {
        let (angle, shear) = (self.angle.to_radians(), self.shear.map(f64::to_radians));
        let [x, y] = self.center.unwrap_or([width as f64 * 0.5, height as f64 * 0.5]);
        let (turned, along_x, along_y) = (angle - shear[1], shear[0].tan(), shear[1].cos());
        let a = turned.cos() / along_y;
        let b = -turned.cos() * along_x / along_y - angle.sin();
        let c = turned.sin() / along_y;
        let d = -turned.sin() * along_x / along_y + angle.cos();
        // The determinant is 1, so that this is the inverse.
        let [a, b, c, d] = [d, -b, -c, a].map(|value| value / self.scale);
        let (back_x, back_y) = (-x - self.translate[0] as f64, -y - self.translate[1] as f64);
        [a, b, a * back_x + b * back_y + x, c, d, c * back_x + d * back_y + y]
    }
}

/// The picture rotated, moved, scaled and sheared, of the same size; what comes from outside is `fill`. A scale of 0, or a number that
/// is not finite, leaves nothing but `fill`.
pub fn affine(
    picture: &Picture,
    parameters: &Affine,
    interpolation: Interpolation,
    fill: u8,
) -> Picture {
    let matrix = parameters.inverse(picture.width, picture.height);
    transformed(picture, &matrix, interpolation, fill)
}

/// The picture seen through a matrix, of the same size; Pillow's `Image.transform` with `AFFINE`.
pub(crate) fn transformed(
    picture: &Picture,
    matrix: &Matrix,
    interpolation: Interpolation,
    fill: u8,
) -> Picture {
    let samples = match picture.channels {
        1 => drawn::<1>(picture, matrix, interpolation, fill),
        3 => drawn::<3>(picture, matrix, interpolation, fill),
        _ => unreachable!("a picture has 1 or 3 channels"),
    };
    Picture { samples, ..*picture }
}

fn drawn<const CHANNELS: usize>(
    picture: &Picture,
    matrix: &Matrix,
    interpolation: Interpolation,
    fill: u8,
) -> Vec<u8> {
    let source = Source::<CHANNELS> {
        pixels: picture.samples.as_chunks().0,
        width: picture.width,
        height: picture.height,
    };
    match interpolation {
        Interpolation::Nearest => nearest::transformed(&source, matrix, fill),
        Interpolation::Bilinear => smooth::transformed(&source, matrix, fill, smooth::bilinear),
        Interpolation::Bicubic => smooth::transformed(&source, matrix, fill, smooth::bicubic),
    }
}

/// A picture by its pixels, `[height, width]`.
struct Source<'a, const CHANNELS: usize> {
    pixels: &'a [[u8; CHANNELS]],
    width: usize,
    height: usize,
}
