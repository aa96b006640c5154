//! (seed, purpose, address) in, bits out.
//!
//! Every random choice in Burnwright is a pure function of where it is made: the initial value of weight 17, the place
//! of sample 5 in epoch 3. There is no generator state, so nothing has to be saved, and no worker count, thread or
//! restart can change a value. The values are part of the file format: they are pinned by golden tests and never change.
//!
//! The mixing function is the finalizer of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
//! generators", OOPSLA 2014), used on a counter, which is how SplitMix64 itself is defined.

/// The golden-ratio increment of SplitMix64.
const INCREMENT: u64 = 0x9E37_79B9_7F4A_7C15;

/// What a random value is for. Two purposes never share values, whatever the seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Initial weights.
    Initialization,
    /// The order of the training samples in an epoch.
    Order,
    /// Which training samples are held out for validation.
    Validation,
    /// The seed of the device's own generator before a training step (dropout).
    Step,
    /// How a training sample is changed in an epoch.
    Augmentation,
    /// How the examples of a training batch are mixed in a step.
    Mixing,
}

impl Purpose {
    /// The number that stands for this purpose in every stream; part of the format.
    const fn code(self) -> u64 {
        match self {
            Self::Initialization => 1,
            Self::Order => 2,
            Self::Validation => 3,
            Self::Step => 4,
            Self::Augmentation => 5,
            Self::Mixing => 6,
        }
    }
}

/// An endless sequence of random values that can be read at any position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    key: u64,
}

impl Stream {
    /// The stream of a purpose under a seed.
    #[must_use]
    pub const fn new(seed: u64, purpose: Purpose) -> Self {
        Self { key: mix(mix(seed) ^ purpose.code()) }
    }

    /// The stream at an address below this one, such as an epoch or a parameter.
    #[must_use]
    pub const fn at(self, address: u64) -> Self {
        Self { key: mix(self.key ^ mix(address)) }
    }

    /// 64 random bits at a position.
    #[must_use]
    pub const fn bits(self, position: u64) -> u64 {
        finalize(self.key.wrapping_add(INCREMENT.wrapping_mul(position.wrapping_add(1))))
    }

    /// A number in `[0, 1)` at a position: a multiple of 2^-24, so that it is exact in `f32`.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "24 bits fit an f32 exactly")]
    pub const fn uniform(self, position: u64) -> f32 {
        (self.bits(position) >> 40) as f32 / 16_777_216.0
    }

    /// A whole number in `[0, bound)` at a position (multiply-shift; the bias is below `bound / 2^64`).
    #[must_use]
    pub const fn below(self, position: u64, bound: u64) -> u64 {
        ((self.bits(position) as u128 * bound as u128) >> 64) as u64
    }

    /// A random order of `0..length` (Fisher and Yates, in Durstenfeld's form).
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "positions are below the length, which is a u32"
    )]
    pub fn permutation(self, length: u32) -> Vec<u32> {
        let mut order: Vec<u32> = (0..length).collect();
        for last in (1..length).rev() {
            let chosen = self.below(u64::from(last), u64::from(last) + 1);
            order.swap(last as usize, chosen as usize);
        }
        order
    }
}

/// One output of SplitMix64 whose state is `value`.
const fn mix(value: u64) -> u64 {
    finalize(value.wrapping_add(INCREMENT))
}

const fn finalize(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn mixing_is_splitmix64() {
        // The first outputs of the reference implementation for state 1234567.
        let first =
            (0..3).map(|i| finalize(1_234_567_u64.wrapping_add(INCREMENT.wrapping_mul(i + 1))));
        assert_eq!(
            first.collect::<Vec<_>>(),
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }

    #[test]
    fn values_never_change() {
        let stream = Stream::new(42, Purpose::Order).at(3);
        assert_eq!([stream.bits(0), stream.bits(1)], GOLDEN_BITS);
        assert_eq!(Stream::new(42, Purpose::Initialization).uniform(7).to_bits(), GOLDEN_UNIFORM);
        assert_eq!(Stream::new(7, Purpose::Order).at(1).permutation(10), GOLDEN_PERMUTATION);
        let purposes = [
            Purpose::Initialization,
            Purpose::Order,
            Purpose::Validation,
            Purpose::Step,
            Purpose::Augmentation,
            Purpose::Mixing,
        ];
        assert_eq!(purposes.map(|purpose| Stream::new(42, purpose).bits(0)), GOLDEN_PURPOSES);
    }

    const GOLDEN_BITS: [u64; 2] = [13_352_396_193_051_621_994, 14_905_416_195_476_604_500];
    const GOLDEN_PURPOSES: [u64; 6] = [
        10_646_091_845_267_208_524,
        469_687_063_867_128_878,
        3_233_633_249_810_115_081,
        16_778_909_662_202_943_976,
        12_971_477_069_756_138_596,
        16_355_693_856_109_300_904,
    ];
    const GOLDEN_UNIFORM: u32 = 1_058_359_828;
    const GOLDEN_PERMUTATION: [u32; 10] = [5, 3, 6, 9, 7, 1, 4, 2, 0, 8];

    #[test]
    fn purposes_and_addresses_do_not_share_values() {
        let order = Stream::new(1, Purpose::Order);
        let step = Stream::new(1, Purpose::Step);
        assert_ne!(order.bits(0), step.bits(0));
        assert_ne!(order.at(0).bits(0), order.at(1).bits(0));
        assert_ne!(order.at(0).bits(0), order.bits(0));
    }

    proptest! {
        #[test]
        fn a_permutation_holds_each_index_once(seed: u64, length in 0_u32..500) {
            let mut order = Stream::new(seed, Purpose::Order).permutation(length);
            order.sort_unstable();
            prop_assert_eq!(order, (0..length).collect::<Vec<_>>());
        }

        #[test]
        fn uniform_values_stay_below_one(seed: u64, position: u64) {
            let value = Stream::new(seed, Purpose::Initialization).uniform(position);
            prop_assert!((0.0..1.0).contains(&value));
        }

        #[test]
        fn below_stays_below(seed: u64, position: u64, bound in 1_u64..) {
            prop_assert!(Stream::new(seed, Purpose::Order).below(position, bound) < bound);
        }
    }
}
