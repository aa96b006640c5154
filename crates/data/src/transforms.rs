//! Settings of torchvision's random transforms, and the pipeline that they make.

use burnwright_pictures::transform::{self, EraseValue, Pipeline, Transform};
use burnwright_recipe::checks::within;
use burnwright_recipe::{Fault, settings};

use crate::DataError;

settings! {
    /// A part of random area, shape and place, brought to size: `RandomResizedCrop`.
    pub struct RandomResizedCropConfig {
        /// The least and the largest share of the picture's area.
        scale: [f64; 2] = [0.08, 1.0], check(ascending);
        /// The least and the largest width over height.
        ratio: [f64; 2] = [3.0 / 4.0, 4.0 / 3.0], check(ascending);
    }
}

settings! {
    /// Mirrored, left for right or top for bottom: `RandomHorizontalFlip`, `RandomVerticalFlip`.
    pub struct FlipConfig {
        /// How probably a picture is mirrored.
        p: f64 = 0.5, check(within(0.0..=1.0));
    }
}

settings! {
    /// Turned by a random angle: `RandomRotation`.
    pub struct RotationConfig {
        /// The least and the largest angle: degrees, against the clock.
        degrees: [f64; 2] = [-10.0, 10.0];
    }
}

settings! {
    /// Brightness, contrast, saturation and hue in a random order: `ColorJitter`.
    pub struct ColorJitterConfig {
        /// Brightness is multiplied by a number from 1 less this to 1 and this.
        brightness: f64 = 0.0;
        /// Contrast likewise.
        contrast: f64 = 0.0;
        /// Saturation likewise.
        saturation: f64 = 0.0;
        /// Hue is moved by up to this share of the whole circle, either way.
        hue: f64 = 0.0;
    }
}

settings! {
    /// One of fourteen operations, of random strength: `TrivialAugmentWide`.
    #[derive(Eq)]
    pub struct TrivialAugmentWideConfig {
        /// How many strengths there are.
        num_magnitude_bins: usize = 31;
    }
}

settings! {
    /// A few of fourteen operations, of one strength: `RandAugment`.
    #[derive(Eq)]
    pub struct RandAugmentConfig {
        /// How many operations, one after the other.
        num_ops: usize = 2;
        /// Their strength, of `num_magnitude_bins`.
        magnitude: usize = 9;
        /// How many strengths there are.
        num_magnitude_bins: usize = 31;
    }
}

settings! {
    /// A rectangle painted over: `RandomErasing`.
    pub struct RandomErasingConfig {
        /// How probably.
        p: f64 = 0.5, check(within(0.0..=1.0));
        /// The least and the largest share of the picture's area.
        scale: [f64; 2] = [0.02, 0.33], check(ascending);
        /// The least and the largest height over width.
        ratio: [f64; 2] = [0.3, 3.3], check(ascending);
        /// The brightness of the rectangle.
        value: u8 = 0;
    }
}

fn ascending(range: &[f64; 2]) -> Option<Fault> {
    let is_right = range[0] > 0.0 && range[0] <= range[1] && range[1].is_finite();
    let expected = "two numbers above 0, the smaller one first";
    (!is_right).then(|| Fault::new(format!("is {range:?}, expected {expected}")))
}

/// The settings of all transforms that a recipe asks for.
pub(crate) struct Wanted<'a> {
    pub(crate) resized_crop: Option<&'a RandomResizedCropConfig>,
    pub(crate) horizontal_flip: Option<&'a FlipConfig>,
    pub(crate) vertical_flip: Option<&'a FlipConfig>,
    pub(crate) rotation: Option<&'a RotationConfig>,
    pub(crate) color_jitter: Option<&'a ColorJitterConfig>,
    pub(crate) trivial_augment_wide: Option<&'a TrivialAugmentWideConfig>,
    pub(crate) rand_augment: Option<&'a RandAugmentConfig>,
    pub(crate) erasing: Option<&'a RandomErasingConfig>,
}

impl Wanted<'_> {
    /// The transforms in the order of torchvision's training script: what moves pixels, what changes their colours, what covers them. None
    /// where none is asked for.
    pub(crate) fn pipeline(&self) -> Result<Option<Pipeline>, DataError> {
        let all = [
            self.resized_crop.map(|c| {
                let (scale, ratio) = (c.scale, c.ratio);
                let rest = transform::RandomResizedCrop::default();
                Transform::RandomResizedCrop(transform::RandomResizedCrop { scale, ratio, ..rest })
            }),
            self.horizontal_flip.map(|c| {
                Transform::RandomHorizontalFlip(transform::RandomHorizontalFlip { p: c.p })
            }),
            self.vertical_flip
                .map(|c| Transform::RandomVerticalFlip(transform::RandomVerticalFlip { p: c.p })),
            self.rotation.map(|c| {
                let rest = transform::RandomRotation::default();
                Transform::RandomRotation(transform::RandomRotation { degrees: c.degrees, ..rest })
            }),
            self.trivial_augment_wide.map(|c| {
                let num_magnitude_bins = c.num_magnitude_bins;
                let rest = transform::TrivialAugmentWide::default();
                Transform::TrivialAugmentWide(transform::TrivialAugmentWide {
                    num_magnitude_bins,
                    ..rest
                })
            }),
            self.rand_augment.map(|c| {
                let RandAugmentConfig { num_ops, magnitude, num_magnitude_bins } = *c;
                let rest = transform::RandAugment::default();
                Transform::RandAugment(transform::RandAugment {
                    num_ops,
                    magnitude,
                    num_magnitude_bins,
                    ..rest
                })
            }),
            self.color_jitter.map(|c| {
                let ColorJitterConfig { brightness, contrast, saturation, hue } = *c;
                Transform::ColorJitter(transform::ColorJitter {
                    brightness,
                    contrast,
                    saturation,
                    hue,
                })
            }),
            self.erasing.map(|c| {
                let value = EraseValue::Constant(c.value);
                let RandomErasingConfig { p, scale, ratio, .. } = *c;
                Transform::RandomErasing(transform::RandomErasing { p, scale, ratio, value })
            }),
        ];
        let transforms: Vec<Transform> = all.into_iter().flatten().collect();
        if transforms.is_empty() {
            return Ok(None);
        }
        Ok(Some(Pipeline::new(transforms)?))
    }
}
