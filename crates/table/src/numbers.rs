//! A column of numbers, in half the memory of `f64` wherever no digit is lost by it.
//!
//! Tables hold decimals of few digits: 37.88 is kept as the whole number 3788 under the column's scale of 2. Its value,
//! `3788 / 100` in `f64`, is the number nearest to the text, because both are exact and a division rounds once. A column
//! that this does not fit becomes `f64`. It knows no text.

use crate::number::{MAX_SCALE, Parsed, power_of_ten};

/// Stands for a missing decimal.
const MISSING: i32 = i32::MIN;

/// Numbers, each of them finite or missing.
#[derive(Clone, Debug)]
pub(crate) enum Numbers {
    /// Each value times `10^scale`.
    Decimal { values: Vec<i32>, scale: u8, largest: i32 },
    /// NaN where missing.
    Float(Vec<f64>),
}

impl Default for Numbers {
    fn default() -> Self {
        Self::Decimal { values: Vec::new(), scale: 0, largest: 0 }
    }
}

impl Numbers {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Decimal { values, .. } => values.len(),
            Self::Float(values) => values.len(),
        }
    }

    pub(crate) fn get(&self, row: usize) -> Option<f64> {
        match self {
            Self::Decimal { values, scale, .. } => match values[row] {
                MISSING => None,
                mantissa => Some(f64::from(mantissa) / power_of_ten(*scale)),
            },
            Self::Float(values) => Some(values[row]).filter(|value| !value.is_nan()),
        }
    }

    /// All of them in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Option<f64>> + '_ {
        (0..self.len()).map(|row| self.get(row))
    }

    pub(crate) fn push_missing(&mut self) {
        match self {
            Self::Decimal { values, .. } => values.push(MISSING),
            Self::Float(values) => values.push(f64::NAN),
        }
    }

    /// Adds a number; false, and nothing added, where the field is none.
    pub(crate) fn push(&mut self, parsed: Parsed) -> bool {
        match parsed {
            Parsed::Decimal { mantissa, scale } => self.push_decimal(mantissa, scale),
            Parsed::Float(value) => self.floats().push(value),
            Parsed::Infinite | Parsed::NotANumber => return false,
        }
        true
    }

    fn push_decimal(&mut self, mantissa: i32, new_scale: u8) {
        if let Self::Decimal { values, scale, largest } = self {
            if new_scale > *scale && rescale(values, largest, new_scale - *scale) {
                *scale = new_scale;
            }
            let scaled = (new_scale <= *scale)
                .then(|| mantissa.checked_mul(10_i32.pow(u32::from(*scale - new_scale))))
                .flatten();
            if let Some(scaled) = scaled.filter(|&scaled| scaled != MISSING) {
                *largest = (*largest).max(scaled.saturating_abs());
                values.push(scaled);
                return;
            }
        }
        self.floats().push(f64::from(mantissa) / power_of_ten(new_scale));
    }

    /// The column as `f64` from here on.
    fn floats(&mut self) -> &mut Vec<f64> {
        if let Self::Decimal { .. } = self {
            // default: NaN is what stands for a missing number among floats.
            *self = Self::Float(self.iter().map(|value| value.unwrap_or(f64::NAN)).collect());
        }
        match self {
            Self::Float(values) => values,
            Self::Decimal { .. } => unreachable!("the column was made one of floats above"),
        }
    }

    pub(crate) fn shrink(&mut self) {
        match self {
            Self::Decimal { values, .. } => values.shrink_to_fit(),
            Self::Float(values) => values.shrink_to_fit(),
        }
    }

    /// How many distinct numbers there are, all of which are at hand at once: memory for another copy of the column.
    pub(crate) fn distinct(&self) -> usize {
        match self {
            Self::Decimal { values, .. } => {
                let mut present: Vec<i32> =
                    values.iter().copied().filter(|&value| value != MISSING).collect();
                present.sort_unstable();
                present.dedup();
                present.len()
            }
            Self::Float(values) => {
                let mut present: Vec<f64> =
                    values.iter().copied().filter(|value| !value.is_nan()).collect();
                present.sort_unstable_by(f64::total_cmp);
                present.dedup();
                present.len()
            }
        }
    }
}

/// Multiplies all by `10^by`; false, and nothing changed, where one of them would not fit.
fn rescale(values: &mut [i32], largest: &mut i32, by: u8) -> bool {
    debug_assert!(by <= MAX_SCALE, "a decimal has at most nine digits behind the point");
    let factor = 10_i32.pow(u32::from(by));
    let Some(scaled) = largest.checked_mul(factor) else {
        return false;
    };
    *largest = scaled;
    for value in values.iter_mut().filter(|value| **value != MISSING) {
        *value *= factor;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::parse;
    use proptest::prelude::*;

    #[test]
    fn decimals_are_kept_small_and_others_as_they_are() {
        let mut numbers = Numbers::default();
        for field in ["41.0", "37.88", "-122.5"] {
            assert!(numbers.push(parse(field, b'.')));
        }
        numbers.push_missing();
        assert!(matches!(numbers, Numbers::Decimal { scale: 2, .. }));
        assert!(!numbers.push(parse("x", b'.')));
        assert!(numbers.push(parse("1e300", b'.')));
        let all: Vec<Option<f64>> = numbers.iter().collect();
        assert_eq!(all, [Some(41.0), Some(37.88), Some(-122.5), None, Some(1e300)]);
        assert_eq!(numbers.distinct(), 4);
    }

    proptest! {
        #[test]
        fn every_number_comes_back_exactly(
            fields in proptest::collection::vec("-?[0-9]{1,7}(\\.[0-9]{1,6})?|[0-9]e[0-9]|", 0..40)
        ) {
            let mut numbers = Numbers::default();
            for field in &fields {
                if field.is_empty() {
                    numbers.push_missing();
                } else {
                    prop_assert!(numbers.push(parse(field, b'.')));
                }
            }
            let expected: Vec<Option<f64>> =
                fields.iter().map(|field| field.parse().ok()).collect();
            prop_assert_eq!(numbers.iter().collect::<Vec<_>>(), expected);
        }
    }
}
