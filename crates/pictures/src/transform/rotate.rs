//! A picture is turned by an angle.

use super::affine::{Matrix, transformed};
use super::{Changed, Draws, Fault, RandomTransform, Size};
use crate::{Interpolation, Picture};

/// The picture turned by an angle around its middle, of the same size: degrees, against the clock; torchvision's `rotate` on a Pillow
/// picture. What comes from outside is `fill`.
#[expect(clippy::cast_precision_loss, reason = "a picture's side is far below 2^53")]
pub fn rotate(picture: &Picture, angle: f64, interpolation: Interpolation, fill: u8) -> Picture {
    let angle = -angle.rem_euclid(360.0).to_radians();
    let (cosine, sine) = (rounded(angle.cos()), rounded(angle.sin()));
    let (x, y) = (picture.width as f64 / 2.0, picture.height as f64 / 2.0);
    let matrix: Matrix =
        [cosine, sine, cosine * -x + sine * -y + x, -sine, cosine, -sine * -x + cosine * -y + y];
    transformed(picture, &matrix, interpolation, fill)
}

/// To 15 decimals, as Pillow does: a quarter of a turn then has whole numbers.
fn rounded(value: f64) -> f64 {
    (value * 1e15).round_ties_even() / 1e15
}

/// torchvision's `RandomRotation`.
#[derive(Clone, Debug, PartialEq)]
pub struct RandomRotation {
    /// The least and the largest angle: degrees, against the clock. torchvision has no default; this is what digits and photographs
    /// of things bear.
    pub degrees: [f64; 2],
    /// How the value between pixels is found.
    pub interpolation: Interpolation,
    /// What comes from outside.
    pub fill: u8,
}

impl RandomRotation {
    /// torchvision's defaults, and ours where it has none.
    pub const DEFAULT: Self =
        Self { degrees: [-10.0, 10.0], interpolation: Interpolation::Nearest, fill: 0 };
}

impl Default for RandomRotation {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl RandomTransform for RandomRotation {
    fn fault(&self) -> Option<Fault> {
        Fault::unless_range("degrees", self.degrees, [-360.0, 360.0])
    }

    fn apply(&self, picture: &Picture, draws: &mut Draws, _: Size) -> Changed {
        let angle = draws.uniform(self.degrees);
        Ok(Some(rotate(picture, angle, self.interpolation, self.fill)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_of_a_turn_is_against_the_clock() {
        let picture = Picture::new(2, 2, 1, vec![1, 2, 3, 4]).unwrap();
        for interpolation in
            [Interpolation::Nearest, Interpolation::Bilinear, Interpolation::Bicubic]
        {
            let turned = |angle| rotate(&picture, angle, interpolation, 0).samples;
            assert_eq!(turned(90.0), [2, 4, 1, 3]);
            assert_eq!(turned(180.0), [4, 3, 2, 1]);
            assert_eq!(turned(-90.0), turned(270.0));
            assert_eq!(turned(720.0), picture.samples);
        }
    }

    #[test]
    fn an_angle_that_is_not_finite_leaves_fill() {
        let picture = Picture::new(2, 2, 1, vec![1, 2, 3, 4]).unwrap();
        for interpolation in [Interpolation::Nearest, Interpolation::Bilinear] {
            assert_eq!(rotate(&picture, f64::NAN, interpolation, 7).samples, [7; 4]);
        }
    }
}
