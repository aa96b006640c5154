//! A picture's light values are inverted.

use super::levels::{replaced, table};
use crate::Picture;

/// The picture with its values at or above `threshold` inverted; torchvision's `solarize`.
pub fn solarize(picture: &Picture, threshold: f64) -> Picture {
    let inverted = |value| if f64::from(value) < threshold { value } else { 255 - value };
    replaced(picture, &table(inverted))
}
