//! The fourteen operations that `RandAugment` and `TrivialAugment` choose from, and how strong they may be; torchvision's
//! `_AUGMENTATION_SPACE`.

use super::autocontrast::autocontrast;
use super::brightness::adjust_brightness;
use super::contrast::adjust_contrast;
use super::equalize::equalize;
use super::posterize::posterize;
use super::rotate::rotate;
use super::saturation::adjust_saturation;
use super::sharpness::adjust_sharpness;
use super::shear::{shear_x, shear_y};
use super::solarize::solarize;
use super::translate::translate;
use super::{Draws, Size};
use crate::{Interpolation, Picture};

/// What is done to a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are named after what they do")]
pub enum Operation {
    Identity,
    ShearX,
    ShearY,
    TranslateX,
    TranslateY,
    Rotate,
    Brightness,
    Color,
    Contrast,
    Sharpness,
    Posterize,
    Solarize,
    AutoContrast,
    Equalize,
}

impl Operation {
    /// All of them, in torchvision's order.
    pub const ALL: [Self; 14] = [
        Self::Identity,
        Self::ShearX,
        Self::ShearY,
        Self::TranslateX,
        Self::TranslateY,
        Self::Rotate,
        Self::Brightness,
        Self::Color,
        Self::Contrast,
        Self::Sharpness,
        Self::Posterize,
        Self::Solarize,
        Self::AutoContrast,
        Self::Equalize,
    ];

    /// The picture changed by this operation with a magnitude, as torchvision's `_apply_image_or_video_transform` does with a Pillow
    /// picture.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "magnitudes are small; torchvision's int()"
    )]
    #[expect(clippy::cast_sign_loss, reason = "bits are from 2 to 8")]
    pub fn apply(
        self,
        picture: &Picture,
        magnitude: f64,
        interpolation: Interpolation,
        fill: u8,
    ) -> Picture {
        match self {
            Self::Identity => picture.clone(),
            Self::ShearX => shear_x(picture, magnitude, interpolation, fill),
            Self::ShearY => shear_y(picture, magnitude, interpolation, fill),
            Self::TranslateX => translate(picture, [magnitude as i64, 0], fill),
            Self::TranslateY => translate(picture, [0, magnitude as i64], fill),
            Self::Rotate => rotate(picture, magnitude, interpolation, fill),
            Self::Brightness => adjust_brightness(picture, 1.0 + magnitude),
            Self::Color => adjust_saturation(picture, 1.0 + magnitude),
            Self::Contrast => adjust_contrast(picture, 1.0 + magnitude),
            Self::Sharpness => adjust_sharpness(picture, 1.0 + magnitude),
            Self::Posterize => posterize(picture, magnitude as u32),
            Self::Solarize => solarize(picture, 255.0 * magnitude),
            Self::AutoContrast => autocontrast(picture),
            Self::Equalize => equalize(picture),
        }
    }
}

/// How strong each operation may be.
pub(crate) struct Space {
    /// The largest shear.
    pub(crate) shear: f64,
    /// The largest movement in pixels, to the right and down.
    pub(crate) translate: [f64; 2],
    /// The largest angle in degrees.
    pub(crate) rotate: f64,
    /// The largest distance of a factor from 1.
    pub(crate) factor: f64,
    /// The most bits that are lost.
    pub(crate) lost_bits: u8,
    /// In how many steps, at least 2.
    pub(crate) bins: usize,
}

impl Space {
    /// The magnitude of an operation at a step, and whether its sign is drawn.
    pub(crate) fn magnitude(&self, operation: Operation, bin: usize) -> (f64, bool) {
        let up_to = |largest: f64| (f64::from(linspace([0.0, largest], self.bins, bin)), true);
        match operation {
            Operation::Identity | Operation::AutoContrast | Operation::Equalize => (0.0, false),
            Operation::ShearX | Operation::ShearY => up_to(self.shear),
            Operation::TranslateX => up_to(self.translate[0]),
            Operation::TranslateY => up_to(self.translate[1]),
            Operation::Rotate => up_to(self.rotate),
            Operation::Brightness
            | Operation::Color
            | Operation::Contrast
            | Operation::Sharpness => up_to(self.factor),
            Operation::Posterize => (self.bits(bin), false),
            Operation::Solarize => (f64::from(linspace([1.0, 0.0], self.bins, bin)), false),
        }
    }

    /// Bits that are kept.
    fn bits(&self, bin: usize) -> f64 {
        let step = short(self.bins.saturating_sub(1)) / f32::from(self.lost_bits);
        f64::from((8.0 - short(bin) / step).round_ties_even())
    }

    /// The picture after one operation: which one, how strong and in which direction is drawn. `bin` is the step where it is fixed.
    pub(crate) fn apply(
        &self,
        picture: &Picture,
        draws: &mut Draws,
        bin: Option<usize>,
        (interpolation, fill): (Interpolation, u8),
    ) -> Option<Picture> {
        let operation = Operation::ALL[draws.below(Operation::ALL.len())];
        // All three are drawn in any case, so that a step always takes three values.
        let any_bin = draws.below(self.bins);
        let is_negative = draws.happens(0.5);
        let (magnitude, is_signed) = self.magnitude(operation, bin.unwrap_or(any_bin));
        let magnitude = if is_signed && is_negative { -magnitude } else { magnitude };
        (operation != Operation::Identity)
            .then(|| operation.apply(picture, magnitude, interpolation, fill))
    }
}

/// Step `index` of `count` from the first number to the last: PyTorch's `linspace` in 32 bits, which reckons the second half from the
/// end, with products that are not rounded. Whole pixels hang on it: the 16 of `TrivialAugmentWide`'s translations is 15.999999, thus 15.
#[expect(clippy::cast_possible_truncation, reason = "meant")]
fn linspace([first, last]: [f64; 2], count: usize, index: usize) -> f32 {
    let (first, last) = (first as f32, last as f32);
    let step = (last - first) / short(count.saturating_sub(1));
    if index < count / 2 {
        step.mul_add(short(index), first)
    } else {
        (-step).mul_add(short(count.saturating_sub(index + 1)), last)
    }
}

#[expect(clippy::cast_precision_loss, reason = "there are few steps")]
fn short(steps: usize) -> f32 {
    steps as f32
}

/// How large a shift in pixels may be, of a picture of this size; torchvision's `RandAugment`.
#[expect(clippy::cast_precision_loss, reason = "a picture's side is far below 2^53")]
pub(crate) fn share_of_sides(size: Size) -> [f64; 2] {
    [size.width, size.height].map(|side| 150.0 / 331.0 * side as f64)
}
