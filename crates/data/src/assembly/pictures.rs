//! Images of a [`Source`], normalised, and in training varied.

use std::cell::Cell;
use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};

use super::Assembly;
use crate::augment::Augmentation;
use crate::target::check_target;
use crate::{AugmentConfig, Batch, DataError, Preprocess, Source, Target, TargetTensor, transform};

/// Makes batches of images, `[batch, channels, height, width]`.
pub struct Pictures {
    source: Arc<dyn Source>,
    preprocess: Preprocess,
    /// The value of each byte in each channel.
    tables: Vec<[f32; 256]>,
    /// Stands for the tables, and for how numbers are learned, in the hash of each batch.
    key: [u8; 32],
    augment: Option<(AugmentConfig, u64)>,
}

/// How the images of an epoch are varied.
pub struct Variation(Option<Augmentation>);

/// A batch in host memory.
pub struct HostBatch {
    examples: Vec<u32>,
    pixels: Vec<f32>,
    truth: Vec<Target>,
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
        let tables = preprocess.normalize.tables(expected.channels)?;
        let key = transform::key(&tables, preprocess.scale);
        Ok(Self { source, preprocess: preprocess.clone(), tables, key, augment })
    }
}

impl Assembly for Pictures {
    type Input = Tensor<4>;
    type Gathered = HostBatch;
    type Epoch = Variation;

    fn len(&self) -> usize {
        self.source.len()
    }

    fn begin(&self, epoch: usize) -> Variation {
        let augment = self.augment.as_ref();
        Variation(augment.and_then(|(config, seed)| Augmentation::of_epoch(config, *seed, epoch)))
    }

    fn gather(
        &self,
        Variation(augmentation): &Variation,
        places: &[u32],
        current: &Cell<u32>,
    ) -> Result<HostBatch, DataError> {
        let shape = self.preprocess.image;
        let size = shape.pixel_count();
        let (mut bytes, mut scratch) = (vec![0; size], vec![0; size]);
        let mut pixels = vec![0.0; places.len() * size];
        let mut truth = Vec::with_capacity(places.len());
        let mut hash = blake3::Hasher::new_keyed(&self.key);
        for (&place, values) in places.iter().zip(pixels.chunks_exact_mut(size)) {
            current.set(place);
            let target = self.source.read(place as usize, &mut bytes)?;
            check_target(self.source.targets(), place as usize, &target, "the samples of a batch")?;
            if let Some(augmentation) = augmentation {
                augmentation.apply(place, shape, &mut bytes, &mut scratch);
            }
            hash.update(&place.to_le_bytes());
            target.hash_into(&mut |bytes| {
                hash.update(bytes);
            });
            hash.update(&bytes);
            truth.push(target);
            transform::apply(&self.tables, &bytes, values);
        }
        let hash = transform::first_eight(hash.finalize().as_bytes());
        Ok(HostBatch { examples: places.to_vec(), pixels, truth, hash })
    }

    fn place(&self, gathered: HostBatch, device: &Device) -> Batch {
        let HostBatch { examples, pixels, truth, hash } = gathered;
        let shape = self.preprocess.image;
        let dimensions = [examples.len(), shape.channels, shape.height, shape.width];
        let inputs = Tensor::from_data(TensorData::new(pixels, dimensions), device);
        let targets = TargetTensor::new(&truth, self.preprocess.scale, device);
        Batch { inputs, targets, truth, examples, hash }
    }
}
