//! A picture is changed by one of fourteen operations, of any strength.

use super::augmentation_space::{Operation, Space};
use super::{Changed, Draws, Fault, RandomTransform, Size};
use crate::{Interpolation, Picture};

/// torchvision's `TrivialAugmentWide` (Müller and Hutter, 2021, arXiv:2103.10158).
/// It moves pictures by up to 32 pixels, whatever their size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrivialAugmentWide {
    /// How many strengths there are.
    pub num_magnitude_bins: usize,
    /// How the value between pixels is found.
    pub interpolation: Interpolation,
    /// What comes from outside.
    pub fill: u8,
}

impl TrivialAugmentWide {
    /// torchvision's defaults.
    pub const DEFAULT: Self =
        Self { num_magnitude_bins: 31, interpolation: Interpolation::Nearest, fill: 0 };

    /// How strong an operation is at one of the strengths, from 0; its sign is drawn where the operation has two directions.
    pub fn magnitude(&self, operation: Operation, bin: usize) -> f64 {
        self.space().magnitude(operation, bin).0
    }

    fn space(&self) -> Space {
        Space {
            shear: 0.99,
            translate: [32.0; 2],
            rotate: 135.0,
            factor: 0.99,
            lost_bits: 6,
            bins: self.num_magnitude_bins,
        }
    }
}

impl Default for TrivialAugmentWide {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl RandomTransform for TrivialAugmentWide {
    fn fault(&self) -> Option<Fault> {
        Fault::unless_counts("num_magnitude_bins", self.num_magnitude_bins, [2, 1000])
    }

    fn apply(&self, picture: &Picture, draws: &mut Draws, _: Size) -> Changed {
        let look = (self.interpolation, self.fill);
        Ok(self.space().apply(picture, draws, None, look))
    }
}
