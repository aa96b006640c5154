//! What is learned: targets, losses, metrics, decision.
//!
//! A [`Task`] is asked by everyone who would otherwise have to know that examples have classes: the loop for its loss and its streaming
//! sums, the judge for what it says of each example, formats and views for the names of its scores. This crate knows no file, no loop
//! and no terminal.

mod classification;
mod config;
mod decision;
mod error;
mod evaluation;
mod judge;
mod loss;
mod multi_label;
mod named;
mod regression;
mod softmax;
mod task;

pub use classification::{Classification, ClassificationConfig};
pub use config::TaskConfig;
pub use decision::Decision;
pub use error::TaskError;
pub use evaluation::{Evaluation, PairTest, Predictions};
pub use judge::{evaluation_of, judge};
pub use loss::{
    BinaryCrossEntropyConfig, CrossEntropyConfig, HuberConfig, L1Config, LossConfig, MseConfig,
};
pub use multi_label::{MultiLabel, MultiLabelConfig};
pub use regression::{Regression, RegressionConfig};
pub use softmax::{first_largest, softmax};
pub use task::Task;
