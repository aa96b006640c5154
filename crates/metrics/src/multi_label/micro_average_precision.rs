//! The average precision of all labels as one.

use super::average_precision::average_precision;
use super::label_outcomes::LabelOutcomes;
use crate::metric::{Direction, Measure, Metric, Unit};

/// `sklearn.metrics.average_precision_score(average="micro")`: each pair of an example and a label counts the same. NaN where no example
/// has a label, or one has no probabilities.
pub(super) const MICRO_AVERAGE_PRECISION: Measure<LabelOutcomes> = Measure {
    metric: Metric {
        name: "micro_average_precision",
        title: "micro average precision",
        unit: Unit::Share,
        direction: Direction::HigherIsBetter,
    },
    value: |outcomes| {
        let all = outcomes.ranked().map(<[_]>::concat);
        // default: without a positive there is no average precision, and NaN is how a score says so.
        all.and_then(average_precision).unwrap_or(f64::NAN)
    },
    interval: None,
};
