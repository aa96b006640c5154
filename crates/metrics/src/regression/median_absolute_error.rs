//! The error that half of the predictions stay below.

use super::prediction_errors::PredictionErrors;
use super::quantiles::quantiles;
use crate::metric::{Direction, Measure, Metric, Unit};

/// `sklearn.metrics.median_absolute_error`; a few large errors do not move it.
pub(super) const MEDIAN_ABSOLUTE_ERROR: Measure<PredictionErrors> = Measure {
    metric: Metric {
        name: "median_absolute_error",
        title: "median absolute error",
        unit: Unit::Target,
        direction: Direction::LowerIsBetter,
    },
    value: |errors| quantiles(errors.sizes(), [0.5])[0],
    interval: None,
};
