//! A picture is changed by a few of fourteen operations, all of one strength.

use super::augmentation_space::{Operation, Space, share_of_sides};
use super::{Changed, Draws, Fault, RandomTransform, Size};
use crate::{Interpolation, Picture};

/// torchvision's `RandAugment` (Cubuk et al., 2020, arXiv:1909.13719).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RandAugment {
    /// How many operations, one after the other.
    pub num_ops: usize,
    /// Their strength, one of `num_magnitude_bins`, from 0.
    pub magnitude: usize,
    /// How many strengths there are.
    pub num_magnitude_bins: usize,
    /// How the value between pixels is found.
    pub interpolation: Interpolation,
    /// What comes from outside.
    pub fill: u8,
}

impl RandAugment {
    /// torchvision's defaults.
    pub const DEFAULT: Self = Self {
        num_ops: 2,
        magnitude: 9,
        num_magnitude_bins: 31,
        interpolation: Interpolation::Nearest,
        fill: 0,
    };

    /// How strong an operation is on a picture of this size; its sign is drawn where the operation has two directions.
    pub fn magnitude(&self, operation: Operation, size: Size) -> f64 {
        self.space(size).magnitude(operation, self.magnitude).0
    }

    fn space(&self, size: Size) -> Space {
        Space {
            shear: 0.3,
            translate: share_of_sides(size),
            rotate: 30.0,
            factor: 0.9,
            lost_bits: 4,
            bins: self.num_magnitude_bins,
        }
    }
}

impl Default for RandAugment {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl RandomTransform for RandAugment {
    fn fault(&self) -> Option<Fault> {
        Fault::unless_counts("num_ops", self.num_ops, [0, 100])
            .or_else(|| {
                Fault::unless_counts("num_magnitude_bins", self.num_magnitude_bins, [2, 1000])
            })
            .or_else(|| {
                Fault::unless_counts("magnitude", self.magnitude, [0, self.num_magnitude_bins - 1])
            })
    }

    fn apply(&self, picture: &Picture, draws: &mut Draws, _: Size) -> Changed {
        let space = self.space(Size::of(picture));
        let look = (self.interpolation, self.fill);
        let mut changed = None;
        for _ in 0..self.num_ops {
            let so_far = changed.as_ref().unwrap_or(picture); // default: nothing has changed it so far
            changed = space.apply(so_far, draws, Some(self.magnitude), look).or(changed);
        }
        Ok(changed)
    }
}
