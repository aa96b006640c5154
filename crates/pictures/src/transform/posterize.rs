//! A picture keeps the first bits of its values.

use super::levels::{replaced, table};
use crate::Picture;

/// The picture with the first `bits` bits of each value, the others 0; torchvision's `posterize`. 8 and more keep all.
pub fn posterize(picture: &Picture, bits: u32) -> Picture {
    let mask = u8::MAX.checked_shr(bits).map_or(u8::MAX, |lost| !lost);
    replaced(picture, &table(|value| value & mask))
}
