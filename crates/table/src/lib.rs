//! A table in a file in, columns with kinds, numbers for a model and targets out.
//!
//! This crate knows no tensors, no models and no training.
//!
//! ```
//! use std::path::Path;
//! use burnwright_table::{Encoder, NumberScale, ReadOptions, Target, TargetWish, read_bytes};
//!
//! let text = b"size,colour,price\n1,red,10.5\n2,blue,21\n3,,29.5\n";
//! let table = read_bytes(text, Path::new("houses.csv"), &ReadOptions::default())?;
//! let target = Target::infer(&table, "price", TargetWish::Inferred)?;
//! let training = target.read(&table)?.rows;
//! let encoder = Encoder::fit(&table, &training, Some("price"), NumberScale::Standard)?;
//! assert_eq!(encoder.layout().numbers, ["size"]);
//! assert_eq!(encoder.layout().categories, [("colour".to_owned(), 3)]);
//!
//! // New rows are read as the kinds that were learned from, and found by name.
//! let options = encoder.options(None);
//! let new = read_bytes(b"colour,size\ngreen,2\n", Path::new("new.csv"), &options)?;
//! assert_eq!(encoder.encode(&new)?.values, [0.0, 0.0]);
//! # Ok::<(), burnwright_table::TableError>(())
//! ```

mod builder;
mod date;
mod described;
mod encoded;
mod encoder;
mod error;
mod fault;
mod format;
mod hash;
mod inspect;
mod kind;
mod kinds;
mod leak;
mod missing;
mod nearest;
mod number;
mod numbers;
mod options;
mod order;
mod origin;
mod read;
mod records;
mod scale;
mod table;
mod target;
mod targets;
mod texts;
mod values;

pub use date::written as written_date;
pub use encoded::{Encoded, EncodedTable};
pub use encoder::{Encoder, Encoding, Input, Layout};
pub use error::TableError;
pub use hash::row_hashes;
pub use inspect::{ColumnInspection, Frequent, Inspection, Range, inspect};
pub use kind::Kind;
pub use leak::GivesAway;
pub use missing::MISSING;
pub use options::ReadOptions;
pub use read::{read, read_bytes};
pub use scale::{NumberScale, Scale};
pub use table::{Column, Table};
pub use target::{Target, TargetForm, TargetWish};
pub use targets::{TargetValues, Targets};
