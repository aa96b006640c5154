//! The share of the absolute deviation that is explained.

use super::prediction_errors::{PredictionErrors, explained_share, mean};
use super::quantiles::quantiles;
use crate::metric::{Direction, Measure, Metric, Unit};

/// `sklearn.metrics.d2_absolute_error_score`: what R² is for squared errors. 1 at best, 0 for a model that always predicts the median
/// target. Where all targets are the same, 1 if all predictions are equal to them and 0 otherwise; NaN for one example.
pub(super) const D2_ABSOLUTE_ERROR: Measure<PredictionErrors> = Measure {
    metric: Metric {
        name: "d2_absolute_error",
        title: "D² of the absolute error",
        unit: Unit::Plain,
        direction: Direction::HigherIsBetter,
    },
    value,
    interval: None,
};

fn value(errors: &PredictionErrors) -> f64 {
    let targets = errors.targets();
    if targets.len() < 2 {
        return f64::NAN;
    }
    let [median] = quantiles(targets.to_vec(), [0.5]);
    let deviations: Vec<f64> = targets.iter().map(|target| (target - median).abs()).collect();
    explained_share(mean(&errors.sizes()), mean(&deviations))
}
