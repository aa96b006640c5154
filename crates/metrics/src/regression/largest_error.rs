//! The largest error of all.

use super::prediction_errors::PredictionErrors;
use super::quantiles::quantiles;
use crate::metric::{Direction, Measure, Metric, Unit};

/// `sklearn.metrics.max_error`.
pub(super) const LARGEST_ERROR: Measure<PredictionErrors> = Measure {
    metric: Metric {
        name: "largest_error",
        title: "largest error",
        unit: Unit::Target,
        direction: Direction::LowerIsBetter,
    },
    value: |errors| quantiles(errors.sizes(), [1.0])[0],
    interval: None,
};
