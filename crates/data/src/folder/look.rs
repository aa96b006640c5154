//! What a folder of pictures is like, for whoever makes a recipe for it.

use std::path::Path;

use burnwright_pictures::{ClassOrder, probe, read_file};
use rayon::prelude::*;

use super::reading::{self, Listing};
use crate::{DataError, Source};

/// What a folder of pictures is like.
#[derive(Clone, Debug, PartialEq)]
pub struct FolderLook {
    /// 1 where all pictures are grey, else 3.
    pub channels: usize,
    /// The median of the shorter sides, in pixels.
    pub shorter_side: usize,
    /// Whether the folder has test examples of its own.
    pub has_test: bool,
    /// Whether the folder has validation examples of its own.
    pub has_validation: bool,
    /// What a reader of the recipe should know, a line each.
    pub notes: Vec<String>,
}

/// Looks at the headers of all pictures.
pub fn look_at_folder(root: &Path) -> Result<FolderLook, DataError> {
    Ok(look_at(&reading::list(root, &ClassOrder::Sorted)?))
}

/// The same of pictures that are listed.
pub(crate) fn look_at(listing: &Listing) -> FolderLook {
    let headers = listing.files.par_iter().map(|file| {
        let bytes = read_file(&listing.root.join(&file.path)).ok()?;
        let header = probe(&bytes).ok()?;
        Some((header.width.min(header.height), header.channels <= 2))
    });
    let headers: Vec<_> = headers.collect();
    let mut sides: Vec<usize> = headers.iter().flatten().map(|(side, _)| *side).collect();
    sides.sort_unstable();
    let is_grey = headers.iter().flatten().all(|(_, is_grey)| *is_grey);
    // default: where no header can be read, the pictures themselves are the error that is met next.
    let shorter_side = sides.get(sides.len() / 2).copied().unwrap_or(64);
    let has = |part| listing.files.iter().any(|file| file.part == Some(part));
    let mut notes = Vec::new();
    if let (Some(first), Some(last)) = (sides.first(), sides.last()) {
        let colours = if is_grey { "all grey" } else { "in colour" };
        notes.push(format!(
            "shorter sides of {first} to {last} pixels, {shorter_side} in the middle; {colours}"
        ));
    }
    FolderLook {
        channels: if is_grey && !sides.is_empty() { 1 } else { 3 },
        shorter_side,
        has_test: has(crate::parts::Part::Test),
        has_validation: has(crate::parts::Part::Validation),
        notes,
    }
}

/// Mean and standard deviation of each channel of some images, in units of the full brightness, rounded to 4 decimals. The sums are of
/// whole numbers: they have no order.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "sums of bytes are far below 2^53; four decimals are an f32's"
)]
pub fn mean_and_std(
    source: &dyn Source,
    places: &[u32],
) -> Result<(Vec<f32>, Vec<f32>), DataError> {
    let shape = source.shape();
    let mut pixels = vec![0; shape.pixel_count()];
    let mut sums = vec![(0_u64, 0_u64); shape.channels];
    for &place in places {
        source.read(place as usize, &mut pixels)?;
        for (plane, (sum, squares)) in
            pixels.chunks_exact(shape.height * shape.width).zip(&mut sums)
        {
            for &pixel in plane {
                *sum += u64::from(pixel);
                *squares += u64::from(pixel).pow(2);
            }
        }
    }
    let count = (places.len() * shape.height * shape.width).max(1) as f64;
    let rounded = |value: f64| ((value * 1e4).round() / 1e4) as f32;
    let of = |&(sum, squares): &(u64, u64)| {
        let mean = sum as f64 / count;
        let deviation = (squares as f64 / count - mean * mean).max(0.0).sqrt();
        // Channels of one value stay what they are.
        let deviation = if deviation < 1e-3 * 255.0 { 255.0 } else { deviation };
        (rounded(mean / 255.0), rounded(deviation / 255.0))
    };
    Ok(sums.iter().map(of).unzip())
}
