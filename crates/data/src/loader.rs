//! Samples become batches, in an order that no worker count changes.
//!
//! Burn's own multi-threaded loader hands batches over as they are ready and ends an epoch silently when a worker panics
//! (burn-core 0.22.1, data/dataloader/multithread.rs:149-175 and 336-358). Here batch `i` is made by worker `i mod n` and
//! taken in turn, a panic is an error that names the samples, and the samples of each epoch are counted.

use std::cell::Cell;
use std::collections::VecDeque;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use burn::data::dataloader::{DataLoader, DataLoaderIterator, Progress};
use burn::data::dataset::DatasetError;
use burn::tensor::Device;

use crate::augment::Augmentation;
use crate::batch::{HostBatch, Preparation};
use crate::split::sample_count;
use crate::{AugmentConfig, Batch, DataError, Normalize, Order, Source, transform};

/// Batches that a worker hands over at a time, and so may have ready twice before they are taken. One at a time, each batch taken
/// would wake the worker, which costs the thread that trains 4 % of the course's step.
const PREFETCH: usize = 4;

/// How a [`Loader`] makes batches.
#[derive(Clone, Debug)]
pub struct LoaderConfig {
    /// Samples a batch; the last batch of an epoch may be shorter.
    pub batch_size: usize,
    /// The order of the samples.
    pub order: Order,
    /// How pixels become floats.
    pub normalize: Normalize,
    /// How the images of each epoch are varied, under the seed of the run.
    pub augment: Option<(AugmentConfig, u64)>,
    /// Threads that make batches ahead of their use; with 0, the thread that takes a batch makes it.
    pub workers: usize,
}

/// Makes the batches of any epoch of a data set, or of some of its samples.
#[derive(Clone)]
pub struct Loader {
    shared: Arc<Shared>,
    order: Order,
    augment: Option<(AugmentConfig, u64)>,
    batch_size: usize,
    workers: usize,
    device: Device,
}

/// What the workers read, whatever the epoch.
struct Shared {
    source: Arc<dyn Source>,
    samples: Vec<u32>,
    tables: Vec<[f32; 256]>,
    tables_hash: [u8; 32],
}

/// What the workers read in one epoch.
struct Plan {
    /// The places of the samples in the source, in the order of their use.
    samples: Vec<u32>,
    augmentation: Option<Augmentation>,
}

impl Loader {
    /// A loader of the samples of `source` at the places `samples`.
    ///
    /// # Panics
    ///
    /// Panics if the batch size is 0.
    pub fn new(
        source: Arc<dyn Source>,
        samples: Vec<u32>,
        config: &LoaderConfig,
        device: &Device,
    ) -> Result<Self, DataError> {
        assert!(config.batch_size > 0, "the batch size is checked before a loader is made");
        let tables = config.normalize.tables(source.shape().channels)?;
        let tables_hash = transform::tables_hash(&tables);
        Ok(Self {
            shared: Arc::new(Shared { source, samples, tables, tables_hash }),
            order: config.order,
            augment: config.augment.clone(),
            batch_size: config.batch_size,
            workers: config.workers,
            device: device.clone(),
        })
    }

    /// A loader of all samples of `source`.
    pub fn of_all(
        source: Arc<dyn Source>,
        config: &LoaderConfig,
        device: &Device,
    ) -> Result<Self, DataError> {
        let samples = (0..sample_count(source.as_ref())?).collect();
        Self::new(source, samples, config, device)
    }

    /// Samples an epoch.
    pub fn sample_count(&self) -> usize {
        self.shared.samples.len()
    }

    /// Batches an epoch.
    pub fn batch_count(&self) -> usize {
        self.sample_count().div_ceil(self.batch_size)
    }

    /// The batches of an epoch, counted from 1.
    pub fn epoch(&self, epoch: usize) -> Batches {
        self.epoch_from(epoch, 0)
    }

    /// The batches of an epoch, beginning with batch `first` (counted from 0), without making those before it.
    pub fn epoch_from(&self, epoch: usize, first: usize) -> Batches {
        let plan = Arc::new(self.plan(epoch));
        let first = first.min(self.batch_count());
        let taken = (first * self.batch_size).min(self.sample_count());
        let supply = if self.workers == 0 {
            Supply::Here
        } else {
            Supply::Workers(self.spawn_workers(&plan, first))
        };
        Batches { loader: self.clone(), epoch, plan, next: first, taken, supply }
    }

    /// This loader's view of one epoch, for Burn's own loops.
    pub fn for_epoch(&self, epoch: usize) -> EpochLoader {
        EpochLoader { loader: self.clone(), epoch }
    }

    /// BLAKE3 over the hashes of all batches of the first `epochs` epochs, as hexadecimal.
    pub fn fingerprint(&self, epochs: usize) -> Result<String, DataError> {
        let mut hash = blake3::Hasher::new();
        for epoch in 1..=epochs {
            for batch in self.epoch(epoch) {
                hash.update(&batch?.hash.to_le_bytes());
            }
        }
        Ok(hash.finalize().to_hex().to_string())
    }

    fn plan(&self, epoch: usize) -> Plan {
        let samples = &self.shared.samples;
        let length = u32::try_from(samples.len()).expect(
            "a loader is only made for counts that fit: `sample_count`, `stratified_split`",
        );
        let order = self.order.of_epoch(epoch, length);
        let augment = self.augment.as_ref();
        Plan {
            samples: order.iter().map(|&place| samples[place as usize]).collect(),
            augmentation: augment
                .and_then(|(config, seed)| Augmentation::of_epoch(config, *seed, epoch)),
        }
    }

    fn spawn_workers(&self, plan: &Arc<Plan>, first: usize) -> Vec<Worker> {
        let count = self.workers;
        (0..count)
            .map(|worker| {
                let (sender, receiver) = sync_channel(1);
                let (shared, plan) = (Arc::clone(&self.shared), Arc::clone(plan));
                let batch_size = self.batch_size;
                // The first batch from `first` on that is this worker's: batch i is made by worker i mod count.
                let start = first + (worker + count - first % count) % count;
                let work = move || make_batches(&shared, &plan, batch_size, start, count, &sender);
                // Where no thread can be had, the closed channel is reported as a worker that died.
                let _ = std::thread::Builder::new().name(format!("data-{worker}")).spawn(work);
                Worker { receiver, ready: VecDeque::new() }
            })
            .collect()
    }
}

type Made = Result<HostBatch, DataError>;

/// What a worker hands over, in order.
struct Worker {
    receiver: Receiver<VecDeque<Made>>,
    ready: VecDeque<Made>,
}

impl Worker {
    /// The worker's next batch; `None` if it died.
    fn take(&mut self) -> Option<Made> {
        while self.ready.is_empty() {
            self.ready = self.receiver.recv().ok()?;
        }
        self.ready.pop_front()
    }
}

/// A worker's life: every `step`th batch until the epoch ends, nobody listens, or one fails.
fn make_batches(
    shared: &Shared,
    plan: &Plan,
    batch_size: usize,
    first: usize,
    step: usize,
    sender: &SyncSender<VecDeque<Made>>,
) {
    let batches = plan.samples.chunks(batch_size).enumerate();
    let mut ready = VecDeque::new();
    // The first batch is waited for, and goes alone.
    let mut enough = 1;
    for (number, indices) in batches.skip(first).step_by(step) {
        let made = make_batch(shared, plan, number, indices);
        let failed = made.is_err();
        ready.push_back(made);
        if ready.len() >= enough || failed {
            if sender.send(mem::take(&mut ready)).is_err() || failed {
                return;
            }
            enough = PREFETCH;
        }
    }
    // Where nobody listens any more, nobody misses them.
    let _ = sender.send(ready);
}

fn make_batch(shared: &Shared, plan: &Plan, number: usize, indices: &[u32]) -> Made {
    let preparation = Preparation {
        source: shared.source.as_ref(),
        tables: &shared.tables,
        tables_hash: shared.tables_hash,
        augmentation: plan.augmentation.as_ref(),
    };
    let current = Cell::new(0);
    let gather = || HostBatch::gather(&preparation, indices, &current);
    catch_unwind(AssertUnwindSafe(gather)).unwrap_or_else(|payload| {
        let text = payload.downcast_ref::<&str>().map(ToString::to_string);
        let message = text.or_else(|| payload.downcast_ref::<String>().cloned());
        Err(DataError::SamplePanicked {
            batch: number,
            sample: current.get(),
            message: message.unwrap_or_else(|| "no message".to_owned()),
        })
    })
}

/// The batches of one epoch, in order. Ends after the first error.
pub struct Batches {
    loader: Loader,
    epoch: usize,
    plan: Arc<Plan>,
    next: usize,
    taken: usize,
    supply: Supply,
}

enum Supply {
    Here,
    Workers(Vec<Worker>),
    /// The epoch ended, well or badly.
    Ended,
}

impl Batches {
    /// Samples handed out so far, those before the first batch included.
    pub fn samples_taken(&self) -> usize {
        self.taken
    }

    fn make(&mut self) -> Option<Made> {
        let indices = self.plan.samples.chunks(self.loader.batch_size).nth(self.next);
        match &mut self.supply {
            Supply::Ended => None,
            Supply::Here => {
                let shared = &self.loader.shared;
                indices.map(|indices| make_batch(shared, &self.plan, self.next, indices))
            }
            Supply::Workers(workers) => indices.map(|_| {
                let count = workers.len();
                let made = workers[self.next % count].take();
                made.unwrap_or(Err(DataError::WorkerMissing { batch: self.next }))
            }),
        }
    }

    fn end(&mut self) -> Option<Result<Batch, DataError>> {
        let complete =
            self.taken == self.plan.samples.len() || matches!(self.supply, Supply::Ended);
        self.supply = Supply::Ended;
        (!complete).then(|| {
            Err(DataError::Incomplete {
                epoch: self.epoch,
                got: self.taken,
                expected: self.plan.samples.len(),
            })
        })
    }
}

impl Iterator for Batches {
    type Item = Result<Batch, DataError>;

    fn next(&mut self) -> Option<Self::Item> {
        let Some(made) = self.make() else { return self.end() };
        self.next += 1;
        match made {
            Ok(host) => {
                let batch = host.into_batch(self.loader.shared.source.shape(), &self.loader.device);
                self.taken += batch.len();
                Some(Ok(batch))
            }
            Err(error) => {
                self.supply = Supply::Ended;
                Some(Err(error))
            }
        }
    }
}

/// One epoch of a [`Loader`] as Burn's `DataLoader`.
#[derive(Clone)]
pub struct EpochLoader {
    loader: Loader,
    epoch: usize,
}

impl DataLoader<Batch> for EpochLoader {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<Batch> + 'a> {
        Box::new(EpochIterator { batches: self.loader.epoch(self.epoch) })
    }

    fn num_items(&self) -> usize {
        self.loader.sample_count()
    }

    fn to_device(&self, device: &Device) -> Arc<dyn DataLoader<Batch>> {
        let mut moved = self.clone();
        moved.loader.device = device.clone();
        Arc::new(moved)
    }

    fn slice(&self, start: usize, end: usize) -> Arc<dyn DataLoader<Batch>> {
        let shared = &self.loader.shared;
        let mut part = self.clone();
        part.loader.shared = Arc::new(Shared {
            source: Arc::clone(&shared.source),
            samples: shared.samples[start..end].to_vec(),
            tables: shared.tables.clone(),
            tables_hash: shared.tables_hash,
        });
        Arc::new(part)
    }
}

struct EpochIterator {
    batches: Batches,
}

impl Iterator for EpochIterator {
    type Item = Result<Batch, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.batches.next()?.map_err(DatasetError::new))
    }
}

impl DataLoaderIterator<Batch> for EpochIterator {
    fn progress(&self) -> Progress {
        let total = self.batches.loader.sample_count();
        Progress::new(self.batches.samples_taken(), total, Some("items".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ImageShape, Images};
    use proptest::prelude::*;

    const SHAPE: ImageShape = ImageShape { channels: 1, height: 1, width: 2 };

    fn classes() -> Vec<String> {
        (0..10).map(|digit| digit.to_string()).collect()
    }

    fn images(count: u8) -> Arc<dyn Source> {
        let pixels = (0..count).flat_map(|i| [i, i.wrapping_mul(3)]).collect();
        let labels = (0..count).map(|i| u32::from(i % 10)).collect();
        Arc::new(Images::new(SHAPE, classes(), pixels, labels, "test").unwrap())
    }

    fn loader(source: Arc<dyn Source>, batch_size: usize, workers: usize) -> Loader {
        let order = Order::Shuffled { seed: 42 };
        let normalize = Normalize::default();
        let augment = Some((AugmentConfig { shift: 1 }, 42));
        let config = LoaderConfig { batch_size, order, normalize, augment, workers };
        Loader::of_all(source, &config, &Device::flex()).unwrap()
    }

    /// What a batch holds, as bits, and its hash.
    type Content = (Vec<u32>, Vec<u32>, Vec<i64>, u64);

    fn contents(batches: Batches) -> Vec<Content> {
        batches
            .map(|batch| {
                let batch = batch.unwrap();
                let pixels = batch.images.into_data().try_to_vec::<f32>().unwrap();
                let targets = batch.targets.into_data().iter::<i64>().collect();
                let bits = pixels.iter().map(|value| value.to_bits()).collect();
                (batch.indices, bits, targets, batch.hash)
            })
            .collect()
    }

    #[test]
    fn workers_do_not_change_the_batches() {
        let alone = contents(loader(images(101), 8, 0).epoch(2));
        assert_eq!(alone.len(), 13);
        assert_eq!(alone.last().unwrap().0.len(), 5);
        for workers in [1, 2, 3, 8, 20] {
            assert_eq!(contents(loader(images(101), 8, workers).epoch(2)), alone);
        }
    }

    #[test]
    fn an_epoch_can_be_entered_at_any_batch() {
        let whole = contents(loader(images(50), 8, 0).epoch(3));
        for first in 0..=whole.len() {
            for workers in [0, 2] {
                let rest = contents(loader(images(50), 8, workers).epoch_from(3, first));
                assert_eq!(rest, whole[first..]);
            }
        }
    }

    #[test]
    fn epochs_differ_in_order_and_not_in_content() {
        let [mut one, mut two] = [1, 2].map(|epoch| loader(images(60), 60, 1).plan(epoch).samples);
        assert_ne!(one, two);
        one.sort_unstable();
        two.sort_unstable();
        assert_eq!(one, two);
    }

    /// Samples whose labels are what a function of their index says.
    struct Labelled {
        count: usize,
        classes: [String; 3],
        label: fn(usize) -> u32,
    }

    fn labelled(count: usize, label: fn(usize) -> u32) -> Labelled {
        Labelled { count, classes: ["a", "b", "c"].map(str::to_owned), label }
    }

    impl Source for Labelled {
        fn len(&self) -> usize {
            self.count
        }
        fn shape(&self) -> ImageShape {
            SHAPE
        }
        fn classes(&self) -> &[String] {
            &self.classes
        }
        fn read(&self, index: usize, _pixels: &mut [u8]) -> Result<u32, DataError> {
            Ok((self.label)(index))
        }
    }

    #[test]
    fn a_panic_in_a_worker_is_an_error_that_names_the_sample() {
        for workers in [0, 1, 3] {
            let broken = labelled(40, |index| {
                assert_ne!(index, 17, "the disk is gone");
                0
            });
            let results: Vec<_> = loader(Arc::new(broken), 4, workers).epoch(1).collect();
            let errors: Vec<_> =
                results.iter().filter_map(|result| result.as_ref().err()).collect();
            let [DataError::SamplePanicked { sample: 17, message, .. }] = errors[..] else {
                panic!("{errors:?}");
            };
            assert!(message.contains("the disk is gone"), "{message}");
            assert!(results.last().unwrap().is_err());
        }
    }

    #[test]
    fn a_label_without_a_class_is_an_error_wherever_it_is_met() {
        // The label of the second sample stands for no class.
        let source = || labelled(2, |index| if index == 0 { 2 } else { 3 });
        let said = "label 3 at sample 1 is not below the 3 classes: ";
        let error = crate::check_labels(&source(), "mine").unwrap_err();
        assert_eq!(error.to_string(), format!("{said}mine"));
        let error = crate::stratified_split(&source(), 0.5, 42).unwrap_err();
        assert_eq!(error.to_string(), format!("{said}the samples to split"));
        for workers in [0, 2] {
            let made = loader(Arc::new(source()), 2, workers).epoch(1).next().unwrap();
            let Err(error) = made else { panic!("accepted") };
            assert_eq!(error.to_string(), format!("{said}the samples of a batch"));
        }
    }

    #[test]
    fn a_fingerprint_is_of_the_batches_and_never_changes() {
        let of = |workers| loader(images(50), 8, workers).fingerprint(2).unwrap();
        assert_eq!(of(0), GOLDEN_FINGERPRINT);
        for workers in [1, 2, 4, 8] {
            assert_eq!(of(workers), GOLDEN_FINGERPRINT);
        }
        let other = loader(images(51), 8, 1).fingerprint(2).unwrap();
        assert_ne!(other, GOLDEN_FINGERPRINT);
    }

    const GOLDEN_FINGERPRINT: &str =
        "e27ccb2207c22c42325c2d02f6d83f1a68083064e6842db69ab51f75dc830b12";

    #[test]
    fn abandoned_epochs_do_not_hang() {
        let loader = loader(images(200), 1, 4);
        for _ in 0..20 {
            assert!(loader.epoch(1).nth(3).is_some());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn each_sample_is_seen_exactly_once(count in 1_u8..80, batch_size in 1_usize..20, workers in 0_usize..4) {
            let batches = contents(loader(images(count), batch_size, workers).epoch(1));
            let mut seen: Vec<u32> = batches.into_iter().flat_map(|(indices, ..)| indices).collect();
            seen.sort_unstable();
            prop_assert_eq!(seen, (0..u32::from(count)).collect::<Vec<_>>());
        }
    }
}
