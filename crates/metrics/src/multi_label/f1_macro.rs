//! The mean F1 score of the labels.

use super::label_outcomes::LabelOutcomes;
use crate::metric::{Direction, Measure, Metric, Unit};

/// `sklearn.metrics.f1_score(average="macro", zero_division=0)`: each label counts the same, one that no example has as 0.
pub(super) const F1_MACRO: Measure<LabelOutcomes> = Measure {
    metric: Metric {
        name: "f1_macro",
        title: "macro F1",
        unit: Unit::Share,
        direction: Direction::HigherIsBetter,
    },
    value,
    interval: None,
};

#[expect(clippy::cast_precision_loss, reason = "there are far fewer than 2^53 labels")]
fn value(outcomes: &LabelOutcomes) -> f64 {
    let labels = outcomes.per_label();
    labels.iter().map(|label| label.f1).sum::<f64>() / labels.len() as f64
}
