//! Examples side by side, on a device.

use burn::tensor::Tensor;

use crate::{Target, TargetTensor};

/// Some examples of a data set, in the order in which they are used. Images are `[batch, channels, height, width]`.
#[derive(Clone, Debug)]
pub struct Batch<I = Tensor<4>> {
    /// What a model is given.
    pub inputs: I,
    /// What is true of each example, on the device.
    pub targets: TargetTensor,
    /// The same on the host, in the data's own unit, for whoever judges.
    pub truth: Vec<Target>,
    /// The place of each example in its source.
    pub examples: Vec<u32>,
    /// The first 8 bytes of BLAKE3 over all that the batch was made of: two batches with the same hash hold the same numbers in the same
    /// order. For images these are places, targets, pixels after augmentation, and the values that bytes become; for items of a user's
    /// [`Dataset`](burn::data::dataset::Dataset), whose content is not known here, the places alone.
    pub hash: u64,
}

impl<I> Batch<I> {
    /// How many examples there are.
    pub fn len(&self) -> usize {
        self.examples.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.examples.is_empty()
    }
}
