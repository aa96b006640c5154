//! A picture is sheared along one axis, as `RandAugment` and `TrivialAugment` do.

use super::{Affine, affine};
use crate::{Interpolation, Picture};

/// Each row is moved by `amount` times its distance from the upper edge; torchvision's `ShearX`.
pub fn shear_x(picture: &Picture, amount: f64, interpolation: Interpolation, fill: u8) -> Picture {
    shear(picture, [amount, 0.0], interpolation, fill)
}

/// Each column is moved by `amount` times its distance from the left edge; torchvision's `ShearY`.
pub fn shear_y(picture: &Picture, amount: f64, interpolation: Interpolation, fill: u8) -> Picture {
    shear(picture, [0.0, amount], interpolation, fill)
}

fn shear(picture: &Picture, amounts: [f64; 2], interpolation: Interpolation, fill: u8) -> Picture {
    let shear = amounts.map(|amount| amount.atan().to_degrees());
    let parameters = Affine { shear, center: Some([0.0; 2]), ..Affine::default() };
    affine(picture, &parameters, interpolation, fill)
}
