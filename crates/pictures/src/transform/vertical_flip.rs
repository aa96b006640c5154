//! A picture is turned upside down, half of the time.

use super::{Changed, Draws, Fault, RandomTransform, Size};
use crate::Picture;

/// The picture mirrored, top for bottom; torchvision's `vflip`.
pub fn vertical_flip(picture: &Picture) -> Picture {
    let mut samples = Vec::with_capacity(picture.samples.len());
    for row in picture.samples.rchunks_exact(picture.width * picture.channels) {
        samples.extend_from_slice(row);
    }
    Picture { samples, ..*picture }
}

/// torchvision's `RandomVerticalFlip`.
#[derive(Clone, Debug, PartialEq)]
pub struct RandomVerticalFlip {
    /// How probably a picture is mirrored.
    pub p: f64,
}

impl RandomVerticalFlip {
    /// torchvision's defaults.
    pub const DEFAULT: Self = Self { p: 0.5 };
}

impl Default for RandomVerticalFlip {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl RandomTransform for RandomVerticalFlip {
    fn fault(&self) -> Option<Fault> {
        Fault::unless_within("p", self.p, [0.0, 1.0])
    }

    fn apply(&self, picture: &Picture, draws: &mut Draws, _: Size) -> Changed {
        Ok(draws.happens(self.p).then(|| vertical_flip(picture)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn top_becomes_bottom() {
        let picture = Picture::new(2, 3, 1, vec![1, 2, 3, 4, 5, 6]).unwrap();
        assert_eq!(vertical_flip(&picture).samples, [5, 6, 3, 4, 1, 2]);
    }
}
