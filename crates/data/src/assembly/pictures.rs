//! Images of a [`Source`], normalised, and in training varied.

use std::cell::Cell;
use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};
use burnwright_pictures::Picture;
use burnwright_pictures::transform::{Mixture, Pipeline, Rectangle, Size};

use super::Assembly;
use crate::augment::Augmentation;
use crate::source::Content;
use crate::target::check_target;
use crate::{
    AugmentConfig, Batch, DataError, ImageShape, Preprocess, Source, Target, TargetTensor,
    transform,
};

/// Makes batches of images, `[batch, channels, height, width]`.
pub struct Pictures {
    source: Arc<dyn Source>,
    preprocess: Preprocess,
    /// The value of each byte in each channel.
    tables: Vec<[f32; 256]>,
    /// Stands for the tables, and for how numbers are learned, in the hash of each batch.
    key: [u8; 32],
    augment: Option<(AugmentConfig, u64)>,
    /// Torchvision's transforms, where some are asked for.
    pipeline: Option<Pipeline>,
}

/// How the images of an epoch are varied.
pub struct Variation {
    epoch: usize,
    /// Batches of all epochs before.
    steps_before: usize,
    shift: Option<Augmentation>,
}

/// A batch in host memory.
pub struct HostBatch {
    examples: Vec<u32>,
    pixels: Vec<f32>,
    truth: Vec<Target>,
    /// How much of its own class each example has, where examples are mixed.
    share: Option<f64>,
    hash: u64,
}

impl Pictures {
    /// Images as the preprocessing makes them, varied in each epoch under a seed where `augment` says so. A source whose images have
    /// another shape is an error.
    pub fn new(
        source: Arc<dyn Source>,
        preprocess: &Preprocess,
        augment: Option<(AugmentConfig, u64)>,
    ) -> Result<Self, DataError> {
        let (got, expected) = (source.shape(), preprocess.image);
        if got != expected {
            let (got, expected) = (got.to_string(), expected.to_string());
            return Err(DataError::ImageShape { got, expected });
        }
        if let Some((config, _)) = &augment {
            config.check(source.as_ref())?;
        }
        let tables = preprocess.normalize.tables(expected.channels)?;
        let key = transform::key(&tables, preprocess.scale);
        let pipeline = augment.as_ref().map(|(config, _)| config.pipeline()).transpose()?.flatten();
        Ok(Self { source, preprocess: preprocess.clone(), tables, key, augment, pipeline })
    }
}

impl Pictures {
    /// The pixels of a sample, changed by the pipeline where there is one, and its target.
    fn read(&self, place: u32, epoch: usize, bytes: &mut [u8]) -> Result<Target, DataError> {
        let index = place as usize;
        let (Some(pipeline), Some((_, seed))) = (&self.pipeline, &self.augment) else {
            return self.source.read(index, bytes);
        };
        let ImageShape { height, width, .. } = self.preprocess.image;
        let size = Size { height, width };
        // What is varied is what is judged, the middle of the scaled picture, but for a transform that cuts a part out itself.
        let whole = if pipeline.wants_original_size() { self.source.picture(index)? } else { None };
        let picture = if let Some(picture) = whole {
            picture
        } else {
            self.source.read(index, bytes)?;
            of_planes(bytes, self.preprocess.image)?
        };
        let varied = pipeline.apply(&picture, *seed, epoch as u64, u64::from(place), size)?;
        bytes.copy_from_slice(&varied.planes());
        self.source.target(index)
    }

    /// How the examples of a batch are mixed; not at all, where nobody asks for it.
    fn mixture(&self, variation: &Variation, batch: usize) -> Option<Mixture> {
        let (config, seed) = self.augment.as_ref()?;
        let ImageShape { height, width, .. } = self.preprocess.image;
        let step = (variation.steps_before + batch) as u64;
        config.mixing().mixture(*seed, step, Size { height, width })
    }

    /// The pixels of an example, `[channels, height, width]`, as they are in an epoch before they are normalised, and its target.
    /// `scratch` has their length.
    pub fn varied(
        &self,
        variation: &Variation,
        place: u32,
        pixels: &mut [u8],
        scratch: &mut [u8],
    ) -> Result<Target, DataError> {
        let target = self.read(place, variation.epoch, pixels)?;
        if let Some(augmentation) = &variation.shift {
            augmentation.apply(place, self.preprocess.image, pixels, scratch);
        }
        Ok(target)
    }

    /// Examples that are numbers already: neither normalised nor varied.
    fn gather_numbers(&self, places: &[u32], current: &Cell<u32>) -> Result<HostBatch, DataError> {
        let size = self.preprocess.image.pixel_count();
        let mut numbers = vec![0.0; places.len() * size];
        let mut truth = Vec::with_capacity(places.len());
        let mut hash = blake3::Hasher::new_keyed(&self.key);
        for (&place, row) in places.iter().zip(numbers.chunks_exact_mut(size)) {
            current.set(place);
            let target = self.source.read_numbers(place as usize, row)?;
            check_target(self.source.targets(), place as usize, &target, PLACE)?;
            hash.update(&place.to_le_bytes());
            target.hash_into(&mut |bytes| {
                hash.update(bytes);
            });
            for number in row {
                hash.update(&number.to_bits().to_le_bytes());
            }
            truth.push(target);
        }
        let hash = transform::first_eight(hash.finalize().as_bytes());
        Ok(HostBatch { examples: places.to_vec(), pixels: numbers, truth, share: None, hash })
    }
}

/// An image `[channels, height, width]` as a picture.
fn of_planes(bytes: &[u8], shape: ImageShape) -> Result<Picture, DataError> {
    let ImageShape { channels, height, width } = shape;
    let plane = height * width;
    let samples = (0..plane).flat_map(|place| (0..channels).map(move |c| bytes[c * plane + place]));
    Ok(Picture::new(width, height, channels, samples.collect())?)
}

/// What errors call the examples.
const PLACE: &str = "the samples of a batch";

impl Assembly for Pictures {
    type Input = Tensor<4>;
    type Gathered = HostBatch;
    type Epoch = Variation;

    fn len(&self) -> usize {
        self.source.len()
    }

    fn begin(&self, epoch: usize, batches: usize) -> Variation {
        let augment = self.augment.as_ref();
        let shift = augment.and_then(|(config, seed)| Augmentation::of_epoch(config, *seed, epoch));
        Variation { epoch, steps_before: epoch.saturating_sub(1) * batches, shift }
    }

    fn gather(
        &self,
        variation: &Variation,
        batch: usize,
        places: &[u32],
        current: &Cell<u32>,
    ) -> Result<HostBatch, DataError> {
        let size = self.preprocess.image.pixel_count();
        if self.source.content() == Content::Numbers {
            return self.gather_numbers(places, current);
        }
        let (mut bytes, mut scratch) = (vec![0; size], vec![0; size]);
        let mut pixels = vec![0.0; places.len() * size];
        let mut truth = Vec::with_capacity(places.len());
        let mut hash = blake3::Hasher::new_keyed(&self.key);
        for (&place, values) in places.iter().zip(pixels.chunks_exact_mut(size)) {
            current.set(place);
            let target = self.varied(variation, place, &mut bytes, &mut scratch)?;
            check_target(self.source.targets(), place as usize, &target, PLACE)?;
            hash.update(&place.to_le_bytes());
            target.hash_into(&mut |bytes| {
                hash.update(bytes);
            });
            hash.update(&bytes);
            truth.push(target);
            transform::apply(&self.tables, &bytes, values);
        }
        let mixture = self.mixture(variation, batch);
        if let Some(mixture) = &mixture {
            let ImageShape { channels, height, width } = self.preprocess.image;
            mixture.apply(&mut pixels, channels, Size { height, width });
            hash.update(&mixture.lambda.to_bits().to_le_bytes());
            if let Some(Rectangle { top, left, size }) = mixture.rectangle {
                for place in [top.cast_unsigned(), left.cast_unsigned(), size.height as u64] {
                    hash.update(&place.to_le_bytes());
                }
            }
        }
        let share = mixture.map(|mixture| mixture.lambda);
        let hash = transform::first_eight(hash.finalize().as_bytes());
        Ok(HostBatch { examples: places.to_vec(), pixels, truth, share, hash })
    }

    fn place(&self, gathered: HostBatch, device: &Device) -> Batch {
        let HostBatch { examples, pixels, truth, share, hash } = gathered;
        let [channels, height, width] = self.preprocess.image.dimensions();
        let dimensions = [examples.len(), channels, height, width];
        let inputs = Tensor::from_data(TensorData::new(pixels, dimensions), device);
        let targets = match share {
            None => TargetTensor::new(&truth, self.preprocess.scale, device),
            Some(share) => TargetTensor::mixed(&truth, share, device),
        };
        Batch { inputs, targets, truth, examples, hash }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transforms::{FlipConfig, RandomResizedCropConfig};
    use crate::{Normalize, Targets};

    /// A picture of 12 x 4 pixels, each column of its own brightness, of which the middle 4 x 4 are judged.
    struct Wide(Targets);

    impl Source for Wide {
        fn len(&self) -> usize {
            1
        }

        fn shape(&self) -> ImageShape {
            ImageShape { channels: 1, height: 4, width: 4 }
        }

        fn targets(&self) -> &Targets {
            &self.0
        }

        fn read(&self, _index: usize, pixels: &mut [u8]) -> Result<Target, DataError> {
            pixels.copy_from_slice(&self.picture(0)?.unwrap().centre_crop(4, 4)?.planes());
            Ok(Target::Class(0))
        }

        fn picture(&self, _index: usize) -> Result<Option<Picture>, DataError> {
            let samples = (0..48_u8).map(|place| place % 12 * 20).collect();
            Ok(Some(Picture::new(12, 4, 1, samples)?))
        }
    }

    fn varied(config: AugmentConfig) -> Vec<u8> {
        let source = Arc::new(Wide(Targets::Classes(vec!["a".to_owned()])));
        let preprocess = Preprocess::new(source.shape(), Normalize::default());
        let pictures = Pictures::new(source, &preprocess, Some((config, 0))).unwrap();
        let (mut pixels, mut scratch) = (vec![0; 16], vec![0; 16]);
        let variation = pictures.begin(1, 1);
        pictures.varied(&variation, 0, &mut pixels, &mut scratch).unwrap();
        pixels
    }

    #[test]
    fn what_is_varied_is_what_is_judged() {
        let flip = |p| Some(FlipConfig { p });
        let judged = varied(AugmentConfig::default());
        assert_eq!(judged[..4], [80, 100, 120, 140]);
        let none = AugmentConfig { random_horizontal_flip: flip(0.0), ..AugmentConfig::default() };
        assert_eq!(varied(none), judged);
        let all = AugmentConfig { random_horizontal_flip: flip(1.0), ..AugmentConfig::default() };
        assert_eq!(varied(all)[..4], [140, 120, 100, 80]);
        // Only what cuts a part out itself is given all of the picture.
        let whole = RandomResizedCropConfig { scale: [1.0, 1.0], ratio: [3.0, 3.0] };
        let crop = AugmentConfig { random_resized_crop: Some(whole), ..AugmentConfig::default() };
        let cut = varied(crop);
        assert!(cut[0] < 60 && cut[3] > 160, "{cut:?}");
    }
}
