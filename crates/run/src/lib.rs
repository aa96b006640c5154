//! What a run is: its events and its directory.
//!
//! This crate knows nothing of Burn, of the terminal, or of the time: what happened is told to it.

mod atomic;
mod digest;
mod directory;
mod error;
mod event;
mod list;
mod log;
mod manifest;
mod model_card;
mod summary;

pub use atomic::write_atomically;
pub use digest::{content_hash, weights_digest};
pub use directory::RunDirectory;
pub use error::RunError;
pub use event::{Event, EventSink, SplitScore, StopReason};
pub use list::{RunEntry, RunState, list_runs};
pub use log::{EventLog, read_events};
pub use manifest::{MANIFEST_SCHEMA, Manifest};
pub use model_card::{MODEL_CARD_SCHEMA, ModelCard};
pub use summary::{SUMMARY_SCHEMA, Seconds, Summary, TestScore};
