//! The share of the targets' variance that the predictions explain, whatever they are wrong by on average.

use super::prediction_errors::{PredictionErrors, explained_share, mean};
use crate::metric::{Direction, Measure, Metric, Unit};

/// `sklearn.metrics.explained_variance_score`: R2 after the mean error is taken off; where it is clearly above R2, the predictions are
/// too high or too low throughout. Where all targets are the same, 1 if all errors are the same and 0 otherwise.
pub(super) const EXPLAINED_VARIANCE: Measure<PredictionErrors> = Measure {
    metric: Metric {
        name: "explained_variance",
        title: "explained variance",
        unit: Unit::Plain,
        direction: Direction::HigherIsBetter,
    },
    value,
    interval: None,
};

fn value(errors: &PredictionErrors) -> f64 {
    explained_share(mean(&errors.error_squares()), mean(&errors.target_squares()))
}
