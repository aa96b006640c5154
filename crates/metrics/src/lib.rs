//! Predictions and targets in, scores out.
//!
//! Plain numbers: this crate knows no tensor, no file and no run. Each score is that of the scikit-learn function that its
//! documentation names; `tests/scikit_learn.rs` holds them against values that scikit-learn wrote.

mod calibration;
mod class_scores;
mod evaluation;
mod holm;
mod interval;
mod mcnemar;
mod predictions;
mod roc_auc;
mod seeds;
mod top_k;

pub use calibration::{BINS, Bin, Calibration};
pub use class_scores::{ClassScores, Means};
pub use evaluation::Evaluation;
pub use holm::holm;
pub use interval::wilson_interval;
pub use mcnemar::{McNemar, mcnemar};
pub use predictions::{Judged, Predictions};
pub use seeds::{SeedComparison, compare_seeds, mean_and_deviation};
pub use top_k::TopK;
