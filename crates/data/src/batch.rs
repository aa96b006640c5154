//! Samples side by side, on a device.

use std::cell::Cell;

use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::augment::Augmentation;
use crate::source::check_label;
use crate::{DataError, ImageShape, Source, transform};

/// Some samples of a data set, in the order in which they are used.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Normalised pixels, `[batch, channels, height, width]`.
    pub images: Tensor<4>,
    /// Classes, `[batch]`.
    pub targets: Tensor<1, Int>,
    /// The place of each sample in its source.
    pub indices: Vec<u32>,
    /// The first 8 bytes of BLAKE3 over places, labels, pixels after augmentation, and the values that bytes become: two
    /// batches with the same hash hold the same numbers in the same order.
    pub hash: u64,
}

impl Batch {
    /// How many samples there are.
    pub fn len(&self) -> usize {
        self.indices.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.indices.is_empty()
    }
}

/// What turns bytes into the values of a batch.
pub(crate) struct Preparation<'a> {
    pub(crate) source: &'a dyn Source,
    /// The value of each byte in each channel.
    pub(crate) tables: &'a [[f32; 256]],
    /// Stands for the tables in the hash of each batch.
    pub(crate) tables_hash: [u8; 32],
    pub(crate) augmentation: Option<&'a Augmentation>,
}

/// A batch in host memory, made by a worker.
pub(crate) struct HostBatch {
    indices: Vec<u32>,
    pixels: Vec<f32>,
    labels: Vec<i32>,
    hash: u64,
}

impl HostBatch {
    /// Gathers, augments and normalises the samples at `indices`. `current` is always the sample at hand.
    pub(crate) fn gather(
        preparation: &Preparation<'_>,
        indices: &[u32],
        current: &Cell<u32>,
    ) -> Result<Self, DataError> {
        let shape = preparation.source.shape();
        let size = shape.pixel_count();
        let (mut bytes, mut scratch) = (vec![0; size], vec![0; size]);
        let mut pixels = vec![0.0; indices.len() * size];
        let mut labels = Vec::with_capacity(indices.len());
        let mut hash = blake3::Hasher::new_keyed(&preparation.tables_hash);
        for (&index, values) in indices.iter().zip(pixels.chunks_exact_mut(size)) {
            current.set(index);
            let label = preparation.source.read(index as usize, &mut bytes)?;
            check_label(preparation.source, index as usize, label, "the samples of a batch")?;
            if let Some(augmentation) = preparation.augmentation {
                augmentation.apply(index, shape, &mut bytes, &mut scratch);
            }
            hash.update(&index.to_le_bytes()).update(&label.to_le_bytes()).update(&bytes);
            labels.push(i32::try_from(label).expect("a label is below the number of classes"));
            transform::apply(preparation.tables, &bytes, values);
        }
        let hash = transform::first_eight(hash.finalize().as_bytes());
        Ok(Self { indices: indices.to_vec(), pixels, labels, hash })
    }

    /// The only copy from host to device.
    pub(crate) fn into_batch(self, shape: ImageShape, device: &Device) -> Batch {
        let count = self.indices.len();
        let dimensions = [count, shape.channels, shape.height, shape.width];
        Batch {
            images: Tensor::from_data(TensorData::new(self.pixels, dimensions), device),
            targets: Tensor::from_data(TensorData::new(self.labels, [count]), device),
            indices: self.indices,
            hash: self.hash,
        }
    }
}
