//! Items in, what a function makes of each out, in their order: made by several threads, a bounded number ahead; knows nothing of
//! pictures.

use std::collections::VecDeque;
use std::io;
use std::iter::Fuse;
use std::panic::resume_unwind;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// How long is waited for a run to become as long as it may, once it has begun: items may come slowly, and whoever sends one wants
/// to see what becomes of it.
const PATIENCE: Duration = Duration::from_millis(100);

/// The threads at work, and what they have made.
///
/// Each takes the next item as soon as it is free, so that a slow item delays only those that wait behind it. Whoever is ahead
/// by more than two runs waits.
pub(crate) struct Belt<M> {
    shared: Arc<Shared<M>>,
    workers: Vec<JoinHandle<()>>,
}

impl<M: Send + 'static> Belt<M> {
    /// Starts up to `threads` threads, at least 1, that make something of each item; `longest` is the most to be taken at a time.
    ///
    /// Where the system gives fewer threads, those have to do; where it gives none, that is an error.
    pub(crate) fn start<I, F>(items: I, make: F, threads: usize, longest: usize) -> io::Result<Self>
    where
        I: Iterator + Send + 'static,
        F: Fn(I::Item) -> M + Send + Sync + 'static,
    {
        let threads = threads.max(1);
        let pending =
            Pending { places: VecDeque::new(), first: 0, run: 0, working: 0, over: false };
        let shared = Arc::new(Shared {
            pending: Mutex::new(pending),
            longest: longest.max(1),
            ahead: 2 * longest.max(threads),
            ready: Condvar::new(),
            room: Condvar::new(),
        });
        let feed = Arc::new(Mutex::new(Feed { items: items.fuse(), next: 0 }));
        let make = Arc::new(make);
        let mut belt = Self { shared, workers: Vec::new() };
        for number in 0..threads {
            let (shared, feed, make) =
                (Arc::clone(&belt.shared), Arc::clone(&feed), Arc::clone(&make));
            lock(&belt.shared.pending).working += 1;
            let leaving = Leaving(Arc::clone(&shared));
            let work = move || {
                let _leaving = leaving;
                work(&feed, make.as_ref(), &shared);
            };
            // Where no thread can be had, what it would have taken along is dropped, and with it its place among the workers.
            match std::thread::Builder::new().name(format!("prepare-{number}")).spawn(work) {
                Ok(worker) => belt.workers.push(worker),
                Err(error) if belt.workers.is_empty() => return Err(error),
                Err(_) => break,
            }
        }
        Ok(belt)
    }

    /// What was made of the next items, at most as many as may be taken at a time; nothing after the last one.
    ///
    /// A panic in an item's making, or in the items themselves, goes on here, after what was made before it.
    pub(crate) fn take(&mut self) -> Vec<M> {
        let made = self.shared.take();
        if made.is_empty() {
            for worker in self.workers.drain(..) {
                if let Err(panic) = worker.join() {
                    resume_unwind(panic);
                }
            }
        }
        made
    }
}

impl<M> Drop for Belt<M> {
    /// Nobody waits for what is under way: it may hang on a pipe that says no more.
    fn drop(&mut self) {
        lock(&self.shared.pending).over = true;
        self.shared.room.notify_all();
    }
}

/// The items that nobody has taken yet.
struct Feed<I> {
    items: Fuse<I>,
    next: usize,
}

/// A worker's life: one item after the other, until there is none or nobody wants them.
fn work<I: Iterator, M>(feed: &Mutex<Feed<I>>, make: &impl Fn(I::Item) -> M, shared: &Shared<M>) {
    loop {
        let (number, item) = {
            let mut feed = lock(feed);
            let Some(item) = feed.items.next() else { return };
            feed.next += 1;
            (feed.next - 1, item)
        };
        if !shared.wait_for_room(number) {
            return;
        }
        shared.put(number, make(item));
    }
}

/// What the threads share.
struct Shared<M> {
    pending: Mutex<Pending<M>>,
    longest: usize,
    ahead: usize,
    ready: Condvar,
    room: Condvar,
}

/// What was made and not yet taken.
struct Pending<M> {
    /// Item `first` and those after it, where they are made already.
    places: VecDeque<Option<M>>,
    first: usize,
    /// How many from the front on are made.
    run: usize,
    /// Threads that may still make something.
    working: usize,
    /// Whether nobody wants more.
    over: bool,
}

impl<M> Shared<M> {
    /// Waits until an item's turn is near; whether it is wanted.
    fn wait_for_room(&self, number: usize) -> bool {
        let pending = lock(&self.pending);
        let far = |pending: &mut Pending<M>| !pending.over && number >= pending.first + self.ahead;
        let pending = self.room.wait_while(pending, far).unwrap_or_else(PoisonError::into_inner);
        !pending.over
    }

    fn put(&self, number: usize, made: M) {
        let mut pending = lock(&self.pending);
        // Nothing is taken before it is put, so its place is not behind the front.
        let place = number - pending.first;
        if pending.places.len() <= place {
            pending.places.resize_with(place + 1, || None);
        }
        pending.places[place] = Some(made);
        let before = pending.run;
        while pending.places.get(pending.run).is_some_and(Option::is_some) {
            pending.run += 1;
        }
        // Waking a thread costs as much as a small picture: only where it changes what the taker does.
        let begun = before == 0 && pending.run > 0;
        if begun || (before < self.longest && pending.run >= self.longest) {
            self.ready.notify_one();
        }
    }

    fn take(&self) -> Vec<M> {
        let pending = lock(&self.pending);
        let nothing = |pending: &mut Pending<M>| pending.run == 0 && pending.working > 0;
        let pending =
            self.ready.wait_while(pending, nothing).unwrap_or_else(PoisonError::into_inner);
        let short = |pending: &mut Pending<M>| pending.run < self.longest && pending.working > 0;
        let waited = self.ready.wait_timeout_while(pending, PATIENCE, short);
        let (mut pending, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let count = pending.run.min(self.longest);
        pending.first += count;
        pending.run -= count;
        let made = pending.places.drain(..count).flatten().collect();
        self.room.notify_all();
        made
    }
}

/// A worker's place among the workers, given up however it ends.
struct Leaving<M>(Arc<Shared<M>>);

impl<M> Drop for Leaving<M> {
    fn drop(&mut self) {
        lock(&self.0.pending).working -= 1;
        self.0.ready.notify_one();
    }
}

/// A lock whose holder panicked is still whole here: nothing is left half changed between two statements that can panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc::channel;

    fn all<M: Send + 'static>(mut belt: Belt<M>) -> Vec<M> {
        std::iter::from_fn(|| Some(belt.take()).filter(|run| !run.is_empty())).flatten().collect()
    }

    #[test]
    fn order_is_kept_whatever_the_threads_and_however_long_an_item_takes() {
        for (threads, longest) in [(1, 1), (2, 7), (8, 3), (0, 0), (3, 1000)] {
            let slow_at_times = |item: usize| {
                if item.is_multiple_of(37) {
                    std::thread::sleep(Duration::from_millis(2));
                }
                item
            };
            let belt = Belt::start(0..500, slow_at_times, threads, longest).unwrap();
            assert_eq!(all(belt), (0..500).collect::<Vec<_>>(), "{threads} threads, {longest}");
        }
    }

    #[test]
    fn nothing_is_made_far_ahead_of_what_was_taken() {
        let made = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&made);
        let mut belt =
            Belt::start(0..10_000, move |_| count.fetch_add(1, Ordering::Relaxed), 4, 5).unwrap();
        assert_eq!(belt.take().len(), 5);
        std::thread::sleep(Duration::from_millis(50));
        assert!(made.load(Ordering::Relaxed) <= 5 + 10, "{made:?}");
    }

    #[test]
    fn items_that_come_slowly_are_not_kept_waiting_for_more() {
        let (sender, items) = channel();
        let mut belt = Belt::start(items.into_iter(), |item: u8| item, 2, 100).unwrap();
        sender.send(1).unwrap();
        assert_eq!(belt.take(), [1]);
        sender.send(2).unwrap();
        assert_eq!(belt.take(), [2]);
        drop(sender);
        assert_eq!(belt.take(), [0; 0]);
        assert_eq!(belt.take(), [0; 0]);
    }

    #[test]
    fn a_panic_goes_on_where_things_are_taken() {
        let make = |item: usize| {
            assert!(item != 3, "three");
            item
        };
        let mut belt = Belt::start(0..10, make, 1, 100).unwrap();
        assert_eq!(belt.take(), [0, 1, 2]);
        assert!(catch_unwind(AssertUnwindSafe(|| belt.take())).is_err());
    }

    #[test]
    fn what_is_dropped_early_stops_its_workers() {
        let made = Arc::new(());
        let alive = Arc::clone(&made);
        drop(Belt::start(0.., move |_| Arc::clone(&alive), 3, 4).unwrap());
        while Arc::strong_count(&made) > 1 {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}
