//! Samples side by side, on a device.

use burn::tensor::{Device, Int, Tensor, TensorData};

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

/// A batch in host memory, made by a worker.
pub(crate) struct HostBatch {
    indices: Vec<u32>,
    pixels: Vec<f32>,
    labels: Vec<i32>,
}

impl HostBatch {
    /// Gathers and normalises the samples at `indices`.
    pub(crate) fn gather(
        source: &dyn Source,
        tables: &[[f32; 256]],
        indices: &[u32],
    ) -> Result<Self, DataError> {
        let size = source.shape().pixel_count();
        let mut bytes = vec![0; size];
        let mut pixels = vec![0.0; indices.len() * size];
        let mut labels = Vec::with_capacity(indices.len());
        for (&index, values) in indices.iter().zip(pixels.chunks_exact_mut(size)) {
            let label = source.read(index as usize, &mut bytes)?;
            labels.push(i32::try_from(label).unwrap_or(i32::MAX));
            transform::apply(tables, &bytes, values);
        }
        Ok(Self { indices: indices.to_vec(), pixels, labels })
    }

    /// The only copy from host to device.
    pub(crate) fn into_batch(self, shape: ImageShape, device: &Device) -> Batch {
        let count = self.indices.len();
        let dimensions = [count, shape.channels, shape.height, shape.width];
        Batch {
            images: Tensor::from_data(TensorData::new(self.pixels, dimensions), device),
            targets: Tensor::from_data(TensorData::new(self.labels, [count]), device),
            indices: self.indices,
        }
    }
}
