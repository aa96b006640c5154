//! The mean of the labels' average precisions.

use super::label_outcomes::LabelOutcomes;
use crate::metric::{Direction, Measure, Metric, Unit};

/// `sklearn.metrics.average_precision_score(average="macro")` over the labels that an example has; NaN where there is none, or an example
/// has no probabilities.
///
/// A label that no example of the split has is left out: nothing can be found there. scikit-learn itself warns and counts it as 0, so
/// that the mean would fall with every label that a small split happens to lack.
pub(super) const MEAN_AVERAGE_PRECISION: Measure<LabelOutcomes> = Measure {
    metric: Metric {
        name: "mean_average_precision",
        title: "mean average precision",
        unit: Unit::Share,
        direction: Direction::HigherIsBetter,
    },
    value,
    interval: None,
};

#[expect(clippy::cast_precision_loss, reason = "there are far fewer than 2^53 labels")]
fn value(outcomes: &LabelOutcomes) -> f64 {
    let per_label = outcomes.per_label().iter().filter_map(|label| label.average_precision);
    let found: Vec<f64> = per_label.collect();
    found.iter().sum::<f64>() / found.len() as f64
}
