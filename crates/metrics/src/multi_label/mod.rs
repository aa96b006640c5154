//! A yes or no to each of several labels for each example.

mod average_precision;
mod evaluation;
mod f1_macro;
mod f1_micro;
mod hamming_loss;
mod label_outcomes;
mod mean_average_precision;
mod micro_average_precision;
mod predictions;
mod subset_accuracy;

pub use evaluation::MultiLabelEvaluation;
pub use label_outcomes::{LabelOutcomes, LabelScores};
pub use predictions::{JudgedLabels, MultiLabelPredictions};

use crate::metric::{Measure, Scores};

/// The metrics of the task, the one by which models are chosen first.
pub const METRICS: &[Measure<LabelOutcomes>] = &[
    mean_average_precision::MEAN_AVERAGE_PRECISION,
    micro_average_precision::MICRO_AVERAGE_PRECISION,
    f1_macro::F1_MACRO,
    f1_micro::F1_MICRO,
    subset_accuracy::SUBSET_ACCURACY,
    hamming_loss::HAMMING_LOSS,
];

impl MultiLabelEvaluation {
    /// How a model did on a split; none where it holds no example.
    pub fn of(predictions: &MultiLabelPredictions) -> Option<Self> {
        let outcomes = LabelOutcomes::of(predictions)?;
        let scores = Scores::of(METRICS, &outcomes);
        Some(Self::with(scores, predictions, outcomes))
    }
}
