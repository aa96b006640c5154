//! A picture is moved by whole pixels.

use super::{Affine, affine};
use crate::{Interpolation, Picture};

/// The picture moved to the right and down by whole pixels; what comes from outside is `fill`. The same as torchvision's `affine` with
/// nothing but `translate`.
pub fn translate(picture: &Picture, [right, down]: [i64; 2], fill: u8) -> Picture {
    let parameters = Affine { translate: [right, down], ..Affine::default() };
    // Whole pixels need no value between them.
    affine(picture, &parameters, Interpolation::Nearest, fill)
}
