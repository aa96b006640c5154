//! A table in a file in, columns with kinds, numbers for a model and targets out.
//!
//! This crate knows no tensors, no models and no training.

mod builder;
mod date;
mod encoded;
mod encoder;
mod error;
mod format;
mod hash;
mod inspect;
mod kinds;
mod leak;
mod missing;
mod nearest;
mod number;
mod numbers;
mod order;
mod origin;
mod read;
mod records;
mod scale;
mod table;
mod target;
mod texts;
mod values;

pub use encoded::{Encoded, EncodedTable};
pub use encoder::{Encoder, Encoding, Input, Layout};
pub use error::TableError;
pub use hash::row_hashes;
pub use inspect::{ColumnInspection, Frequent, Inspection, Range, inspect};
pub use kinds::Kind;
pub use leak::GivesAway;
pub use missing::MISSING;
pub use read::{ReadOptions, read, read_bytes};
pub use scale::{NumberScale, Scale};
pub use table::{Column, Table};
pub use target::{Target, TargetForm, TargetValues, TargetWish, Targets};
