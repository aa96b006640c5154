//! Checkpoints are written by a thread of their own, while training goes on.

use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, channel, sync_channel};
use std::thread::JoinHandle;

use burnwright_run::{Checkpoints, JournalSync, Retention};

use crate::TrainingError;
use crate::records::Parts;
use crate::resume::{BEST, MODEL, OPTIMIZER, STATE};
use crate::state::State;

/// What is saved.
pub(crate) struct Snapshot {
    pub(crate) state: State,
    pub(crate) parts: Parts,
    /// The best weights, where they are kept and are not those of this step.
    pub(crate) best: Option<Vec<u8>>,
    pub(crate) retention: Retention,
}

/// The thread that writes checkpoints.
pub(crate) struct Saver {
    snapshots: Option<SyncSender<Box<Snapshot>>>,
    results: Receiver<Result<(), TrainingError>>,
    /// Snapshots whose result is not known yet.
    pending: usize,
    thread: Option<JoinHandle<()>>,
}

impl Saver {
    pub(crate) fn start(checkpoints: Checkpoints, journal: JournalSync) -> Self {
        let (snapshots, incoming) = sync_channel::<Box<Snapshot>>(1);
        let (outgoing, results) = channel();
        let thread = std::thread::Builder::new().name("checkpoints".to_owned()).spawn(move || {
            for snapshot in incoming {
                if outgoing.send(save(*snapshot, &checkpoints, &journal)).is_err() {
                    return;
                }
            }
        });
        // Where no thread can be had, the first snapshot finds nobody to take it.
        Self { snapshots: Some(snapshots), results, pending: 0, thread: thread.ok() }
    }

    /// Hands a snapshot over, as soon as the one before is durable.
    pub(crate) fn save(&mut self, snapshot: Snapshot) -> Result<(), TrainingError> {
        self.wait()?;
        let snapshots = self.snapshots.as_ref().ok_or_else(gone)?;
        snapshots.send(Box::new(snapshot)).map_err(|_| gone())?;
        self.pending += 1;
        Ok(())
    }

    /// The errors there have been so far.
    pub(crate) fn poll(&mut self) -> Result<(), TrainingError> {
        while self.pending > 0 {
            match self.results.try_recv() {
                Ok(result) => {
                    self.pending -= 1;
                    result?;
                }
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return Err(gone()),
            }
        }
        Ok(())
    }

    /// Whether a snapshot is being written.
    pub(crate) fn is_busy(&mut self) -> Result<bool, TrainingError> {
        self.poll()?;
        Ok(self.pending > 0)
    }

    /// Waits until all snapshots are durable.
    pub(crate) fn wait(&mut self) -> Result<(), TrainingError> {
        while self.pending > 0 {
            self.pending -= 1;
            self.results.recv().map_err(|_| gone())??;
        }
        Ok(())
    }
}

impl Drop for Saver {
    /// What was handed over is written, even where training ends badly.
    fn drop(&mut self) {
        self.snapshots = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn gone() -> TrainingError {
    TrainingError::Device("the thread that writes checkpoints is gone".to_owned())
}

fn save(
    snapshot: Snapshot,
    checkpoints: &Checkpoints,
    journal: &JournalSync,
) -> Result<(), TrainingError> {
    let Snapshot { state, parts, best, retention } = snapshot;
    let record = |error: &dyn std::fmt::Display| TrainingError::Snapshot(error.to_string());
    let [model, optimizer] = parts.into_bytes().map_err(|error| record(&error))?;
    let text = serde_json::to_vec(&state).map_err(|error| record(&error))?;
    let mut parts = vec![(MODEL, &model[..]), (OPTIMIZER, &optimizer[..]), (STATE, &text[..])];
    parts.extend(best.as_ref().map(|best| (BEST, &best[..])));
    // A checkpoint vouches for the journal up to its position.
    journal.sync()?;
    Ok(checkpoints.save(state.position.step, &parts, retention)?)
}
