//! One class for each example.

mod accuracy;
mod calibration;
mod class_scores;
mod evaluation;
mod f1_macro;
mod predictions;
mod roc_auc;
mod roc_auc_macro;
mod top_k;

pub use calibration::{BINS, Bin, Calibration};
pub use class_scores::{ClassScores, Means};
pub use evaluation::ClassificationEvaluation;
pub use predictions::{ClassificationPredictions, JudgedClass};
pub use top_k::TopK;

use crate::metric::{Measure, Scores};

/// The metrics of the task, the one by which models are chosen first.
pub const METRICS: &[Measure<ClassificationEvaluation>] =
    &[accuracy::ACCURACY, f1_macro::F1_MACRO, roc_auc_macro::ROC_AUC_MACRO];

impl ClassificationEvaluation {
    /// The scores that [`METRICS`] lists.
    pub fn scores(&self) -> Scores {
        Scores::of(METRICS, self)
    }
}
