//! The share of the examples whose class is the predicted one.

use super::evaluation::ClassificationEvaluation;
use crate::metric::{Direction, Measure, Metric, Unit};

/// `sklearn.metrics.accuracy_score`, with Wilson's interval.
pub(super) const ACCURACY: Measure<ClassificationEvaluation> = Measure {
    metric: Metric {
        name: "accuracy",
        title: "accuracy",
        unit: Unit::Share,
        direction: Direction::HigherIsBetter,
    },
    value: |evaluation| evaluation.accuracy,
    interval: Some(|evaluation| Some(evaluation.interval)),
};
