//! Items of a user's Burn [`Dataset`], made into batches by the user's Burn [`Batcher`].

use std::cell::Cell;
use std::sync::Arc;

use burn::data::dataloader::batcher::Batcher;
use burn::data::dataset::Dataset;
use burn::tensor::Device;

use super::Assembly;
use crate::{Batch, DataError, Scale, Target, TargetTensor, transform};

/// What a user's [`Batcher`] makes of some items: what the model is given, and what is true of each.
#[derive(Clone, Debug)]
pub struct Batched<I> {
    /// What the model is given, with the batch as its first dimension.
    pub inputs: I,
    /// What is true of each item, in their order.
    pub truth: Vec<Target>,
}

/// Makes batches of any items.
pub struct Items<T, I> {
    dataset: Arc<dyn Dataset<T>>,
    batcher: Arc<dyn Batcher<T, Batched<I>>>,
    scale: Scale,
}

impl<T, I> Items<T, I> {
    /// The items of a data set, as a batcher makes them. Numbers are learned as `scale` says.
    pub fn new(
        dataset: impl Dataset<T> + 'static,
        batcher: impl Batcher<T, Batched<I>> + 'static,
        scale: Scale,
    ) -> Self {
        Self { dataset: Arc::new(dataset), batcher: Arc::new(batcher), scale }
    }
}

impl<T: Send + 'static, I: Send + 'static> Assembly for Items<T, I> {
    type Input = I;
    type Gathered = (Vec<u32>, Vec<T>);
    type Epoch = ();

    fn len(&self) -> usize {
        self.dataset.len()
    }

    fn begin(&self, _epoch: usize, _batches: usize) {}

    fn gather(
        &self,
        (): &(),
        _batch: usize,
        places: &[u32],
        current: &Cell<u32>,
    ) -> Result<Self::Gathered, DataError> {
        let mut items = Vec::with_capacity(places.len());
        for &place in places {
            current.set(place);
            let item = self.dataset.get(place as usize);
            items.push(item.map_err(|error| DataError::Sample {
                index: place as usize,
                reason: error.to_string(),
            })?);
        }
        Ok((places.to_vec(), items))
    }

    fn place(&self, (examples, items): Self::Gathered, device: &Device) -> Batch<I> {
        let Batched { inputs, truth } = self.batcher.batch(items, device);
        let targets = TargetTensor::new(&truth, self.scale, device);
        let mut hash = blake3::Hasher::new();
        for place in &examples {
            hash.update(&place.to_le_bytes());
        }
        let hash = transform::first_eight(hash.finalize().as_bytes());
        Batch { inputs, targets, truth, examples, hash }
    }
}
