//! A run that is written down: its journal, and its checkpoints when they are due.

use std::time::Instant;

use burnwright_run::{Event, EventSink, Identity, Journal, Machine, Retention, StepRecord};

use crate::records::Parts;
use crate::saver::{Saver, Snapshot};
use crate::state::{BestState, Moment, Position, STATE_SCHEMA, State, WatchState};
use crate::{CheckpointConfig, Recording, TrainingError};

/// A run that is written down.
pub(crate) struct Checkpointing {
    config: CheckpointConfig,
    identity: Identity,
    machine: Machine,
    journal: Journal,
    saver: Saver,
    last: Instant,
    /// Where training stood when it was last saved.
    saved: Option<Moment>,
    /// Whether a checkpoint was put off.
    owed: bool,
}

/// What a checkpoint holds besides the parts of the training state.
pub(crate) struct Standing {
    pub(crate) position: Position,
    pub(crate) watch: Option<WatchState>,
    pub(crate) best: Option<BestState>,
    /// The best weights, where they are kept and are not those of this step.
    pub(crate) best_weights: Option<Vec<u8>>,
}

/// Whether training goes on while a checkpoint is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Durable {
    Soon,
    Now,
}

impl Checkpointing {
    pub(crate) fn new(
        recording: Recording,
        config: CheckpointConfig,
        from: Option<Moment>,
    ) -> Result<Self, TrainingError> {
        let Recording { journal, checkpoints, identity, machine, .. } = recording;
        let saver = Saver::start(checkpoints, journal.syncer()?);
        Ok(Self {
            saved: from,
            config,
            identity,
            machine,
            journal,
            saver,
            last: Instant::now(),
            owed: false,
        })
    }

    /// Writes down what happened.
    pub(crate) fn receive(&mut self, event: &Event) -> Result<(), TrainingError> {
        Ok(self.journal.receive(event)?)
    }

    /// Writes down the steps of a window. Errors of the thread that writes checkpoints come to light here.
    pub(crate) fn append_steps(&mut self, records: &[StepRecord]) -> Result<(), TrainingError> {
        self.saver.poll()?;
        Ok(self.journal.append_steps(records)?)
    }

    /// Whether a checkpoint is due after a step, and how durable it must be before the next.
    pub(crate) fn due(&mut self, step: usize) -> Result<Option<Durable>, TrainingError> {
        if self.config.is_step(step) {
            return Ok(Some(Durable::Now));
        }
        let wanted = self.owed || self.config.is_time(self.last.elapsed());
        Ok((wanted && !self.saver.is_busy()?).then_some(Durable::Soon))
    }

    /// Whether training would have to wait for the disk; the checkpoint is then made when it need not.
    pub(crate) fn must_put_off(&mut self, durable: Durable) -> Result<bool, TrainingError> {
        self.owed = durable == Durable::Soon && self.saver.is_busy()?;
        Ok(self.owed)
    }

    /// Whether each epoch ends with a checkpoint.
    pub(crate) fn at_epochs(&self) -> bool {
        self.config.every_epoch
    }

    /// Whether training stands where it was last saved.
    pub(crate) fn is_saved(&self, position: &Position) -> bool {
        self.saved == Some(position.moment())
    }

    /// Has the parts written, with what else a run needs to go on from there.
    pub(crate) fn save(&mut self, parts: Parts, standing: Standing) -> Result<(), TrainingError> {
        let Standing { position, watch, best, best_weights } = standing;
        self.saved = Some(position.moment());
        self.last = Instant::now();
        let best_step = best.as_ref().map(|best| best.step);
        let retention = Retention { newest: self.config.keep, best: best_step };
        let state = State {
            schema: STATE_SCHEMA,
            identity: self.identity.clone(),
            machine: self.machine.clone(),
            position,
            watch,
            best,
            events: self.journal.event_bytes(),
        };
        self.saver.save(Snapshot { state, parts, best: best_weights, retention })
    }

    /// Waits until all that was saved is durable.
    pub(crate) fn wait(&mut self) -> Result<(), TrainingError> {
        self.saver.wait()
    }
}
