//! What a number is learned as, and what a model's number means.

use serde::{Deserialize, Serialize};

use crate::DataError;

/// A number is learned as `(number - mean) / deviation`, of its logarithm where `log`.
///
/// The same as scikit-learn's `StandardScaler` of one column, and `log1p` before it where asked for, in `f64`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scale {
    /// Whether `log1p` comes first.
    pub log: bool,
    /// Subtracted.
    pub mean: f64,
    /// Then divided by.
    pub deviation: f64,
}

impl Default for Scale {
    /// The number as it is.
    fn default() -> Self {
        Self { log: false, mean: 0.0, deviation: 1.0 }
    }
}

impl Scale {
    /// Whether numbers stay as they are.
    pub fn is_identity(&self) -> bool {
        *self == Self::default()
    }

    /// The scale by which numbers, each with its example, have mean 0 and deviation 1. Where all are the same, the deviation is 1. A number
    /// of -1 or less has no `log1p`, and is an error that names its example.
    pub fn fitted(
        numbers: impl IntoIterator<Item = (usize, f64)>,
        log: bool,
    ) -> Result<Self, DataError> {
        let mut values = Vec::new();
        for (index, value) in numbers {
            if log && value <= -1.0 {
                return Err(DataError::NoLogarithm { value, index });
            }
            values.push(if log { value.ln_1p() } else { value });
        }
        #[expect(clippy::cast_precision_loss, reason = "counts of examples are far below 2^53")]
        let count = values.len().max(1) as f64;
        let mean = values.iter().sum::<f64>() / count;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
        let deviation = variance.sqrt();
        let deviation = if deviation > 0.0 { deviation } else { 1.0 };
        Ok(Self { log, mean, deviation })
    }

    /// The number that a model learns.
    #[expect(clippy::cast_possible_truncation, reason = "models learn in f32")]
    pub fn apply(self, number: f64) -> f32 {
        let number = if self.log { number.ln_1p() } else { number };
        ((number - self.mean) / self.deviation) as f32
    }

    /// The number that a model means.
    pub fn invert(self, output: f32) -> f64 {
        let number = f64::from(output) * self.deviation + self.mean;
        if self.log { number.exp_m1() } else { number }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_learned_is_inverted_before_it_is_shown(
            number in -0.9_f64..1e6,
            log: bool,
            mean in -10.0_f64..10.0,
            deviation in 0.1_f64..1e3,
        ) {
            let scale = Scale { log, mean, deviation };
            let back = scale.invert(scale.apply(number));
            // The output is an f32: its error is multiplied by the deviation, and by the number where that is a logarithm's.
            let relative = 1e-6 * (1.0 + mean.abs() + deviation);
            prop_assert!((back - number).abs() <= relative * (1.0 + number.abs()), "{number} {back}");
        }
    }
}
