//! The ends of an axis in, round numbers along it and their labels out.

use crate::numbers::thousands;

/// Round numbers at equal distances: multiples of 1, 2 or 5 times a power of ten.
///
/// They are kept as whole numbers, so that a label is the number meant and not `0.30000000000000004`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ticks {
    first: i64,
    last: i64,
    stride: i64,
    exponent: i32,
}

/// Below this power of ten, decimals would be longer than an exponent.
const FINEST_DECIMALS: i32 = -4;

/// Where whole numbers are written with an exponent.
const LARGE: f64 = 1e7;

impl Ticks {
    /// For counts: at most `at_most` whole numbers from 0 to `high`.
    pub(crate) fn of_counts(high: f64, at_most: i32) -> Self {
        Self::search(high, at_most, 0, |spacing| (0, whole((high / spacing).floor())))
    }

    /// For values: at most `at_most`, the first not above `low`, the last not below `high`. There must be at least 3, `low`
    /// below `high`, and both of a size that their difference is a number.
    pub(crate) fn around(low: f64, high: f64, at_most: i32) -> Self {
        let ends = |spacing: f64| (whole((low / spacing).floor()), whole((high / spacing).ceil()));
        Self::search(high - low, at_most, i32::MIN, ends)
    }

    fn search(span: f64, at_most: i32, finest: i32, ends: impl Fn(f64) -> (i64, i64)) -> Self {
        let mut exponent = power_of_ten(span / f64::from(at_most)).max(finest);
        loop {
            for stride in [1, 2, 5] {
                let (first, last) = ends(scaled(stride, exponent));
                if last.saturating_sub(first) < i64::from(at_most) {
                    return Self { first, last, stride, exponent };
                }
            }
            exponent += 1;
        }
    }

    /// The ticks, from the lowest.
    pub(crate) fn values(self) -> impl Iterator<Item = f64> {
        (self.first..=self.last).map(move |multiple| self.value(multiple))
    }

    /// The lowest tick.
    pub(crate) fn low(self) -> f64 {
        self.value(self.first)
    }

    /// The highest tick.
    pub(crate) fn high(self) -> f64 {
        self.value(self.last)
    }

    fn value(self, multiple: i64) -> f64 {
        scaled(multiple * self.stride, self.exponent)
    }

    /// How a tick is written: with as many decimals as tell the ticks apart.
    pub(crate) fn label(self, value: f64) -> String {
        if self.exponent >= 0 && value.abs() < LARGE {
            let sign = if value < 0.0 { "-" } else { "" };
            format!("{sign}{}", thousands(whole(value).unsigned_abs()))
        } else if value.abs() < LARGE && self.exponent >= FINEST_DECIMALS {
            // default: ticks that lie ten or more apart have no decimals.
            let decimals = usize::try_from(-self.exponent).unwrap_or(0);
            format!("{value:.decimals$}")
        } else if value == 0.0 {
            "0".to_owned()
        } else {
            format!("{value:e}")
        }
    }
}

/// `multiple * 10^exponent`, rounded once: a product with a power of ten that is no number of the machine's would be off.
fn scaled(multiple: i64, exponent: i32) -> f64 {
    format!("{multiple}e{exponent}").parse().expect("digits, `e` and digits are a number")
}

/// The exponent of the largest power of ten that is not above `value`; 0 for what has none.
fn power_of_ten(value: f64) -> i32 {
    let text = format!("{value:e}");
    // default: what is not finite is written without an exponent.
    text.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "`as` takes the nearest there is, which is far outside of any axis"
)]
fn whole(value: f64) -> i64 {
    value as i64
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "the ends are given")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labels(ticks: Ticks) -> Vec<String> {
        ticks.values().map(|value| ticks.label(value)).collect()
    }

    #[test]
    fn ticks_are_round() {
        let cases = [
            (0.0, 2.335, "0.0 0.5 1.0 1.5 2.0 2.5"),
            (0.0, 0.001, "0.0000 0.0002 0.0004 0.0006 0.0008 0.0010"),
            (0.0, 3e-7, "0 5e-8 1e-7 1.5e-7 2e-7 2.5e-7 3e-7"),
            (7.8, 98.4, "0 20 40 60 80 100"),
            (97.1, 98.9, "97.0 97.5 98.0 98.5 99.0"),
            (0.0, 4e12, "0 1e12 2e12 3e12 4e12"),
            (-0.3, 0.1, "-0.3 -0.2 -0.1 0.0 0.1"),
            (-4e5, 4e5, "-400,000 -200,000 0 200,000 400,000"),
        ];
        for (low, high, expected) in cases {
            let wanted = if low == 0.0 && high == 3e-7 { 7 } else { 6 };
            assert_eq!(labels(Ticks::around(low, high, wanted)).join(" "), expected);
        }
    }

    #[test]
    fn steps_are_whole() {
        let cases = [
            (1.0, "0 1"),
            (3.0, "0 1 2 3"),
            (60.0, "0 20 40 60"),
            (4690.0, "0 1,000 2,000 3,000 4,000"),
            (0.0, "0"),
        ];
        for (high, expected) in cases {
            assert_eq!(labels(Ticks::of_counts(high, 6)).join(" "), expected);
        }
    }

    proptest! {
        #[test]
        fn any_range_is_enclosed(low in -1e300..1e300_f64, scale in -300..300_i32, at_most in 3..12_i32) {
            let low = low * 10_f64.powi(scale.min(0));
            let high = low + low.abs().max(1e-300) * 0.5;
            let ticks = Ticks::around(low, high, at_most);
            let values: Vec<f64> = ticks.values().collect();
            prop_assert!(values.len() <= usize::try_from(at_most).unwrap());
            prop_assert!(ticks.low() <= low && ticks.high() >= high, "{:?}", values);
        }
    }
}
