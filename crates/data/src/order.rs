//! Which sample comes when: a function of seed and epoch, without history.

use burnwright_random::{Purpose, Stream};

/// The order in which samples are handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// As they lie in their source, every epoch.
    Sequential,
    /// A new random order each epoch.
    Shuffled {
        /// The run's seed.
        seed: u64,
    },
}

impl Order {
    /// The order of `length` samples in an epoch (counted from 1): a permutation of `0..length`.
    pub fn of_epoch(self, epoch: usize, length: u32) -> Vec<u32> {
        match self {
            Self::Sequential => (0..length).collect(),
            Self::Shuffled { seed } => {
                Stream::new(seed, Purpose::Order).at(epoch as u64).permutation(length)
            }
        }
    }
}
