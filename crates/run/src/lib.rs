//! What a run is: its events and its directory.
//!
//! This crate knows nothing of Burn, of the terminal, or of the time: what happened is told to it.

mod atomic;
mod checkpoint;
mod digest;
mod directory;
pub mod disk;
mod error;
mod event;
mod follow;
mod form;
mod growing;
mod journal;
mod ledger;
mod list;
mod log;
mod manifest;
mod model_card;
mod numbering;
mod scores;
mod seeds;
mod split;
mod steps;
mod summary;

pub use atomic::write_atomically;
pub use checkpoint::{
    Checkpoint, CheckpointFault, Checkpoints, Newest, PassedOver, Rejected, Retention, encode,
};
pub use digest::{content_hash, weights_digest};
pub use directory::RunDirectory;
pub use error::RunError;
pub use event::{Event, EventSink, StopReason};
pub use follow::Follower;
pub use form::{Form, FormFault, UnknownVersion};
pub use growing::Growing;
pub use journal::{Journal, JournalPosition, JournalSync};
pub use ledger::{Ledger, LedgerFault, Look, Looks, Noted};
pub use list::{RunEntry, RunState, list_runs};
pub use log::read_events;
pub use manifest::{Identity, MANIFEST_SCHEMA, Machine, Manifest};
pub use model_card::{MODEL_CARD_SCHEMA, ModelCard};
pub use scores::{LOSS, NamedMetric, Score, Scores};
pub use seeds::{next_set_name, seed_run_name, seed_runs};
pub use split::{Moved, SPLIT_SCHEMA, SplitRecord, hexadecimal};
pub use steps::{StepRecord, read_steps};
pub use summary::{Baseline, SUMMARY_SCHEMA, Seconds, Summary};
