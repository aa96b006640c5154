//! Where a run is written down, and where it goes on.

use burnwright_run::{Checkpoints, Identity, Journal, Machine};

use crate::ResumePoint;

/// Where a run is written down.
pub struct Recording {
    /// Events and steps, opened where the run begins or goes on.
    pub journal: Journal,
    /// Where the run saves itself.
    pub checkpoints: Checkpoints,
    /// The run.
    pub identity: Identity,
    /// Where it is trained now.
    pub machine: Machine,
    /// The checkpoint from which it goes on; from the beginning, if left out.
    pub from: Option<ResumePoint>,
}
