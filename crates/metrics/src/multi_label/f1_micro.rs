//! The F1 score of all labels as one.

use super::label_outcomes::LabelOutcomes;
use crate::metric::{Direction, Measure, Metric, Unit};
use crate::share::share;

/// `sklearn.metrics.f1_score(average="micro", zero_division=0)`: each pair of an example and a label counts the same.
pub(super) const F1_MICRO: Measure<LabelOutcomes> = Measure {
    metric: Metric {
        name: "f1_micro",
        title: "micro F1",
        unit: Unit::Share,
        direction: Direction::HigherIsBetter,
    },
    value: |outcomes| {
        let found = 2 * outcomes.sum(|label| label.true_positives);
        let missed = outcomes.sum(|label| label.false_positives + label.false_negatives);
        share(found, found + missed)
    },
    interval: None,
};
