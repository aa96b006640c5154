//! One number for each example.
//!
//! An **error** is the prediction minus the target everywhere: above 0 the prediction is too high.

mod d2_absolute_error;
mod evaluation;
mod explained_variance;
mod interval;
mod largest_error;
mod mae;
mod median_absolute_error;
mod prediction_errors;
mod predictions;
mod quantiles;
mod r2;
mod rmse;

pub use evaluation::{Quantile, RegressionEvaluation};
pub use prediction_errors::PredictionErrors;
pub use predictions::{JudgedNumber, RegressionPredictions};

use crate::metric::{Measure, Scores};

/// The metrics of the task, the one by which models are chosen first.
pub const METRICS: &[Measure<PredictionErrors>] = &[
    rmse::RMSE,
    mae::MAE,
    r2::R2,
    explained_variance::EXPLAINED_VARIANCE,
    median_absolute_error::MEDIAN_ABSOLUTE_ERROR,
    largest_error::LARGEST_ERROR,
    d2_absolute_error::D2_ABSOLUTE_ERROR,
];

impl RegressionEvaluation {
    /// How a model did on a split; none where it holds no example.
    pub fn of(predictions: &RegressionPredictions) -> Option<Self> {
        let errors = PredictionErrors::of(predictions)?;
        let scores = Scores::of(METRICS, &errors);
        Some(Self::with(scores, predictions, &errors))
    }
}
