//! A picture's values become about equally frequent.

use super::levels::{Table, replaced_by_channel, table};
use crate::Picture;

/// The picture with each value replaced by the share of its channel's values below it; torchvision's `equalize` on a Pillow picture. A
/// channel of one value, or of too few pixels, stays as it is.
pub fn equalize(picture: &Picture) -> Picture {
    replaced_by_channel(picture, shares)
}

fn shares(histogram: &[usize; 256]) -> Table {
    let mut counts = histogram.iter().filter(|count| **count > 0);
    let last = counts.next_back().expect("a picture has pixels");
    let step = (histogram.iter().sum::<usize>() - last) / 255;
    if step == 0 {
        return table(|value| value);
    }
    let mut below = step / 2;
    let mut table = [0; 256];
    for (place, count) in table.iter_mut().zip(histogram) {
        // default: Pillow cuts off at 255 too, where the last values are rare.
        *place = u8::try_from(below / step).unwrap_or(u8::MAX);
        below += count;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_of_one_value_stays_as_it_is() {
        let flat = Picture::new(30, 30, 1, vec![77; 900]).unwrap();
        assert_eq!(equalize(&flat), flat);
    }

    #[test]
    fn two_values_become_the_ends() {
        let halves: Vec<u8> = [100, 101].into_iter().cycle().take(1200).collect();
        let picture = Picture::new(30, 40, 1, halves).unwrap();
        let equalized = equalize(&picture);
        assert_eq!(equalized.samples[..2], [0, 255]);
    }
}
