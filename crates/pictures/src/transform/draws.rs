//! Random values one after the other, at an address: what a transform of one example in one epoch asks for.

use burnwright_random::Stream;

/// The values of one stream in their order. It lives as long as one transform of one example, so nothing of it has to be kept.
#[derive(Debug)]
pub struct Draws {
    stream: Stream,
    position: u64,
}

impl Draws {
    /// The values of a stream from its first on.
    pub fn new(stream: Stream) -> Self {
        Self { stream, position: 0 }
    }

    /// A number in `[low, high)`.
    pub fn uniform(&mut self, [low, high]: [f64; 2]) -> f64 {
        let position = self.advance();
        low + f64::from(self.stream.uniform(position)) * (high - low)
    }

    /// A number in `(0, 1)`, neither end of which is ever drawn: its logarithm is finite.
    #[expect(clippy::cast_precision_loss, reason = "52 bits fit an f64 exactly")]
    pub fn open_uniform(&mut self) -> f64 {
        let position = self.advance();
        ((self.stream.bits(position) >> 12) as f64 + 0.5) / 4_503_599_627_370_496.0
    }

    /// A whole number in `[0, bound)`.
    pub fn below(&mut self, bound: usize) -> usize {
        let position = self.advance();
        let drawn = self.stream.below(position, bound as u64);
        usize::try_from(drawn).expect("it is below a usize")
    }

    /// Whether something happens that has this probability.
    pub fn happens(&mut self, probability: f64) -> bool {
        self.uniform([0.0, 1.0]) < probability
    }

    /// A number of the standard normal distribution (Box and Muller, "A note on the generation of random normal deviates", 1958).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.open_uniform().ln()).sqrt();
        radius * (std::f64::consts::TAU * self.open_uniform()).cos()
    }

    /// The numbers of `0..N` in a random order (Fisher and Yates).
    pub fn order<const N: usize>(&mut self) -> [usize; N] {
        let mut order = std::array::from_fn(|index| index);
        for last in (1..N).rev() {
            order.swap(last, self.below(last + 1));
        }
        order
    }

    fn advance(&mut self) -> u64 {
        let position = self.position;
        self.position += 1;
        position
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burnwright_random::Purpose;

    fn draws() -> Draws {
        Draws::new(Stream::new(3, Purpose::Augmentation))
    }

    #[test]
    fn values_never_change() {
        let mut draws = draws();
        assert_eq!(draws.below(1000), GOLDEN.0);
        assert_eq!(draws.order::<4>(), GOLDEN.1);
        assert!(draws.happens(1.0) && !draws.happens(0.0));
    }

    const GOLDEN: (usize, [usize; 4]) = (342, [0, 2, 3, 1]);

    #[test]
    fn normal_values_have_mean_0_and_variance_1() {
        let mut draws = draws();
        let values: Vec<f64> = (0..20_000).map(|_| draws.normal()).collect();
        let mean = values.iter().sum::<f64>() / 20_000.0;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 20_000.0;
        // Four standard errors.
        assert!(mean.abs() < 0.0283 && (variance - 1.0).abs() < 0.04, "{mean} {variance}");
    }

    #[test]
    fn each_order_of_four_is_as_likely() {
        let mut draws = draws();
        let mut counts = std::collections::BTreeMap::new();
        for _ in 0..24_000 {
            *counts.entry(draws.order::<4>()).or_insert(0_u32) += 1;
        }
        assert_eq!(counts.len(), 24);
        assert!(counts.values().all(|count| count.abs_diff(1000) < 125), "{counts:?}");
    }
}
