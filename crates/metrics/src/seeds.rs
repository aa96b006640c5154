//! Scores of two settings over several seeds in, whether they differ by more than the seed does out.

use serde::Serialize;
use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::moments::Moments;

/// What the seeds say of two settings.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SeedComparison {
    /// Mean of the first minus mean of the second.
    pub difference: f64,
    /// The 95 % confidence interval of the difference.
    pub interval: [f64; 2],
    /// The sample standard deviation of each over its seeds.
    pub deviations: [f64; 2],
    /// The probability of a difference at least as large if the settings made none, 0 to 1.
    pub p: f64,
}

/// Welch's two-sided t-test (Welch 1947; `scipy.stats.ttest_ind(equal_var=False)`), one value a seed. None with less than two seeds a
/// side: how much the seed alone does is not known then.
///
/// Where neither varies at all, `p` is 1 for equal means and 0 otherwise, and the interval is the difference.
pub fn compare_seeds(first: &[f64], second: &[f64]) -> Option<SeedComparison> {
    if first.len() < 2 || second.len() < 2 {
        return None;
    }
    let [one, other] = [first, second].map(Moments::of);
    let difference = one.mean - other.mean;
    let deviations = [one.variance.sqrt(), other.variance.sqrt()];
    let [a, b] = [&one, &other].map(|moments| moments.variance / moments.count);
    let error = (a + b).sqrt();
    let freedom = (a + b).powi(2) / (a * a / (one.count - 1.0) + b * b / (other.count - 1.0));
    // Without any variance there is no number of degrees of freedom.
    let (p, margin) = match StudentsT::new(0.0, 1.0, freedom) {
        Ok(student) => {
            let p = 2.0 * student.cdf(-(difference / error).abs());
            (p, error * student.inverse_cdf(0.975))
        }
        Err(_) if difference == 0.0 => (1.0, 0.0),
        Err(_) => (0.0, 0.0),
    };
    let interval = [difference - margin, difference + margin];
    Some(SeedComparison { difference, interval, deviations, p })
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values have no rounding")]
mod tests {
    use super::*;

    #[test]
    fn two_settings_by_hand() {
        // Means 1 and 4, variances 2 and 2: t = -3 / sqrt(2), 2 degrees of freedom; there p = 1 - t / sqrt(t^2 + 2).
        let found = compare_seeds(&[0.0, 2.0], &[3.0, 5.0]).unwrap();
        assert_eq!((found.difference, found.deviations), (-3.0, [2.0_f64.sqrt(); 2]));
        let t = 3.0 / 2.0_f64.sqrt();
        assert!((found.p - (1.0 - t / (t * t + 2.0).sqrt())).abs() < 1e-12, "{}", found.p);
    }

    #[test]
    fn one_seed_says_nothing() {
        assert_eq!(compare_seeds(&[0.9], &[0.8, 0.7]), None);
        assert_eq!(compare_seeds(&[0.9, 0.9], &[0.9, 0.9]).unwrap().p, 1.0);
        assert_eq!(compare_seeds(&[0.9, 0.9], &[0.8, 0.8]).unwrap().p, 0.0);
    }
}
