//! Each value becomes another, whatever pixel has it: a table of 256 values for all channels, or one a channel.

use crate::Picture;

/// A value for each value.
pub(crate) type Table = [u8; 256];

/// The table of a rule.
pub(crate) fn table(rule: impl Fn(u8) -> u8) -> Table {
    let mut table = [0; 256];
    for (value, place) in (0..=255).zip(&mut table) {
        *place = rule(value);
    }
    table
}

/// The picture with each value replaced.
pub(crate) fn replaced(picture: &Picture, table: &Table) -> Picture {
    let samples = picture.samples.iter().map(|&value| table[usize::from(value)]).collect();
    Picture { samples, ..*picture }
}

/// How often each value occurs, channel by channel.
pub(crate) fn histograms(picture: &Picture) -> Vec<[usize; 256]> {
    let mut histograms = vec![[0; 256]; picture.channels];
    for pixel in picture.samples.chunks_exact(picture.channels) {
        for (value, histogram) in pixel.iter().zip(&mut histograms) {
            histogram[usize::from(*value)] += 1;
        }
    }
    histograms
}

/// The picture with each value replaced by what the table made of its channel's histogram says.
pub(crate) fn replaced_by_channel(
    picture: &Picture,
    rule: impl Fn(&[usize; 256]) -> Table,
) -> Picture {
    let tables: Vec<Table> = histograms(picture).iter().map(rule).collect();
    let mut samples = picture.samples.clone();
    for pixel in samples.chunks_exact_mut(picture.channels) {
        for (value, table) in pixel.iter_mut().zip(&tables) {
            *value = table[usize::from(*value)];
        }
    }
    Picture { samples, ..*picture }
}
