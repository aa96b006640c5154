//! What a run writes down while it trains: its events, and a line of bits for each step.

use std::path::Path;

use crate::disk::{self, Appending};
use crate::log::EventLog;
use crate::steps::StepLog;
use crate::{Event, EventSink, RunError, StepRecord};

/// How much of a journal belongs to a moment of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JournalPosition {
    /// Bytes of `events.jsonl`.
    pub events: u64,
    /// Steps made.
    pub steps: usize,
}

/// `events.jsonl` and `steps.bin` of a run that is being trained.
#[derive(Debug)]
pub struct Journal {
    events: EventLog,
    steps: StepLog,
}

/// Makes a journal durable, from another thread.
#[derive(Debug)]
pub struct JournalSync {
    files: [Appending; 2],
}

impl Journal {
    /// Opens the journal at a position; what follows it goes.
    pub(crate) fn open(
        events: &Path,
        steps: &Path,
        position: JournalPosition,
    ) -> Result<Self, RunError> {
        let journal = Self {
            events: EventLog::open_at(events, position.events)?,
            steps: StepLog::open(steps, position.steps)?,
        };
        let folder = disk::folder_of(events);
        disk::sync_folder(folder).map_err(RunError::io("write", folder))?;
        Ok(journal)
    }

    /// Bytes of `events.jsonl` so far.
    pub fn event_bytes(&self) -> u64 {
        self.events.length
    }

    /// Adds the steps that followed.
    pub fn append_steps(&mut self, records: &[StepRecord]) -> Result<(), RunError> {
        self.steps.append(records)
    }

    /// What makes durable, from another thread, all that is written until then.
    pub fn syncer(&self) -> Result<JournalSync, RunError> {
        let second = |file: &Appending| {
            file.second_handle().map_err(|source| RunError::io("open", file.path())(source))
        };
        Ok(JournalSync { files: [second(&self.events.file)?, second(&self.steps.file)?] })
    }
}

impl EventSink for Journal {
    fn receive(&mut self, event: &Event) -> Result<(), RunError> {
        self.events.append(event)
    }
}

impl JournalSync {
    /// Makes all that was written so far durable.
    pub fn sync(&self) -> Result<(), RunError> {
        for file in &self.files {
            // default: 0 where the file cannot even say its length; what matters is that it could not be made durable.
            let held = || file.length().unwrap_or(0);
            file.sync().map_err(|source| RunError::writing(file.path(), held(), source))?;
        }
        Ok(())
    }
}
