//! The mean area under the ROC curves of the classes.

use super::evaluation::ClassificationEvaluation;
use crate::metric::{Direction, Measure, Metric, Unit};

/// `sklearn.metrics.roc_auc_score(multi_class="ovr", average="macro")`; NaN where a class has no area.
pub(super) const ROC_AUC_MACRO: Measure<ClassificationEvaluation> = Measure {
    metric: Metric {
        name: "roc_auc_macro",
        title: "macro ROC AUC",
        unit: Unit::Plain,
        direction: Direction::HigherIsBetter,
    },
    // default: a class without an area leaves the mean undefined, and NaN is how a score says so.
    value: |evaluation| evaluation.macro_mean.roc_auc.unwrap_or(f64::NAN),
    interval: None,
};
