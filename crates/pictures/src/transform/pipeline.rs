//! Transforms one after the other: a picture as it was read becomes one that the model sees in an epoch.

use std::borrow::Cow;

use burnwright_random::{Purpose, Stream};

use super::{Draws, RandomTransform, Size, Transform};
use crate::{Interpolation, Picture, PicturesError};

/// An ordered list of transforms whose settings are right.
#[derive(Clone, Debug, PartialEq)]
pub struct Pipeline {
    transforms: Vec<Transform>,
}

impl Pipeline {
    /// The transforms in this order.
    pub fn new(transforms: Vec<Transform>) -> Result<Self, PicturesError> {
        let fault = transforms
            .iter()
            .find_map(|transform| transform.fault().map(|fault| (transform.kind(), fault)));
        match fault {
            Some((kind, fault)) => {
                let super::Fault { setting, text } = fault;
                Err(PicturesError::Setting { kind, setting, text })
            }
            None => Ok(Self { transforms }),
        }
    }

    /// The transforms in their order.
    pub fn transforms(&self) -> &[Transform] {
        &self.transforms
    }

    /// Whether a picture is wanted as it was read: one of the transforms brings it to size. If not, it may be brought to the size of the
    /// result once, before the first epoch.
    pub fn wants_original_size(&self) -> bool {
        self.transforms.iter().any(RandomTransform::wants_original_size)
    }

    /// The picture as the model sees it in an epoch: of `size`, and the same whenever and wherever it is asked for. The transform at
    /// place `p` of the list draws from the address (seed, epoch, example, p).
    ///
    /// Where no transform brings the picture to size, it is first resized (bilinear, as torchvision's `Resize` on a Pillow picture).
    pub fn apply(
        &self,
        picture: &Picture,
        seed: u64,
        epoch: u64,
        example: u64,
        size: Size,
    ) -> Result<Picture, PicturesError> {
        let stream = Stream::new(seed, Purpose::Augmentation).at(epoch).at(example);
        let mut picture = Cow::Borrowed(picture);
        if !self.wants_original_size() {
            picture = resized(picture, size)?;
        }
        for (transform, place) in self.transforms.iter().zip(0..) {
            let changed = transform.apply(&picture, &mut Draws::new(stream.at(place)), size)?;
            picture = changed.map_or(picture, Cow::Owned);
        }
        resized(picture, size).map(Cow::into_owned)
    }
}

fn resized(picture: Cow<'_, Picture>, size: Size) -> Result<Cow<'_, Picture>, PicturesError> {
    if Size::of(&picture) == size {
        return Ok(picture);
    }
    picture.resize(size.width, size.height, Interpolation::Bilinear).map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::super::{RandomCrop, RandomRotation};
    use super::*;
    use proptest::prelude::*;

    const SIZE: Size = Size { height: 12, width: 16 };

    fn picture(height: usize, width: usize, channels: usize) -> Picture {
        let samples = (0..=250_u8).cycle().step_by(37).take(height * width * channels);
        Picture::new(width, height, channels, samples.collect()).unwrap()
    }

    fn all() -> Pipeline {
        let every = Transform::KINDS.iter().map(|kind| Transform::of_kind(kind).unwrap());
        Pipeline::new(every.collect()).unwrap()
    }

    #[test]
    fn a_wrong_setting_is_named() {
        let rotation = RandomRotation { degrees: [20.0, -20.0], ..RandomRotation::default() };
        let error = Pipeline::new(vec![Transform::RandomRotation(rotation)]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "degrees of random-rotation is [20, -20], expected two numbers from -360 to 360, the smaller one first"
        );
    }

    #[test]
    fn every_kind_has_right_defaults_and_its_name() {
        for kind in Transform::KINDS {
            let transform = Transform::of_kind(kind).unwrap();
            assert_eq!((transform.kind(), transform.fault()), (*kind, None));
        }
        assert_eq!(Transform::of_kind("random-resize"), None);
    }

    #[test]
    fn no_transform_resizes() {
        let pipeline = Pipeline::new(Vec::new()).unwrap();
        let whole = pipeline.apply(&picture(24, 32, 3), 1, 1, 1, SIZE).unwrap();
        assert_eq!(Size::of(&whole), SIZE);
        assert!(!pipeline.wants_original_size());
        let same = picture(12, 16, 1);
        assert_eq!(pipeline.apply(&same, 1, 1, 1, SIZE).unwrap(), same);
    }

    #[test]
    fn equal_transforms_at_different_places_draw_differently() {
        let crop = || Transform::RandomCrop(RandomCrop { padding: 6, ..RandomCrop::default() });
        let one = Pipeline::new(vec![crop()]).unwrap();
        let two = Pipeline::new(vec![crop(), crop()]).unwrap();
        let differs = (0..20).any(|example| {
            let first = one.apply(&picture(12, 16, 1), 1, 1, example, SIZE).unwrap();
            let again = one.apply(&first, 1, 1, example, SIZE).unwrap();
            two.apply(&picture(12, 16, 1), 1, 1, example, SIZE).unwrap() != again
        });
        assert!(differs);
    }

    #[test]
    fn values_never_change() {
        let sums = [1, 2].map(|epoch| {
            let seen = all().apply(&picture(30, 20, 3), 42, epoch, 7, SIZE).unwrap();
            let weighted =
                seen.samples.iter().zip(1_u64..).map(|(value, at)| u64::from(*value) * at);
            weighted.sum::<u64>()
        });
        assert_eq!(sums, GOLDEN);
    }

    const GOLDEN: [u64; 2] = [12_987_730, 9_404_883];

    proptest! {
        #[test]
        fn a_picture_of_any_size_comes_out_at_the_wanted_one_and_always_the_same(
            seed: u64, epoch: u64, example: u64, height in 1_usize..40, width in 1_usize..40,
            rows in 1_usize..20, columns in 1_usize..20, is_grey: bool,
        ) {
            let size = Size { height: rows, width: columns };
            let picture = picture(height, width, if is_grey { 1 } else { 3 });
            let seen = all().apply(&picture, seed, epoch, example, size).unwrap();
            prop_assert_eq!(Size::of(&seen), size);
            prop_assert_eq!(seen.samples.len(), rows * columns * picture.channels);
            prop_assert_eq!(all().apply(&picture, seed, epoch, example, size).unwrap(), seen);
        }
    }
}
