//! Values of a symmetric beta distribution.

use super::Draws;

/// A number in `[0, 1]` of the beta distribution whose two parameters are `alpha`, which is above 0: `X / (X + Y)` of two numbers of the
/// gamma distribution. Reckoned in logarithms, for a small `alpha` makes both so small that they would be 0.
pub(crate) fn symmetric_beta(draws: &mut Draws, alpha: f64) -> f64 {
    let [first, second] = [(); 2].map(|()| logarithm_of_gamma(draws, alpha));
    1.0 / (1.0 + (second - first).exp())
}

/// The logarithm of a number of the gamma distribution of shape `alpha` (Marsaglia and Tsang, "A simple method for generating gamma
/// variables", 2000). It has a shape above 1; a smaller one is reached by a power of a uniform number.
fn logarithm_of_gamma(draws: &mut Draws, alpha: f64) -> f64 {
    if alpha < 1.0 {
        return logarithm_of_gamma(draws, alpha + 1.0) + draws.open_uniform().ln() / alpha;
    }
    let base = alpha - 1.0 / 3.0;
    let spread = 1.0 / (9.0 * base).sqrt();
    loop {
        let normal = draws.normal();
        let root = 1.0 + spread * normal;
        let uniform = draws.open_uniform();
        if root <= 0.0 {
            continue;
        }
        let logarithm = 3.0 * root.ln();
        if uniform.ln() < 0.5 * normal * normal + base * (1.0 - root.powi(3) + logarithm) {
            return base.ln() + logarithm;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burnwright_random::{Purpose, Stream};

    /// The largest distance of the share of values below one from what the distribution says (Kolmogorov and Smirnov).
    fn distance(alpha: f64, share_below: impl Fn(f64) -> f64) -> f64 {
        let stream = Stream::new(1, Purpose::Mixing);
        let mut values: Vec<f64> = (0..10_000_u64)
            .map(|step| symmetric_beta(&mut Draws::new(stream.at(step)), alpha))
            .collect();
        values.sort_by(f64::total_cmp);
        let gaps = values
            .iter()
            .zip(1_u32..)
            .map(|(value, rank)| (share_below(*value) - f64::from(rank) / 10_000.0).abs());
        gaps.fold(0.0, f64::max)
    }

    #[test]
    fn values_are_those_of_the_distribution() {
        // 1.95 over the root of 10,000: chance alone goes beyond it once in a thousand.
        let arcsine = |value: f64| std::f64::consts::FRAC_2_PI * value.sqrt().asin();
        assert!(distance(0.5, arcsine) < 0.0195);
        assert!(distance(1.0, |value| value) < 0.0195);
        assert!(distance(2.0, |value| value * value * (3.0 - 2.0 * value)) < 0.0195);
    }

    #[test]
    fn a_tiny_alpha_gives_the_ends() {
        let mut draws = Draws::new(Stream::new(1, Purpose::Mixing));
        let values: Vec<f64> = (0..1000).map(|_| symmetric_beta(&mut draws, 1e-6)).collect();
        assert!(values.iter().all(|value| (0.0..=1.0).contains(value)));
        let ones = values.iter().filter(|value| **value > 0.5).count();
        assert!((430..570).contains(&ones), "{ones}");
    }
}
