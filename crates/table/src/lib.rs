//! A table in a file in, columns with kinds, numbers for a model and targets out.
//!
//! This crate knows no tensors, no models and no training.

mod builder;
mod date;
mod error;
mod format;
mod kinds;
mod missing;
mod nearest;
mod number;
mod numbers;
mod order;
mod origin;
mod read;
mod records;
mod table;
mod texts;

pub use error::TableError;
pub use kinds::Kind;
pub use missing::MISSING;
pub use read::{ReadOptions, read, read_bytes};
pub use table::{Column, Table};
