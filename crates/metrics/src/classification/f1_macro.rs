//! The mean F1 score of the classes.

use super::evaluation::ClassificationEvaluation;
use crate::metric::{Direction, Measure, Metric, Unit};

/// `sklearn.metrics.f1_score(average="macro", zero_division=0)`.
pub(super) const F1_MACRO: Measure<ClassificationEvaluation> = Measure {
    metric: Metric {
        name: "f1_macro",
        title: "macro F1",
        unit: Unit::Share,
        direction: Direction::HigherIsBetter,
    },
    value: |evaluation| evaluation.macro_mean.f1,
    interval: None,
};
