//! Predictions in, what all metrics are computed from out.

use super::predictions::{JudgedNumber, RegressionPredictions};

/// The errors of a split of at least one example, and the targets.
///
/// One prediction that is infinite or NaN leaves no score defined: then all errors are NaN.
#[derive(Clone, Debug)]
pub struct PredictionErrors {
    errors: Vec<f64>,
    targets: Vec<f64>,
}

impl PredictionErrors {
    pub(super) fn of(predictions: &RegressionPredictions) -> Option<Self> {
        let examples = predictions.examples();
        if examples.is_empty() {
            return None;
        }
        let is_complete = examples.iter().all(|example| example.predicted.is_finite());
        let error = |example: &JudgedNumber| {
            if is_complete { example.error() } else { f64::NAN }
        };
        Some(Self {
            errors: examples.iter().map(error).collect(),
            targets: examples.iter().map(|example| example.target).collect(),
        })
    }

    /// `predicted - target` of each example.
    pub fn errors(&self) -> &[f64] {
        &self.errors
    }

    /// The true number of each example.
    pub fn targets(&self) -> &[f64] {
        &self.targets
    }

    /// The size of each error.
    pub fn sizes(&self) -> Vec<f64> {
        self.errors.iter().map(|error| error.abs()).collect()
    }

    /// The square of each error.
    pub fn squares(&self) -> Vec<f64> {
        self.errors.iter().map(|error| error.powi(2)).collect()
    }

    /// The mean of the errors.
    pub fn mean(&self) -> f64 {
        mean(&self.errors)
    }

    /// The square of how far each target is from the mean target.
    pub fn target_squares(&self) -> Vec<f64> {
        squares_around_mean(&self.targets)
    }

    /// The square of how far each error is from the mean error.
    pub fn error_squares(&self) -> Vec<f64> {
        squares_around_mean(&self.errors)
    }
}

/// Exactly 0 where all values are the same, which a rounded mean would leave undone.
fn squares_around_mean(values: &[f64]) -> Vec<f64> {
    #[expect(clippy::float_cmp, reason = "the same number, not one near it")]
    let is_constant = values.iter().all(|&value| value == values[0]);
    let centre = if is_constant { values[0] } else { mean(values) };
    values.iter().map(|value| (value - centre).powi(2)).collect()
}

#[expect(clippy::cast_precision_loss, reason = "counts of examples are far below 2^53")]
pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// `1 - unexplained / whole`, both variances; where the whole is 0, 1 if nothing is unexplained and 0 otherwise, as scikit-learn's
/// `force_finite=True` has it.
pub(super) fn explained_share(unexplained: f64, whole: f64) -> f64 {
    if whole > 0.0 || unexplained.is_nan() {
        1.0 - unexplained / whole
    } else if unexplained == 0.0 {
        1.0
    } else {
        0.0
    }
}
