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

use burn::tensor::Device;

use crate::assembly::{Assembly, Pictures};
use crate::split::in_width_of_orders;
use crate::{AugmentConfig, Batch, DataError, Order, Preprocess, Source};

/// Batches that a worker hands over at a time, and so may have ready twice before they are taken. One at a time, each batch taken
/// would wake the worker, which costs the thread that trains 4 % of the course's step.
const PREFETCH: usize = 4;

/// How a [`Loader`] hands out batches.
#[derive(Clone, Copy, Debug)]
pub struct LoaderConfig {
    /// Samples a batch; the last batch of an epoch may be shorter.
    pub batch_size: usize,
    /// The order of the samples.
    pub order: Order,
    /// Threads that make batches ahead of their use; with 0, the thread that takes a batch makes it.
    pub workers: usize,
}

/// Makes the batches of any epoch of a data set, or of some of its samples.
pub struct Loader<A: Assembly = Pictures> {
    assembly: Arc<A>,
    /// The places of the samples.
    samples: Arc<[u32]>,
    config: LoaderConfig,
    device: Device,
}

impl<A: Assembly> Clone for Loader<A> {
    fn clone(&self) -> Self {
        let Self { assembly, samples, config, device } = self;
        let (assembly, samples) = (Arc::clone(assembly), Arc::clone(samples));
        Self { assembly, samples, config: *config, device: device.clone() }
    }
}

/// What the workers read in one epoch.
struct Plan<A: Assembly> {
    assembly: Arc<A>,
    /// The places of the samples, in the order of their use.
    samples: Vec<u32>,
    epoch: A::Epoch,
    batch_size: usize,
}

impl Loader {
    /// A loader of all images of `source`, as they are.
    pub fn of_images(
        source: Arc<dyn Source>,
        preprocess: &Preprocess,
        config: LoaderConfig,
        device: &Device,
    ) -> Result<Self, DataError> {
        Self::of_all(Pictures::new(source, preprocess, None)?, config, device)
    }

    /// A loader of the images of `source` at the places `samples`, varied in each epoch where `augment` says so.
    pub fn of_some_images(
        source: Arc<dyn Source>,
        samples: Vec<u32>,
        preprocess: &Preprocess,
        augment: Option<(AugmentConfig, u64)>,
        config: LoaderConfig,
        device: &Device,
    ) -> Result<Self, DataError> {
        Ok(Self::new(Pictures::new(source, preprocess, augment)?, samples, config, device))
    }
}

impl<A: Assembly> Loader<A> {
    /// A loader of the samples at the places `samples`.
    ///
    /// # Panics
    ///
    /// Panics if the batch size is 0.
    pub fn new(assembly: A, samples: Vec<u32>, config: LoaderConfig, device: &Device) -> Self {
        assert!(config.batch_size > 0, "the batch size is checked before a loader is made");
        let (assembly, samples) = (Arc::new(assembly), samples.into());
        Self { assembly, samples, config, device: device.clone() }
    }

    /// A loader of all samples.
    pub fn of_all(assembly: A, config: LoaderConfig, device: &Device) -> Result<Self, DataError> {
        let samples = (0..in_width_of_orders(assembly.len())?).collect();
        Ok(Self::new(assembly, samples, config, device))
    }

    /// Samples an epoch.
    pub fn sample_count(&self) -> usize {
        self.samples.len()
    }

    /// Batches an epoch.
    pub fn batch_count(&self) -> usize {
        self.sample_count().div_ceil(self.config.batch_size)
    }

    /// What makes its batches.
    pub fn assembly(&self) -> &A {
        &self.assembly
    }

    /// The places of the samples of an epoch, counted from 1, in the order of their use.
    pub fn places(&self, epoch: usize) -> Vec<u32> {
        self.plan(epoch).samples
    }

    /// The same on another device.
    pub(crate) fn on(&self, device: &Device) -> Self {
        Self { device: device.clone(), ..self.clone() }
    }

    /// A loader of the samples from one place in the list of samples up to another.
    pub(crate) fn part(&self, start: usize, end: usize) -> Self {
        Self { samples: self.samples[start..end].into(), ..self.clone() }
    }

    /// The batches of an epoch, counted from 1.
    pub fn epoch(&self, epoch: usize) -> Batches<A> {
        self.epoch_from(epoch, 0)
    }

    /// The batches of an epoch, beginning with batch `first` (counted from 0), without making those before it.
    pub fn epoch_from(&self, epoch: usize, first: usize) -> Batches<A> {
        let plan = Arc::new(self.plan(epoch));
        let first = first.min(self.batch_count());
        let taken = (first * self.config.batch_size).min(self.sample_count());
        let supply = if self.config.workers == 0 {
            Supply::Here
        } else {
            Supply::Workers(self.spawn_workers(&plan, first))
        };
        Batches { loader: self.clone(), epoch, plan, next: first, taken, supply }
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

    fn plan(&self, epoch: usize) -> Plan<A> {
        let samples = &self.samples;
        let length = u32::try_from(samples.len()).expect(
            "a loader is only made for counts that fit: `in_width_of_orders`, `stratified_split`",
        );
        let order = self.config.order.of_epoch(epoch, length);
        Plan {
            assembly: Arc::clone(&self.assembly),
            samples: order.iter().map(|&place| samples[place as usize]).collect(),
            epoch: self.assembly.begin(epoch, self.batch_count()),
            batch_size: self.config.batch_size,
        }
    }

    fn spawn_workers(&self, plan: &Arc<Plan<A>>, first: usize) -> Vec<Worker<A>> {
        let count = self.config.workers;
        (0..count)
            .map(|worker| {
                let (sender, receiver) = sync_channel(1);
                let plan = Arc::clone(plan);
                // The first batch from `first` on that is this worker's: batch i is made by worker i mod count.
                let start = first + (worker + count - first % count) % count;
                let work = move || make_batches(&plan, start, count, &sender);
                // Where no thread can be had, the closed channel is reported as a worker that died.
                let _ = std::thread::Builder::new().name(format!("data-{worker}")).spawn(work);
                Worker { receiver, ready: VecDeque::new() }
            })
            .collect()
    }
}

type Made<A> = Result<<A as Assembly>::Gathered, DataError>;

/// What a worker hands over, in order.
struct Worker<A: Assembly> {
    receiver: Receiver<VecDeque<Made<A>>>,
    ready: VecDeque<Made<A>>,
}

impl<A: Assembly> Worker<A> {
    /// The worker's next batch; `None` if it died.
    fn take(&mut self) -> Option<Made<A>> {
        while self.ready.is_empty() {
            self.ready = self.receiver.recv().ok()?;
        }
        self.ready.pop_front()
    }
}

/// A worker's life: every `step`th batch until the epoch ends, nobody listens, or one fails.
fn make_batches<A: Assembly>(
    plan: &Plan<A>,
    first: usize,
    step: usize,
    sender: &SyncSender<VecDeque<Made<A>>>,
) {
    let batches = plan.samples.chunks(plan.batch_size).enumerate();
    let mut ready = VecDeque::new();
    // The first batch is waited for, and goes alone.
    let mut enough = 1;
    for (number, indices) in batches.skip(first).step_by(step) {
        let made = make_batch(plan, number, indices);
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

fn make_batch<A: Assembly>(plan: &Plan<A>, number: usize, places: &[u32]) -> Made<A> {
    let current = Cell::new(0);
    let gather = || plan.assembly.gather(&plan.epoch, number, places, &current);
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
pub struct Batches<A: Assembly = Pictures> {
    loader: Loader<A>,
    epoch: usize,
    plan: Arc<Plan<A>>,
    next: usize,
    taken: usize,
    supply: Supply<A>,
}

enum Supply<A: Assembly> {
    Here,
    Workers(Vec<Worker<A>>),
    /// The epoch ended, well or badly.
    Ended,
}

impl<A: Assembly> Batches<A> {
    /// Samples of the epoch.
    pub fn sample_count(&self) -> usize {
        self.plan.samples.len()
    }

    /// Samples handed out so far, those before the first batch included.
    pub fn samples_taken(&self) -> usize {
        self.taken
    }

    fn make(&mut self) -> Option<Made<A>> {
        let indices = self.plan.samples.chunks(self.plan.batch_size).nth(self.next);
        match &mut self.supply {
            Supply::Ended => None,
            Supply::Here => indices.map(|indices| make_batch(&self.plan, self.next, indices)),
            Supply::Workers(workers) => indices.map(|_| {
                let count = workers.len();
                let made = workers[self.next % count].take();
                made.unwrap_or(Err(DataError::WorkerMissing { batch: self.next }))
            }),
        }
    }

    fn end(&mut self) -> Option<Result<Batch<A::Input>, DataError>> {
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

impl<A: Assembly> Iterator for Batches<A> {
    type Item = Result<Batch<A::Input>, DataError>;

    fn next(&mut self) -> Option<Self::Item> {
        let Some(made) = self.make() else { return self.end() };
        self.next += 1;
        match made {
            Ok(gathered) => {
                let batch = self.plan.assembly.place(gathered, &self.loader.device);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ImageShape, Images, Normalize, Target, TargetTensor, Targets};
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
        let augment = Some((AugmentConfig { shift: 1, ..AugmentConfig::default() }, 42));
        let preprocess = Preprocess::new(SHAPE, Normalize::default());
        let pictures = Pictures::new(source, &preprocess, augment).unwrap();
        let config = LoaderConfig { batch_size, order, workers };
        Loader::of_all(pictures, config, &Device::flex()).unwrap()
    }

    /// What a batch holds, as bits, and its hash.
    type Content = (Vec<u32>, Vec<u32>, Vec<i64>, u64);

    fn contents(batches: Batches) -> Vec<Content> {
        batches
            .map(|batch| {
                let batch = batch.unwrap();
                let pixels = batch.inputs.into_data().try_to_vec::<f32>().unwrap();
                let TargetTensor::Classes(targets) = batch.targets else { panic!("no classes") };
                let targets = targets.into_data().iter::<i64>().collect();
                let bits = pixels.iter().map(|value| value.to_bits()).collect();
                (batch.examples, bits, targets, batch.hash)
            })
            .collect()
    }

    /// Pixels, own classes, partners' classes, share, and hash of a batch.
    type Mixed = (Vec<f32>, Vec<i64>, Vec<i64>, f64, u64);

    #[test]
    fn mixed_batches_are_a_function_of_the_step() {
        let mixed = |workers| {
            let config = AugmentConfig { mixup: 0.2, cutmix: 1.0, ..AugmentConfig::default() };
            let order = Order::Shuffled { seed: 42 };
            let pictures = Pictures::new(
                images(10),
                &Preprocess::new(SHAPE, Normalize::default()),
                Some((config, 42)),
            )
            .unwrap();
            let config = LoaderConfig { batch_size: 4, order, workers };
            Loader::of_all(pictures, config, &Device::flex()).unwrap()
        };
        let seen = |batches: Batches| -> Vec<Mixed> {
            let values = |batch: Result<Batch, DataError>| {
                let batch = batch.unwrap();
                let TargetTensor::Mixed { classes, share } = batch.targets else {
                    panic!("not mixed")
                };
                let [own, partner] = TargetTensor::own_and_partner(&classes)
                    .map(|classes| classes.into_data().iter::<i64>().collect());
                let pixels = batch.inputs.into_data().try_to_vec::<f32>().unwrap();
                (pixels, own, partner, share, batch.hash)
            };
            batches.map(values).collect()
        };
        let all = seen(mixed(0).epoch(2));
        assert_eq!(all, seen(mixed(3).epoch(2)));
        // Taken up in the middle of an epoch.
        assert_eq!(all[1..], seen(mixed(2).epoch_from(2, 1)));
        assert_ne!(all, seen(mixed(0).epoch(1)));
        for (_, own, partner, share, _) in &all {
            let mut rolled = own.clone();
            rolled.rotate_right(1);
            assert_eq!(&rolled, partner);
            assert!((0.0..=1.0).contains(share));
        }
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

    /// Samples of three classes, each of which is asked for its label.
    struct Labelled {
        count: usize,
        targets: Targets,
        label: fn(usize) -> u32,
    }

    fn labelled(count: usize, label: fn(usize) -> u32) -> Labelled {
        let targets = Targets::Classes(["a", "b", "c"].map(str::to_owned).to_vec());
        Labelled { count, targets, label }
    }

    impl Source for Labelled {
        fn len(&self) -> usize {
            self.count
        }
        fn shape(&self) -> ImageShape {
            SHAPE
        }
        fn targets(&self) -> &Targets {
            &self.targets
        }
        fn read(&self, index: usize, _pixels: &mut [u8]) -> Result<Target, DataError> {
            Ok(Target::Class((self.label)(index)))
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
        let source = || labelled(2, |index| if index == 0 { 2 } else { 3 });
        let said = "label 3 at sample 1 is not below the 3 classes: ";
        let error = crate::check_targets(&source(), "mine").unwrap_err();
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
