//! Random choices that are the same in every run of the checks.

use burnwright_random::{Purpose, Stream};

/// An endless row of random numbers, one after the other.
pub(crate) struct Dice {
    stream: Stream,
    position: u64,
}

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self { stream: Stream::new(seed, Purpose::Step), position: 0 }
    }

    /// A number below `bound`, or 0 for a bound of 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.position += 1;
        let number = self.stream.below(self.position, bound as u64);
        usize::try_from(number).expect("a number below a usize is one")
    }
}
