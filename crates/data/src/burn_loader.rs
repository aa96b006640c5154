//! A loader in, Burn's `DataLoader` out: for Burn's own training loop.
//!
//! Burn asks one loader for the batches of every epoch and does not say which epoch it is. Here the first time is epoch 1, the
//! second is epoch 2, and so on, so that Burn's loop sees the batches that ours would see.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use burn::data::dataloader::{DataLoader, DataLoaderIterator};
use burn::tensor::Device;

use crate::loader::EpochIterator;
use crate::{Batch, Loader};

/// A [`Loader`] for Burn's `SupervisedTraining`. An epoch that cannot be completed ends with an error, which Burn's loop returns.
pub struct BurnLoader {
    loader: Loader,
    begun: AtomicUsize,
}

impl BurnLoader {
    /// The loader's epochs, beginning with epoch 1.
    pub fn new(loader: Loader) -> Self {
        Self { loader, begun: AtomicUsize::new(0) }
    }

    /// Another loader, at the same epoch.
    fn with(&self, loader: Loader) -> Arc<dyn DataLoader<Batch>> {
        Arc::new(Self { loader, begun: AtomicUsize::new(self.begun.load(Ordering::Relaxed)) })
    }
}

impl DataLoader<Batch> for BurnLoader {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<Batch> + 'a> {
        let epoch = self.begun.fetch_add(1, Ordering::Relaxed) + 1;
        Box::new(EpochIterator::new(self.loader.epoch(epoch)))
    }

    fn num_items(&self) -> usize {
        self.loader.sample_count()
    }

    fn to_device(&self, device: &Device) -> Arc<dyn DataLoader<Batch>> {
        self.with(self.loader.on(device))
    }

    fn slice(&self, start: usize, end: usize) -> Arc<dyn DataLoader<Batch>> {
        self.with(self.loader.part(start, end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DataError, ImageShape, Images, LoaderConfig, Normalize, Order, Source};

    const SHAPE: ImageShape = ImageShape { channels: 1, height: 1, width: 1 };

    fn loader(source: Arc<dyn Source>) -> Loader {
        let config = LoaderConfig {
            batch_size: 8,
            order: Order::Shuffled { seed: 42 },
            normalize: Normalize::default(),
            augment: None,
            workers: 1,
        };
        Loader::of_all(source, &config, &Device::flex()).unwrap()
    }

    fn images() -> Arc<dyn Source> {
        let classes = vec!["zero".to_owned()];
        Arc::new(Images::new(SHAPE, classes, (0..50).collect(), vec![0; 50], "test").unwrap())
    }

    fn hashes(loader: &dyn DataLoader<Batch>) -> Vec<u64> {
        loader.iter().map(|batch| batch.unwrap().hash).collect()
    }

    fn hashes_of_epoch(epoch: usize) -> Vec<u64> {
        loader(images()).epoch(epoch).map(|batch| batch.unwrap().hash).collect()
    }

    #[test]
    fn burn_sees_the_batches_of_each_epoch() {
        let loader = BurnLoader::new(loader(images()));
        assert_eq!(loader.num_items(), 50);
        for epoch in [1, 2, 3] {
            assert_eq!(hashes(&loader), hashes_of_epoch(epoch));
        }
        let moved = loader.to_device(&Device::flex());
        assert_eq!(hashes(moved.as_ref()), hashes_of_epoch(4));
        assert_eq!(hashes(&loader), hashes_of_epoch(4));
    }

    #[test]
    fn slices_hold_every_sample_once() {
        let loader = BurnLoader::new(loader(images()));
        let parts = [loader.slice(0, 20), loader.slice(20, 50)];
        assert_eq!(parts.each_ref().map(|part| part.num_items()), [20, 30]);
        let batches = parts.iter().flat_map(|part| part.iter()).map(Result::unwrap);
        let mut seen: Vec<u32> = batches.flat_map(|batch| batch.indices).collect();
        seen.sort_unstable();
        assert!(seen.into_iter().eq(0..50));
    }

    #[test]
    fn progress_counts_samples() {
        let loader = BurnLoader::new(loader(images()));
        let mut batches = loader.iter();
        batches.next();
        let progress = batches.progress();
        assert_eq!((progress.items_processed, progress.items_total), (8, 50));
    }

    struct Broken([String; 1]);

    impl Source for Broken {
        fn len(&self) -> usize {
            20
        }
        fn shape(&self) -> ImageShape {
            SHAPE
        }
        fn classes(&self) -> &[String] {
            &self.0
        }
        fn read(&self, _index: usize, _pixels: &mut [u8]) -> Result<u32, DataError> {
            panic!("the disk is gone")
        }
    }

    #[test]
    fn a_worker_that_dies_is_an_error_and_not_the_end_of_the_epoch() {
        let loader = BurnLoader::new(loader(Arc::new(Broken(["zero".to_owned()]))));
        let error = loader.iter().next().unwrap().unwrap_err();
        assert!(error.to_string().contains("the disk is gone"), "{error}");
    }
}
