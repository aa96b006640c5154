//! The share of the examples of which all labels are predicted as they are.

use super::label_outcomes::LabelOutcomes;
use crate::interval::wilson_interval;
use crate::metric::{Direction, Measure, Metric, Unit};
use crate::share::share;

/// `sklearn.metrics.accuracy_score` of label sets, with Wilson's interval.
pub(super) const SUBSET_ACCURACY: Measure<LabelOutcomes> = Measure {
    metric: Metric {
        name: "subset_accuracy",
        title: "exact matches",
        unit: Unit::Share,
        direction: Direction::HigherIsBetter,
    },
    value: |outcomes| share(outcomes.exact(), outcomes.total()),
    interval: Some(|outcomes| {
        Some(wilson_interval(outcomes.exact() as u64, outcomes.total() as u64))
    }),
};
