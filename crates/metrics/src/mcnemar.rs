//! Two classifiers on the same samples in, whether one is better out.

use serde::Serialize;
use statrs::distribution::{Binomial, DiscreteCDF};

/// What McNemar's exact test says.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct McNemar {
    /// Samples that only the first has right.
    pub only_first: u64,
    /// Samples that only the second has right.
    pub only_second: u64,
    /// The probability of a difference at least as large between two equally good classifiers, 0 to 1.
    pub p: f64,
}

/// McNemar's exact, two-sided test (McNemar 1947; `statsmodels.stats.contingency_tables.mcnemar(exact=True)`) of which samples each has
/// right: under "equally good", the samples that one alone has right are coin tosses.
///
/// # Panics
///
/// Panics if the two are not of the same length.
pub fn mcnemar(first: &[bool], second: &[bool]) -> McNemar {
    assert_eq!(first.len(), second.len(), "both judged the same samples");
    let pairs = || first.iter().zip(second);
    let only_first = pairs().filter(|&(&one, &other)| one && !other).count() as u64;
    let only_second = pairs().filter(|&(&one, &other)| other && !one).count() as u64;
    McNemar { only_first, only_second, p: tosses(only_first, only_second) }
}

/// The two-sided probability that fair tosses fall at least as unevenly.
fn tosses(heads: u64, tails: u64) -> f64 {
    // Half is a probability, so there is such a distribution.
    let below =
        Binomial::new(0.5, heads + tails).map_or(1.0, |tosses| tosses.cdf(heads.min(tails)));
    (2.0 * below).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_tables_by_hand() {
        // 1 of 6: 2 (1 + 6) / 64. 0 of 5: 2 / 32. Equal numbers, or none: nothing is to be seen.
        for (heads, tails, expected) in
            [(1, 5, 14.0 / 64.0), (5, 0, 1.0 / 16.0), (3, 3, 1.0), (0, 0, 1.0)]
        {
            let p = tosses(heads, tails);
            assert!((p - expected).abs() < 1e-12, "{heads}, {tails}: {p}");
        }
    }

    #[test]
    fn only_samples_that_one_alone_has_right_count() {
        let found = mcnemar(&[true, true, false, true], &[true, false, false, true]);
        assert_eq!((found.only_first, found.only_second), (1, 0));
        assert!((found.p - 1.0).abs() < 1e-12, "{}", found.p);
    }
}
