//! The root of the mean squared error.

use super::interval::interval_of_positive;
use super::prediction_errors::{PredictionErrors, mean};
use crate::metric::{Direction, Measure, Metric, Unit};

/// `sklearn.metrics.root_mean_squared_error`.
pub(super) const RMSE: Measure<PredictionErrors> = Measure {
    metric: Metric {
        name: "rmse",
        title: "RMSE",
        unit: Unit::Target,
        direction: Direction::LowerIsBetter,
    },
    value: |errors| mean(&errors.squares()).sqrt(),
    interval: Some(interval),
};

fn interval(errors: &PredictionErrors) -> Option<[f64; 2]> {
    let squares = errors.squares();
    let mean = mean(&squares);
    // log RMSE = log(mean) / 2, so that a square moves it by half of its share of the mean.
    interval_of_positive(mean.sqrt(), squares.iter().map(|square| square / mean / 2.0))
}
