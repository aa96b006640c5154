//! A picture becomes darker or brighter.

use super::blend::{blend, narrowed};
use super::levels::{replaced, table};
use crate::Picture;

/// The picture with its values times `factor`: 0 is black, 1 the picture itself; torchvision's `adjust_brightness` on a Pillow picture.
pub fn adjust_brightness(picture: &Picture, factor: f64) -> Picture {
    let factor = narrowed(factor);
    replaced(picture, &table(|value| blend(0, value, factor)))
}
