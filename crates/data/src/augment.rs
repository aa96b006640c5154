//! Training images are moved a little, differently each epoch, as a function of (seed, epoch, sample).

use burnwright_pictures::PicturesError;
use burnwright_pictures::transform::{Mixing, Pipeline};
use burnwright_random::{Purpose, Stream};
use burnwright_recipe::checks::within;
use burnwright_recipe::settings;

use crate::transforms::{
    ColorJitterConfig, FlipConfig, RandAugmentConfig, RandomErasingConfig, RandomResizedCropConfig,
    RotationConfig, TrivialAugmentWideConfig,
};
use crate::{Content, DataError, ImageShape, Source, Targets};

settings! {
    /// How training images are varied. Held-out and test images never are. The transforms are torchvision's, in the order of its training
    /// script: crop, flips, rotation, automatic augmentation, colours, erasing; then `shift`. A section that is left out is not used.
    pub struct AugmentConfig {
        /// Each image is moved by up to this many pixels along each axis; what comes in at the edge is 0. The same as
        /// torchvision's `RandomCrop(size, padding=shift)`.
        shift: u32 = 0;
        /// A part of random area, shape and place, brought to size.
        #[serde(skip_serializing_if = "Option::is_none")]
        random_resized_crop: Option<RandomResizedCropConfig>, section;
        /// Mirrored, left for right.
        #[serde(skip_serializing_if = "Option::is_none")]
        random_horizontal_flip: Option<FlipConfig>, section;
        /// Mirrored, top for bottom.
        #[serde(skip_serializing_if = "Option::is_none")]
        random_vertical_flip: Option<FlipConfig>, section;
        /// Turned by a random angle.
        #[serde(skip_serializing_if = "Option::is_none")]
        random_rotation: Option<RotationConfig>, section;
        /// One of fourteen operations, of random strength.
        #[serde(skip_serializing_if = "Option::is_none")]
        trivial_augment_wide: Option<TrivialAugmentWideConfig>, section;
        /// A few of fourteen operations, of one strength.
        #[serde(skip_serializing_if = "Option::is_none")]
        rand_augment: Option<RandAugmentConfig>, section;
        /// Brightness, contrast, saturation and hue.
        #[serde(skip_serializing_if = "Option::is_none")]
        color_jitter: Option<ColorJitterConfig>, section;
        /// A rectangle painted over.
        #[serde(skip_serializing_if = "Option::is_none")]
        random_erasing: Option<RandomErasingConfig>, section;
        /// Each example of a batch, and its class, is blended with the one before it, each step otherwise: alpha of `MixUp`, whose own is 1,
        /// torchvision's training script's 0.2. 0 is none. The accuracy shown while training is that against the class of the larger share.
        #[serde(skip_serializing_if = "is_zero")]
        mixup: f64 = 0.0, check(within(0.0..=MOST_ALPHA));
        /// A rectangle of each example is that of the one before it, and its class has the share of the area: alpha of `CutMix`, whose own is
        /// 1. 0 is none; with mixup, each step has one of the two, as likely.
        #[serde(skip_serializing_if = "is_zero")]
        cutmix: f64 = 0.0, check(within(0.0..=MOST_ALPHA));
    }
}

/// Above it, all mixtures are halves.
const MOST_ALPHA: f64 = 1e6;

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
pub(crate) fn is_zero(value: &f64) -> bool {
    *value == 0.0
}

impl AugmentConfig {
    /// How the examples of a batch are mixed.
    pub(crate) fn mixing(&self) -> Mixing {
        Mixing { mixup_alpha: self.mixup, cutmix_alpha: self.cutmix }
    }

    /// The setting that mixes the examples of a batch; none where they stay as they are.
    pub fn mixes(&self) -> Option<&'static str> {
        let settings = [("mixup", self.mixup), ("cutmix", self.cutmix)];
        settings.into_iter().find(|(_, alpha)| *alpha > 0.0).map(|(key, _)| key)
    }

    /// Whether examples can be varied so: rows cannot, and only pictures of classes can be mixed.
    pub fn check(&self, source: &dyn Source) -> Result<(), DataError> {
        self.pipeline()?;
        let varies = Self { mixup: 0.0, cutmix: 0.0, ..self.clone() } != Self::default();
        if varies && source.content() == Content::Numbers {
            return Err(DataError::NotVariable);
        }
        let Some(setting) = self.mixes() else { return Ok(()) };
        let what = match (source.content(), source.targets()) {
            (Content::Numbers, _) => "rows",
            (Content::Pixels, Targets::Classes(_)) => return Ok(()),
            (Content::Pixels, targets) => targets.kind(),
        };
        Err(DataError::NotMixable { setting, what })
    }

    /// Torchvision's transforms that are asked for; none where none is.
    pub(crate) fn pipeline(&self) -> Result<Option<Pipeline>, DataError> {
        // What moves pixels, what changes their colours, what covers them.
        let all = [
            self.random_resized_crop.as_ref().map(RandomResizedCropConfig::transform),
            self.random_horizontal_flip.as_ref().map(FlipConfig::horizontal),
            self.random_vertical_flip.as_ref().map(FlipConfig::vertical),
            self.random_rotation.as_ref().map(RotationConfig::transform),
            self.trivial_augment_wide.as_ref().map(TrivialAugmentWideConfig::transform),
            self.rand_augment.as_ref().map(RandAugmentConfig::transform),
            self.color_jitter.as_ref().map(ColorJitterConfig::transform),
            self.random_erasing.as_ref().map(RandomErasingConfig::transform),
        ];
        let all: Vec<_> = all.into_iter().flatten().collect();
        if all.is_empty() {
            return Ok(None);
        }
        Pipeline::new(all).map(Some).map_err(|error| match error {
            PicturesError::Setting { kind, setting, text } => {
                DataError::Augment { key: format!("{}.{setting}", kind.replace('-', "_")), text }
            }
            error => error.into(),
        })
    }
}

/// What is done to the samples of one epoch.
#[derive(Clone, Debug)]
pub(crate) struct Augmentation {
    shift: u32,
    stream: Stream,
}

impl Augmentation {
    /// The augmentation of an epoch, counted from 1; none where nothing is varied.
    pub(crate) fn of_epoch(config: &AugmentConfig, seed: u64, epoch: usize) -> Option<Self> {
        let stream = Stream::new(seed, Purpose::Augmentation).at(epoch as u64);
        (config.shift > 0).then_some(Self { shift: config.shift, stream })
    }

    /// Changes the pixels of a sample, `[channels, height, width]`. `scratch` has their length.
    pub(crate) fn apply(
        &self,
        sample: u32,
        shape: ImageShape,
        pixels: &mut [u8],
        scratch: &mut [u8],
    ) {
        let stream = self.stream.at(u64::from(sample));
        let offset = |position| {
            let drawn = stream.below(position, 2 * u64::from(self.shift) + 1);
            i64::try_from(drawn).expect("it is below 2^33") - i64::from(self.shift)
        };
        let (down, right) = (offset(0), offset(1));
        scratch.copy_from_slice(pixels);
        pixels.fill(0);
        let plane = shape.height * shape.width;
        let planes = pixels.chunks_exact_mut(plane).zip(scratch.chunks_exact(plane));
        for (to, from) in planes {
            shift_plane(from, to, shape, [down, right]);
        }
    }
}

/// Copies what stays inside the image.
fn shift_plane(from: &[u8], to: &mut [u8], shape: ImageShape, [down, right]: [i64; 2]) {
    let ImageShape { height, width, .. } = shape;
    let (source_row, target_row, rows) = overlap(down, height);
    let (source_column, target_column, columns) = overlap(right, width);
    for row in 0..rows {
        let source = (source_row + row) * width + source_column;
        let target = (target_row + row) * width + target_column;
        to[target..target + columns].copy_from_slice(&from[source..source + columns]);
    }
}

/// Where a line of `size` pixels that moves by `offset` is read, where it is written, and how many pixels of it stay.
fn overlap(offset: i64, size: usize) -> (usize, usize, usize) {
    // default: what moves further than any line is long leaves nothing of it.
    let distance = usize::try_from(offset.unsigned_abs()).unwrap_or(size).min(size);
    if offset < 0 { (distance, 0, size - distance) } else { (0, distance, size - distance) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SHAPE: ImageShape = ImageShape { channels: 1, height: 4, width: 5 };

    fn augmented(seed: u64, epoch: usize, sample: u32, shift: u32) -> Vec<u8> {
        let mut pixels: Vec<u8> = (1..=20).collect();
        let augmentation = Augmentation::of_epoch(
            &AugmentConfig { shift, ..AugmentConfig::default() },
            seed,
            epoch,
        )
        .unwrap();
        augmentation.apply(sample, SHAPE, &mut pixels, &mut [0; 20]);
        pixels
    }

    #[test]
    fn values_never_change() {
        assert_eq!(augmented(42, 1, 0, 2), GOLDEN_FIRST);
        assert_eq!(augmented(42, 2, 7, 2), GOLDEN_SECOND);
    }

    const GOLDEN_FIRST: [u8; 20] =
        [0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
    const GOLDEN_SECOND: [u8; 20] =
        [0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 0, 6, 7, 8, 9, 0, 11, 12, 13, 14];

    #[test]
    fn no_shift_is_no_augmentation() {
        assert!(Augmentation::of_epoch(&AugmentConfig::default(), 1, 1).is_none());
    }

    #[test]
    fn epochs_and_samples_are_moved_differently() {
        let all: std::collections::BTreeSet<Vec<u8>> = (1..20)
            .flat_map(|epoch| (0..20).map(move |sample| augmented(1, epoch, sample, 1)))
            .collect();
        assert_eq!(all.len(), 9);
    }

    proptest! {
        #[test]
        fn an_image_is_moved_and_nothing_else(seed: u64, epoch in 1_usize..9, sample: u32, shift in 1_u32..9) {
            let moved = augmented(seed, epoch, sample, shift);
            let reach = i64::from(shift);
            let is_moved_by = |down: i64, right: i64| (0..4_i64).all(|row| (0..5_i64).all(|column| {
                let (y, x) = (row - down, column - right);
                let inside = (0..4).contains(&y) && (0..5).contains(&x);
                let expected = if inside { u8::try_from(y * 5 + x + 1).unwrap() } else { 0 };
                moved[usize::try_from(row * 5 + column).unwrap()] == expected
            }));
            let found = (-reach..=reach).any(|down| (-reach..=reach).any(|right| is_moved_by(down, right)));
            prop_assert!(found, "{moved:?}");
        }
    }
}
