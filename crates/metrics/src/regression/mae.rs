//! The mean absolute error.

use super::interval::interval_of_positive;
use super::prediction_errors::{PredictionErrors, mean};
use crate::metric::{Direction, Measure, Metric, Unit};

/// `sklearn.metrics.mean_absolute_error`.
pub(super) const MAE: Measure<PredictionErrors> = Measure {
    metric: Metric {
        name: "mae",
        title: "MAE",
        unit: Unit::Target,
        direction: Direction::LowerIsBetter,
    },
    value: |errors| mean(&errors.sizes()),
    interval: Some(interval),
};

fn interval(errors: &PredictionErrors) -> Option<[f64; 2]> {
    let sizes = errors.sizes();
    let mean = mean(&sizes);
    interval_of_positive(mean, sizes.iter().map(|size| size / mean))
}
