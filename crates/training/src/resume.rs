//! Where a run goes on: its newest checkpoint that can be trusted.

use burnwright_run::{
    Checkpoint, Checkpoints, FormFault, Identity, JournalPosition, Machine, Newest, Rejected,
    RunError,
};

use crate::records::RecordBytes;
use crate::state::{Moment, STATE_FORM, State};

/// The names of a checkpoint's parts.
pub(crate) const MODEL: &str = "model";
pub(crate) const OPTIMIZER: &str = "optimizer";
pub(crate) const STATE: &str = "state";
pub(crate) const BEST: &str = "best";

/// A moment of a run at which it can go on.
#[derive(Clone, Debug)]
pub struct ResumePoint {
    pub(crate) state: State,
    pub(crate) records: RecordBytes,
    pub(crate) best: Option<Vec<u8>>,
}

impl ResumePoint {
    /// The newest checkpoint that verifies and belongs to this run; newer ones that do not are set aside.
    pub fn newest(
        checkpoints: &Checkpoints,
        identity: &Identity,
    ) -> Result<Newest<Self>, RunError> {
        checkpoints.newest(|step, checkpoint| Self::read(step, checkpoint, identity))
    }

    fn read(step: usize, checkpoint: &Checkpoint, identity: &Identity) -> Result<Self, Rejected> {
        let damaged = |reason: String| Err(Rejected::Damaged(reason));
        let part = |name: &str| match checkpoint.part(name) {
            Some(bytes) => Ok(bytes.to_vec()),
            None => Err(Rejected::Damaged(format!("has no part \"{name}\""))),
        };
        let text = part(STATE)?;
        let mut state: State = match STATE_FORM.read(&text) {
            Ok(state) => state,
            Err(FormFault::Version(version)) => return Err(Rejected::Foreign(version)),
            Err(fault) => return damaged(format!("has an unreadable state: {fault}")),
        };
        state.position = state.position.upgraded();
        if state.identity != *identity {
            return damaged("belongs to another run".to_owned());
        }
        if state.position.step != step {
            return damaged(format!("holds step {}, not {step}", state.position.step));
        }
        let records =
            RecordBytes { model: part(MODEL)?, optimizer: part(OPTIMIZER)?, version: state.schema };
        Ok(Self { state, records, best: part(BEST).ok() })
    }

    /// Where training stood.
    pub(crate) fn moment(&self) -> Moment {
        self.state.position.moment()
    }

    /// Steps made.
    pub fn step(&self) -> usize {
        self.state.position.step
    }

    /// The epoch in which it goes on, from 1.
    pub fn epoch(&self) -> usize {
        self.state.position.epoch
    }

    /// Seconds of training before.
    pub fn seconds(&self) -> f64 {
        self.state.position.seconds
    }

    /// How much of the journal belongs to it.
    pub fn journal(&self) -> JournalPosition {
        JournalPosition { events: self.state.events, steps: self.step() }
    }

    /// Where the checkpoint was made.
    pub fn machine(&self) -> &Machine {
        &self.state.machine
    }
}
