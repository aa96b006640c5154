//! How the examples of a batch become the batch: one trait, and its two kinds, images of a [`Source`](crate::Source) and items of a user's data set.

mod items;
mod pictures;

use std::cell::Cell;

use burn::tensor::Device;

use crate::{Batch, DataError};

pub use items::{Batched, Items};
pub use pictures::Pictures;

/// Makes batches of a data set. Threads gather on the host; the thread that takes a batch copies it to the device.
pub trait Assembly: Send + Sync + 'static {
    /// What a model is given.
    type Input: Send + 'static;
    /// A batch in host memory.
    type Gathered: Send + 'static;
    /// What is fixed for an epoch, such as how its images are varied.
    type Epoch: Send + Sync + 'static;

    /// How many examples there are.
    fn len(&self) -> usize;

    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What is fixed for an epoch, counted from 1, of so many batches.
    fn begin(&self, epoch: usize, batches: usize) -> Self::Epoch;

    /// Reads and prepares the examples at `places`, which are batch `batch` of the epoch, counted from 0. `current` is always the example at hand, so that a panic can be told by its name.
    fn gather(
        &self,
        epoch: &Self::Epoch,
        batch: usize,
        places: &[u32],
        current: &Cell<u32>,
    ) -> Result<Self::Gathered, DataError>;

    /// The only copy from host to device.
    fn place(&self, gathered: Self::Gathered, device: &Device) -> Batch<Self::Input>;
}
