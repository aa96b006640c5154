//! Numbers in, numbers of the size that a model learns from out.
//!
//! All arithmetic is `f64`, each sum in the order of the rows, and is rounded to `f32` once, at the end.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};

/// How a column of numbers becomes one of a model's size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum Scale {
    /// `(x - mean) / deviation`, or of `ln(1 + max(x, 0))` in the place of x.
    Standard {
        /// The training rows' mean.
        mean: f64,
        /// The training rows' deviation, divided by their number as `StandardScaler` does; 1 where it is 0.
        deviation: f64,
        /// Whether the logarithm is taken first.
        log: bool,
    },
    /// The quantile of the normal distribution that belongs to the number's place among the training rows, as scikit-learn's
    /// `QuantileTransformer(output_distribution="normal")`.
    Quantiles {
        /// The training rows' quantiles at equal distances from 0 to 1, ascending.
        quantiles: Vec<f64>,
    },
}

/// How numbers are scaled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NumberScale {
    /// By mean and deviation.
    #[default]
    Standard,
    /// By mean and deviation, and by their logarithm first where they are not negative and skewed by more than 2.
    StandardLog,
    /// By quantiles, to a normal distribution.
    Quantiles,
}

/// What leaves this range is held at its end, so that no sum over it overflows: no training row comes near it.
const BOUND: f64 = 1e6;
/// From this skewness on the logarithm is taken where it may be; an exponential distribution has 2.
const SKEWED: f64 = 2.0;
/// The most quantiles, and rows for each: RTDL's choice, `max(min(n / 30, 1000), 10)`, but not more than there are rows.
const MAX_QUANTILES: usize = 1_000;
/// How near to 0 and 1 a number's place may come, as in scikit-learn.
const NEAR: f64 = 1e-7;

impl Scale {
    /// The scale of the training rows' numbers, which are finite; missing ones are left out.
    pub(crate) fn fit(values: Vec<f64>, how: NumberScale) -> Self {
        match how {
            NumberScale::Standard => Self::standard(values, false),
            NumberScale::StandardLog => {
                let log = is_skewed(&values);
                Self::standard(values, log)
            }
            NumberScale::Quantiles => {
                let count = (values.len() / 30).clamp(10, MAX_QUANTILES).min(values.len());
                Self::Quantiles { quantiles: quantiles(values, count) }
            }
        }
    }

    fn standard(mut values: Vec<f64>, log: bool) -> Self {
        if log {
            for value in &mut values {
                *value = logarithm(*value);
            }
        }
        let (mean, deviation, _) = moments(&values);
        Self::Standard { mean, deviation: if deviation > 0.0 { deviation } else { 1.0 }, log }
    }

    /// A number at a model's size, within a million of 0.
    #[expect(clippy::cast_possible_truncation, reason = "rounded to f32 once, within its range")]
    pub(crate) fn apply(&self, value: f64) -> f32 {
        let scaled = match self {
            Self::Standard { mean, deviation, log } => {
                (if *log { logarithm(value) } else { value } - mean) / deviation
            }
            Self::Quantiles { quantiles } => normal_of(place(quantiles, value)),
        };
        scaled.clamp(-BOUND, BOUND) as f32
    }

    /// The number that stands at a model's size as `scaled`, as near as an `f32` leaves it.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place among at most a thousand quantiles"
    )]
    pub(crate) fn undo(&self, scaled: f32) -> f64 {
        match self {
            Self::Standard { mean, deviation, log } => {
                let value = f64::from(scaled) * deviation + mean;
                if *log { value.exp_m1() } else { value }
            }
            Self::Quantiles { quantiles } => {
                let Some(last) = quantiles.len().checked_sub(1) else { return 0.0 };
                let share = Normal::standard().cdf(f64::from(scaled));
                // The ends are held within these.
                let is_inside = (2.0 * NEAR..=1.0 - 2.0 * NEAR).contains(&share);
                let place = if is_inside { share } else { share.round() } * last as f64;
                let below = (place as usize).min(last);
                between(quantiles[below], quantiles[(below + 1).min(last)], place - below as f64)
            }
        }
    }

    /// What a number that is missing counts as: the mean, or the median. It is 0 at a model's size.
    pub(crate) const MISSING: f32 = 0.0;

    /// Whether it is one that [`Scale::fit`] may have made.
    pub(crate) fn is_sound(&self) -> bool {
        match self {
            Self::Standard { mean, deviation, .. } => {
                mean.is_finite() && deviation.is_finite() && *deviation > 0.0
            }
            Self::Quantiles { quantiles } => {
                quantiles.len() <= MAX_QUANTILES
                    && quantiles.iter().all(|value| value.is_finite())
                    && quantiles.is_sorted()
            }
        }
    }
}

fn logarithm(value: f64) -> f64 {
    value.max(0.0).ln_1p()
}

/// Mean, deviation and skewness of the whole, each 0 where it has no value.
#[expect(
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "a table has fewer than 2^32 rows; the same number, not one near it"
)]
pub(crate) fn moments(values: &[f64]) -> (f64, f64, f64) {
    if values.is_empty() {
        return (0.0, 0.0, 0.0);
    }
    let count = values.len() as f64;
    let largest = values.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    // Powers of numbers as 1e200 have no place in f64; divided by a power of two, all others keep their bits.
    let unit = if largest > 1e90 { 2_f64.powf(largest.log2().floor()) } else { 1.0 };
    let mean = values.iter().map(|value| value / unit).sum::<f64>() / count;
    let power = |power: i32| {
        values.iter().map(|value| (value / unit - mean).powi(power)).sum::<f64>() / count
    };
    let variance = power(2);
    let first = values[0];
    if variance == 0.0 || values.iter().all(|&value| value == first) {
        // A mean that is rounded leaves a variance behind where there is none.
        return (first, 0.0, 0.0);
    }
    (mean * unit, variance.sqrt() * unit, power(3) / variance.powf(1.5))
}

fn is_skewed(values: &[f64]) -> bool {
    values.iter().all(|&value| value >= 0.0) && moments(values).2 > SKEWED
}

/// Quantiles at `count` equal distances, as `numpy.percentile` interpolates linearly.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "places of fewer than 2^32 rows"
)]
fn quantiles(values: Vec<f64>, count: usize) -> Vec<f64> {
    let mut sorted = values;
    sorted.sort_unstable_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else { return Vec::new() };
    let mut found: Vec<f64> = (0..count)
        .map(|step| {
            let place = reference(step, count) * last as f64;
            let below = place.floor();
            let (low, high) = (sorted[below as usize], sorted[(below as usize + 1).min(last)]);
            between(low, high, place - below)
        })
        .collect();
    // Rounding may have put one below the one before it.
    for step in 1..found.len() {
        found[step] = found[step].max(found[step - 1]);
    }
    found
}

/// A share of the way from one number to another, as means, so that no difference overflows.
#[expect(clippy::float_cmp, reason = "the same number, not one near it")]
fn between(low: f64, high: f64, share: f64) -> f64 {
    if low == high { low } else { low * (1.0 - share) + high * share }
}

/// The share of rows that quantile `step` of `count` stands for.
#[expect(clippy::cast_precision_loss, reason = "at most a thousand")]
fn reference(step: usize, count: usize) -> f64 {
    if count < 2 { 0.5 } else { step as f64 / (count - 1) as f64 }
}

/// The share of rows below a number. Where several quantiles are equal to it, the middle of them, as in scikit-learn; here also
/// at both ends, which scikit-learn maps to 0 and 1: a column that is 0 in nine rows of ten would have them all at -5.2. What is
/// within 1e-7 of an end is not that end as it is there: a column may be that small.
#[expect(clippy::float_cmp, reason = "the same number, not one near it")]
fn place(quantiles: &[f64], value: f64) -> f64 {
    let count = quantiles.len();
    let (Some(&first), Some(&last)) = (quantiles.first(), quantiles.last()) else { return 0.5 };
    let below = quantiles.partition_point(|&quantile| quantile < value);
    let above = quantiles.partition_point(|&quantile| quantile <= value);
    if above > below + 1 {
        return f64::midpoint(reference(below, count), reference(above - 1, count));
    }
    if value <= first || value >= last {
        let only = first == last && value == first;
        return if only { 0.5 } else { f64::from(u8::from(value >= last)) };
    }
    // Between two different quantiles, or on one.
    let (low, high) = (quantiles[above - 1], quantiles[above]);
    // In halves, so that no difference overflows.
    let share = (value / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0);
    between(reference(above - 1, count), reference(above, count), share)
}

/// The normal distribution's quantile, held where scikit-learn holds it, at about 5.2 deviations.
fn normal_of(share: f64) -> f64 {
    let normal = Normal::standard();
    let end = NEAR - f64::EPSILON;
    normal.inverse_cdf(share.clamp(end, 1.0 - end))
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values have no rounding")]
mod tests {
    use super::*;

    #[test]
    fn what_was_scaled_is_found_again() {
        let values: Vec<f64> = (0..200_u32).map(|step| f64::from(step * step)).collect();
        for how in [NumberScale::Standard, NumberScale::StandardLog, NumberScale::Quantiles] {
            let scale = Scale::fit(values.clone(), how);
            for &value in &values[10..190] {
                let found = scale.undo(scale.apply(value));
                assert!((found - value).abs() < 1e-2, "{how:?}: {value}, {found}");
            }
        }
    }

    #[test]
    fn a_column_of_one_value_is_zero() {
        for how in [NumberScale::Standard, NumberScale::StandardLog, NumberScale::Quantiles] {
            let scale = Scale::fit(vec![0.1; 50], how);
            assert_eq!(scale.apply(0.1), 0.0, "{how:?}");
            assert!(scale.is_sound());
        }
        assert_eq!(Scale::fit(vec![0.1], NumberScale::Quantiles).apply(0.1), 0.0);
        assert_eq!(Scale::fit(vec![], NumberScale::Quantiles).apply(3.0), 0.0);
        assert_eq!(Scale::fit(vec![], NumberScale::Standard).apply(3.0), 3.0);
    }

    #[test]
    fn a_scale_comes_back_from_json_with_its_bits() {
        // The nearest f64 is one that a reader finds only with all digits in mind.
        let scale = Scale::Standard {
            mean: -94_999.845_238_095_24,
            deviation: 92_855.492_652_814_44,
            log: false,
        };
        let json = serde_json::to_string(&scale).unwrap();
        assert_eq!(serde_json::from_str::<Scale>(&json).unwrap(), scale);
    }

    #[test]
    fn huge_numbers_stay_finite() {
        let scale = Scale::fit(vec![1e300, -1e300, 1e308, -1e308], NumberScale::Standard);
        assert!(scale.is_sound());
        assert!((scale.apply(1e308) - 1.414).abs() < 0.001);
        let small = Scale::fit(vec![0.0, 1.0, 0.5], NumberScale::Standard);
        assert_eq!(small.apply(1e300), 1e6);
        let quantiles = Scale::fit(vec![1e308, -1e308, 0.0], NumberScale::Quantiles);
        assert_eq!(quantiles.apply(0.0), 0.0);
        assert!(quantiles.apply(5e307) > 0.0);
    }

    #[test]
    fn the_logarithm_is_taken_of_what_is_skewed() {
        let skewed: Vec<f64> = (0..100).map(|i| f64::from(i).exp2()).collect();
        let is_log = |values: &[f64]| {
            matches!(
                Scale::fit(values.to_vec(), NumberScale::StandardLog),
                Scale::Standard { log: true, .. }
            )
        };
        assert!(is_log(&skewed));
        assert!(!is_log(&skewed.iter().map(|value| value - 1.5).collect::<Vec<_>>()));
        assert!(!is_log(&[1.0, 2.0, 3.0]));
        assert!(Scale::fit(skewed, NumberScale::StandardLog).apply(-5.0).is_finite());
    }

    #[test]
    fn many_equal_rows_are_in_the_middle_of_their_share() {
        let mut values = vec![0.0; 900];
        values.extend((1..=100).map(f64::from));
        let scale = Scale::fit(values, NumberScale::Quantiles);
        // 29 of 33 quantiles are 0: the middle of 0 and 28 / 32 is 0.4375.
        assert!((scale.apply(0.0) + 0.157_31).abs() < 1e-5, "{}", scale.apply(0.0));
        assert!(scale.apply(50.0) > 1.0);
        assert!(scale.apply(1e9) > 5.19 && scale.apply(-1e9) < -5.19);
    }
}
