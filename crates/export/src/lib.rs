//! A run's events in, files of other tools out.
//!
//! This crate knows no Burn, no clock and no file: it is handed events and returns bytes, and the bytes of more events begin with
//! those of fewer. Whoever writes them may therefore append while a run is trained, and after a crash bring a file up to what the
//! run's own log says.

mod metrics_csv;
mod tensorboard;

pub use metrics_csv::MetricsCsv;
pub use tensorboard::{Confusion, TensorBoard};
