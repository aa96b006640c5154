//! A loader in, Burn's `DataLoader` out: for Burn's own training loop.
//!
//! Burn asks one loader for the batches of every epoch and does not say which epoch it is. Here the first time is epoch 1, the
//! second is epoch 2, and so on, so that Burn's loop sees the batches that ours would see.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use burn::data::dataloader::{DataLoader, DataLoaderIterator, Progress};
use burn::data::dataset::DatasetError;
use burn::tensor::Device;

use crate::{Assembly, Batch, Batches, Loader, Pictures};

/// A [`Loader`] for Burn's `SupervisedTraining`. An epoch that cannot be completed ends with an error, which Burn's loop returns.
pub struct BurnLoader<A: Assembly = Pictures> {
    loader: Loader<A>,
    begun: AtomicUsize,
}

impl<A: Assembly> BurnLoader<A> {
    /// The loader's epochs, beginning with epoch 1.
    pub fn new(loader: Loader<A>) -> Self {
        Self { loader, begun: AtomicUsize::new(0) }
    }

    /// Another loader, at the same epoch.
    fn with(&self, loader: Loader<A>) -> Arc<dyn DataLoader<Batch<A::Input>>> {
        Arc::new(Self { loader, begun: AtomicUsize::new(self.begun.load(Ordering::Relaxed)) })
    }
}

impl<A: Assembly> DataLoader<Batch<A::Input>> for BurnLoader<A> {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<Batch<A::Input>> + 'a> {
        let epoch = self.begun.fetch_add(1, Ordering::Relaxed) + 1;
        Box::new(EpochIterator { batches: self.loader.epoch(epoch) })
    }

    fn num_items(&self) -> usize {
        self.loader.sample_count()
    }

    fn to_device(&self, device: &Device) -> Arc<dyn DataLoader<Batch<A::Input>>> {
        self.with(self.loader.on(device))
    }

    fn slice(&self, start: usize, end: usize) -> Arc<dyn DataLoader<Batch<A::Input>>> {
        self.with(self.loader.part(start, end))
    }
}

/// The batches of one epoch as Burn's loops take them.
struct EpochIterator<A: Assembly> {
    batches: Batches<A>,
}

impl<A: Assembly> Iterator for EpochIterator<A> {
    type Item = Result<Batch<A::Input>, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.batches.next()?.map_err(DatasetError::new))
    }
}

impl<A: Assembly> DataLoaderIterator<Batch<A::Input>> for EpochIterator<A> {
    fn progress(&self) -> Progress {
        let total = self.batches.sample_count();
        Progress::new(self.batches.samples_taken(), total, Some("items".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        DataError, ImageShape, Images, LoaderConfig, Normalize, Order, Preprocess, Source, Target,
        Targets,
    };

    const SHAPE: ImageShape = ImageShape { channels: 1, height: 1, width: 1 };

    fn loader(source: Arc<dyn Source>) -> Loader {
        let config =
            LoaderConfig { batch_size: 8, order: Order::Shuffled { seed: 42 }, workers: 1 };
        let preprocess = Preprocess::new(SHAPE, Normalize::default());
        Loader::of_images(source, &preprocess, config, &Device::flex()).unwrap()
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
        let mut seen: Vec<u32> = batches.flat_map(|batch| batch.examples).collect();
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

    struct Broken(Targets);

    impl Source for Broken {
        fn len(&self) -> usize {
            20
        }
        fn shape(&self) -> ImageShape {
            SHAPE
        }
        fn targets(&self) -> &Targets {
            &self.0
        }
        fn read(&self, _index: usize, _pixels: &mut [u8]) -> Result<Target, DataError> {
            panic!("the disk is gone")
        }
    }

    #[test]
    fn a_worker_that_dies_is_an_error_and_not_the_end_of_the_epoch() {
        let loader =
            BurnLoader::new(loader(Arc::new(Broken(Targets::Classes(vec!["zero".to_owned()])))));
        let error = loader.iter().next().unwrap().unwrap_err();
        assert!(error.to_string().contains("the disk is gone"), "{error}");
    }
}
