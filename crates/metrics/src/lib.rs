//! Predictions and targets in, scores out.
//!
//! Plain numbers: this crate knows no tensor, no file and no run. A folder a task: [`classification`], [`multi_label`], [`regression`],
//! each with the judged examples, their evaluation and the list of its metrics; what several of them need lies beside. [`baseline`] fits
//! the models without a network that a score is compared with. Each score is that
//! of the scikit-learn or `SciPy` function that its documentation names; `tests/scikit_learn` holds them against values that these wrote.

mod error;
mod holm;
mod interval;
mod mcnemar;
mod metric;
mod moments;
mod paired;
mod seeds;
mod share;

pub mod baseline;
pub mod classification;
pub mod multi_label;
pub mod regression;

pub use classification::{
    BINS, Bin, Calibration, ClassScores, ClassificationEvaluation, ClassificationPredictions,
    JudgedClass, Means, TopK,
};
pub use error::MetricsError;
pub use holm::holm;
pub use interval::wilson_interval;
pub use mcnemar::{McNemar, mcnemar};
pub use metric::{Direction, IntervalOf, LOSS, Measure, Metric, Score, Scores, Unit};
pub use moments::mean_and_deviation;
pub use multi_label::{JudgedLabels, LabelScores, MultiLabelEvaluation, MultiLabelPredictions};
pub use paired::{PairedComparison, compare_paired};
pub use regression::{JudgedNumber, Quantile, RegressionEvaluation, RegressionPredictions};
pub use seeds::{SeedComparison, compare_seeds};
