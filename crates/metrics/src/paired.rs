//! What two models did on the same examples, a number each, in; whether one is better on average out.

use serde::Serialize;
use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::moments::Moments;

/// What the paired t-test says.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PairedComparison {
    /// Mean of the first minus mean of the second.
    pub difference: f64,
    /// The 95 % confidence interval of the difference.
    pub interval: [f64; 2],
    /// The probability of a mean difference at least as large between two equally good models, 0 to 1.
    pub p: f64,
}

/// The two-sided t-test of paired values (Student 1908; `scipy.stats.ttest_rel`), such as the squared errors of two models on the same
/// examples. None with fewer than two pairs, or where a value is not finite.
///
/// Where the differences do not vary at all, `p` is 1 for a difference of 0 and 0 otherwise, and the interval is the difference.
///
/// # Panics
///
/// Panics if the two are not of the same length.
pub fn compare_paired(first: &[f64], second: &[f64]) -> Option<PairedComparison> {
    assert_eq!(first.len(), second.len(), "both judged the same examples");
    let differences: Vec<f64> = first.iter().zip(second).map(|(one, other)| one - other).collect();
    if differences.len() < 2 || !differences.iter().all(|difference| difference.is_finite()) {
        return None;
    }
    let moments = Moments::of(&differences);
    let (difference, error) = (moments.mean, moments.error());
    let student = StudentsT::new(0.0, 1.0, moments.count - 1.0)
        .expect("two pairs or more leave a degree of freedom");
    let (p, margin) = if error > 0.0 {
        let p = 2.0 * student.cdf(-(difference / error).abs());
        (p, error * student.inverse_cdf(0.975))
    } else if difference == 0.0 {
        (1.0, 0.0)
    } else {
        (0.0, 0.0)
    };
    Some(PairedComparison { difference, interval: [difference - margin, difference + margin], p })
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values have no rounding")]
mod tests {
    use super::*;

    #[test]
    fn two_pairs_by_hand() {
        // Differences 1 and 3: mean 2, standard error 1, t = 2 with one degree of freedom (Cauchy): p = 1 - 2 atan(2) / pi.
        let found = compare_paired(&[2.0, 5.0], &[1.0, 2.0]).unwrap();
        assert_eq!(found.difference, 2.0);
        let expected = 1.0 - 2.0 * 2.0_f64.atan() / std::f64::consts::PI;
        assert!((found.p - expected).abs() < 1e-12, "{}", found.p);
    }

    #[test]
    fn what_does_not_vary_is_equal_or_different() {
        let of = |first: &[f64], second: &[f64]| compare_paired(first, second);
        assert_eq!(of(&[1.0, 2.0], &[1.0, 2.0]).unwrap().p, 1.0);
        let found = of(&[1.5, 2.5, 3.5], &[1.0, 2.0, 3.0]).unwrap();
        assert_eq!((found.p, found.interval), (0.0, [0.5, 0.5]));
        assert_eq!(of(&[1.0], &[2.0]), None);
        assert_eq!(of(&[1.0, f64::NAN], &[1.0, 2.0]), None);
    }
}
