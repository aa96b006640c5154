//! Settings of torchvision's random transforms, and the pipeline that they make.

use burnwright_pictures::transform::{self, EraseValue, Transform};
use burnwright_recipe::checks::within;
use burnwright_recipe::{Fault, settings};

settings! {
    /// A part of random area, shape and place, brought to size: `RandomResizedCrop`.
    pub struct RandomResizedCropConfig {
        /// The least and the largest share of the picture's area.
        scale: [f64; 2] = transform::RandomResizedCrop::DEFAULT.scale, check(shares);
        /// The least and the largest width over height.
        ratio: [f64; 2] = transform::RandomResizedCrop::DEFAULT.ratio, check(ascending);
    }
}

settings! {
    /// Mirrored, left for right or top for bottom: `RandomHorizontalFlip`, `RandomVerticalFlip`.
    pub struct FlipConfig {
        /// How probably a picture is mirrored.
        p: f64 = transform::RandomHorizontalFlip::DEFAULT.p, check(within(0.0..=1.0));
    }
}

settings! {
    /// Turned by a random angle: `RandomRotation`.
    pub struct RotationConfig {
        /// The least and the largest angle: degrees, against the clock.
        degrees: [f64; 2] = transform::RandomRotation::DEFAULT.degrees, check(angles);
    }
}

settings! {
    /// Brightness, contrast, saturation and hue in a random order: `ColorJitter`.
    pub struct ColorJitterConfig {
        /// Brightness is multiplied by a number from 1 less this to 1 and this.
        brightness: f64 = transform::ColorJitter::DEFAULT.brightness, check(within(0.0..=100.0));
        /// Contrast likewise.
        contrast: f64 = transform::ColorJitter::DEFAULT.contrast, check(within(0.0..=100.0));
        /// Saturation likewise.
        saturation: f64 = transform::ColorJitter::DEFAULT.saturation, check(within(0.0..=100.0));
        /// Hue is moved by up to this share of the whole circle, either way.
        hue: f64 = transform::ColorJitter::DEFAULT.hue, check(within(0.0..=0.5));
    }
}

settings! {
    /// One of fourteen operations, of random strength: `TrivialAugmentWide`.
    #[derive(Eq)]
    pub struct TrivialAugmentWideConfig {
        /// How many strengths there are.
        num_magnitude_bins: usize = transform::TrivialAugmentWide::DEFAULT.num_magnitude_bins, check(within(2..=1000));
    }
}

settings! {
    /// A few of fourteen operations, of one strength: `RandAugment`.
    #[derive(Eq)]
    pub struct RandAugmentConfig {
        /// How many operations, one after the other.
        num_ops: usize = transform::RandAugment::DEFAULT.num_ops, check(within(0..=100));
        /// Their strength, of `num_magnitude_bins`.
        magnitude: usize = transform::RandAugment::DEFAULT.magnitude, check(within(0..=999));
        /// How many strengths there are.
        num_magnitude_bins: usize = transform::RandAugment::DEFAULT.num_magnitude_bins, check(within(2..=1000));
    }
}

settings! {
    /// A rectangle painted over: `RandomErasing`.
    pub struct RandomErasingConfig {
        /// How probably.
        p: f64 = transform::RandomErasing::DEFAULT.p, check(within(0.0..=1.0));
        /// The least and the largest share of the picture's area.
        scale: [f64; 2] = transform::RandomErasing::DEFAULT.scale, check(shares);
        /// The least and the largest height over width.
        ratio: [f64; 2] = transform::RandomErasing::DEFAULT.ratio, check(ascending);
        /// The brightness of the rectangle.
        value: u8 = transform::RandomErasing::BLACK;
    }
}

fn shares(range: &[f64; 2]) -> Option<Fault> {
    let is_right = range[0] > 0.0 && range[0] <= range[1] && range[1] <= 1.0;
    let expected = "two shares above 0 and up to 1, the smaller one first";
    (!is_right).then(|| Fault::new(format!("is {range:?}, expected {expected}")))
}

fn angles(range: &[f64; 2]) -> Option<Fault> {
    let is_right = -360.0 <= range[0] && range[0] <= range[1] && range[1] <= 360.0;
    let expected = "two angles from -360 to 360, the smaller one first";
    (!is_right).then(|| Fault::new(format!("is {range:?}, expected {expected}")))
}

fn ascending(range: &[f64; 2]) -> Option<Fault> {
    let is_right = range[0] > 0.0 && range[0] <= range[1] && range[1].is_finite();
    let expected = "two numbers above 0, the smaller one first";
    (!is_right).then(|| Fault::new(format!("is {range:?}, expected {expected}")))
}

impl RandomResizedCropConfig {
    pub(crate) fn transform(&self) -> Transform {
        let Self { scale, ratio } = *self;
        let rest = transform::RandomResizedCrop::default();
        Transform::RandomResizedCrop(transform::RandomResizedCrop { scale, ratio, ..rest })
    }
}

impl FlipConfig {
    pub(crate) fn horizontal(&self) -> Transform {
        Transform::RandomHorizontalFlip(transform::RandomHorizontalFlip { p: self.p })
    }

    pub(crate) fn vertical(&self) -> Transform {
        Transform::RandomVerticalFlip(transform::RandomVerticalFlip { p: self.p })
    }
}

impl RotationConfig {
    pub(crate) fn transform(&self) -> Transform {
        let (degrees, rest) = (self.degrees, transform::RandomRotation::default());
        Transform::RandomRotation(transform::RandomRotation { degrees, ..rest })
    }
}

impl ColorJitterConfig {
    pub(crate) fn transform(&self) -> Transform {
        let Self { brightness, contrast, saturation, hue } = *self;
        Transform::ColorJitter(transform::ColorJitter { brightness, contrast, saturation, hue })
    }
}

impl TrivialAugmentWideConfig {
    pub(crate) fn transform(&self) -> Transform {
        let (num_magnitude_bins, rest) =
            (self.num_magnitude_bins, transform::TrivialAugmentWide::default());
        Transform::TrivialAugmentWide(transform::TrivialAugmentWide { num_magnitude_bins, ..rest })
    }
}

impl RandAugmentConfig {
    pub(crate) fn transform(&self) -> Transform {
        let Self { num_ops, magnitude, num_magnitude_bins } = *self;
        let rest = transform::RandAugment::default();
        Transform::RandAugment(transform::RandAugment {
            num_ops,
            magnitude,
            num_magnitude_bins,
            ..rest
        })
    }
}

impl RandomErasingConfig {
    pub(crate) fn transform(&self) -> Transform {
        let Self { p, scale, ratio, value } = *self;
        let value = EraseValue::Constant(value);
        Transform::RandomErasing(transform::RandomErasing { p, scale, ratio, value })
    }
}
