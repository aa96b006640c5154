//! Checkpoints: `checkpoints/step-<n>.ckpt`, one file each, verified before a byte of it is believed.

mod format;
mod store;

pub use format::{Checkpoint, CheckpointFault, encode};
pub use store::{Checkpoints, Newest, PassedOver, Rejected, Retention};
