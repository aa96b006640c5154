//! A picture's values are spread from 0 to 255.

use super::levels::{Table, replaced_by_channel, table};
use crate::Picture;

/// The picture with the values of each channel spread so that the smallest becomes 0 and the largest 255; torchvision's `autocontrast`
/// on a Pillow picture. A channel of one value stays as it is.
pub fn autocontrast(picture: &Picture) -> Picture {
    replaced_by_channel(picture, spread)
}

#[expect(clippy::cast_precision_loss, reason = "values are bytes")]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "without the fraction")]
fn spread(histogram: &[usize; 256]) -> Table {
    let occurs = |count: &usize| *count > 0;
    let range = histogram.iter().position(occurs).zip(histogram.iter().rposition(occurs));
    match range {
        Some((low, high)) if low < high => {
            let scale = 255.0 / (high - low) as f64;
            let offset = -(low as f64) * scale;
            table(|value| (f64::from(value) * scale + offset) as u8)
        }
        _ => table(|value| value),
    }
}
