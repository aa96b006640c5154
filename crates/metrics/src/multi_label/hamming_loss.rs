//! The share of all decisions that is wrong.

use super::label_outcomes::LabelOutcomes;
use crate::metric::{Direction, Measure, Metric, Unit};
use crate::share::share;

/// `sklearn.metrics.hamming_loss`: of all pairs of an example and a label, the share that is predicted wrongly.
pub(super) const HAMMING_LOSS: Measure<LabelOutcomes> = Measure {
    metric: Metric {
        name: "hamming_loss",
        title: "Hamming loss",
        unit: Unit::Share,
        direction: Direction::LowerIsBetter,
    },
    value: |outcomes| {
        let wrong = outcomes.sum(|label| label.false_positives + label.false_negatives);
        share(wrong, outcomes.total() * outcomes.per_label().len())
    },
    interval: None,
};
