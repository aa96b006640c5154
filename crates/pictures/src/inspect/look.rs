//! Files become what is seen of each: header, imprint, and sums of its pixels at one size; knows no classes and no parts.

use std::ops::ControlFlow;
use std::path::Path;

use rayon::prelude::*;

use crate::check::read_file;
use crate::decode::{decode, probe};
use crate::picture::luma;
use crate::{
    Colours, Imprint, Interpolation, Picture, PictureHeader, PicturesError, UnreadablePicture,
};

/// The size and the colours at which pixels are summed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// One channel or three.
    pub colours: Colours,
}

/// What one look at a picture tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Sight {
    /// What its header says.
    pub header: PictureHeader,
    /// What its copies are found by. It does not depend on the [`Measure`].
    pub imprint: Imprint,
    /// Whether each pixel is grey.
    pub grey: bool,
    /// By channel, over its pixels at the measure's size.
    pub(crate) sums: [Sums; 3],
}

/// Sums of levels, 0 to 255: whole numbers, so that their order does not matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    pub(crate) levels: u64,
    pub(crate) squares: u64,
    pub(crate) count: u64,
}

/// Looks at all pictures, on all cores, each read and decoded once and not kept: what is seen of each, or why it cannot be read, in the
/// order of `paths`, which begin at `root`.
///
/// `watch` is called after each file, by many threads at once; where it breaks, the look ends early and the value is returned.
pub fn look_at<B: Send>(
    root: &Path,
    paths: &[impl AsRef<str> + Sync],
    measure: Measure,
    watch: impl Fn() -> ControlFlow<B> + Sync,
) -> ControlFlow<B, Vec<Result<Sight, UnreadablePicture>>> {
    let seen = paths.par_iter().map(|path| {
        let path = path.as_ref();
        let sight = sight(&root.join(path), measure).map_err(|error| UnreadablePicture {
            path: path.to_owned(),
            reason: error.without_path(),
        });
        match watch() {
            ControlFlow::Continue(()) => Ok(sight),
            ControlFlow::Break(value) => Err(value),
        }
    });
    match seen.collect() {
        Ok(seen) => ControlFlow::Continue(seen),
        Err(value) => ControlFlow::Break(value),
    }
}

fn sight(path: &Path, measure: Measure) -> Result<Sight, PicturesError> {
    let bytes = read_file(path)?;
    let header = probe(&bytes)?;
    let picture = decode(&bytes, Colours::Rgb)?;
    let imprint = Imprint::of(&bytes, &picture);
    let grey =
        picture.samples.chunks_exact(3).all(|pixel| pixel[0] == pixel[1] && pixel[1] == pixel[2]);
    let scaled = match measure.colours {
        Colours::Rgb => picture,
        Colours::Grey => grey_of(&picture),
    };
    let scaled = scaled.resize(measure.width, measure.height, Interpolation::Bilinear)?;
    let mut sums = [Sums::default(); 3];
    for pixel in scaled.samples.chunks_exact(scaled.channels) {
        for (sums, level) in sums.iter_mut().zip(pixel) {
            sums.add(*level);
        }
    }
    Ok(Sight { header, imprint, grey, sums })
}

impl Sums {
    fn add(&mut self, level: u8) {
        let level = u64::from(level);
        self.levels += level;
        self.squares += level * level;
        self.count += 1;
    }
}

/// Pillow's `convert("L")`.
fn grey_of(picture: &Picture) -> Picture {
    let samples = picture.samples.chunks_exact(picture.channels).map(luma).collect();
    Picture { width: picture.width, height: picture.height, channels: 1, samples }
}
