//! A picture is mirrored, left for right, half of the time.

use super::{Changed, Draws, Fault, RandomTransform, Size};
use crate::Picture;

/// The picture mirrored, left for right; torchvision's `hflip`.
pub fn horizontal_flip(picture: &Picture) -> Picture {
    let mut samples = Vec::with_capacity(picture.samples.len());
    for row in picture.samples.chunks_exact(picture.width * picture.channels) {
        for pixel in row.rchunks_exact(picture.channels) {
            samples.extend_from_slice(pixel);
        }
    }
    Picture { samples, ..*picture }
}

/// torchvision's `RandomHorizontalFlip`.
#[derive(Clone, Debug, PartialEq)]
pub struct RandomHorizontalFlip {
    /// How probably a picture is mirrored.
    pub p: f64,
}

impl RandomHorizontalFlip {
    /// torchvision's defaults.
    pub const DEFAULT: Self = Self { p: 0.5 };
}

impl Default for RandomHorizontalFlip {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl RandomTransform for RandomHorizontalFlip {
    fn fault(&self) -> Option<Fault> {
        Fault::unless_within("p", self.p, [0.0, 1.0])
    }

    fn apply(&self, picture: &Picture, draws: &mut Draws, _: Size) -> Changed {
        Ok(draws.happens(self.p).then(|| horizontal_flip(picture)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn left_becomes_right() {
        let picture = Picture::new(2, 2, 3, vec![1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]).unwrap();
        let flipped = horizontal_flip(&picture);
        assert_eq!(flipped.samples, [4, 5, 6, 1, 2, 3, 10, 11, 12, 7, 8, 9]);
        assert_eq!(horizontal_flip(&flipped), picture);
    }
}
