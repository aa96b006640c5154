//! A model in training, and all that follows it.

use std::sync::Arc;
use std::time::Instant;

use burn::train::Interrupter;
use burnwright_data::{Assembly, Loader};
use burnwright_model::Model;
use burnwright_run::EventSink;
use burnwright_task::Task;

use crate::checkpointing::Checkpointing;
use crate::early_stopping::EarlyStopping;
use crate::state::{BestState, Position};
use crate::window::Window;
use crate::{TrainState, TrainingConfig};

/// A model in training, and all that follows it.
pub(crate) struct Training<M: Model, A: Assembly<Input = M::Input>> {
    pub(crate) state: TrainState<M>,
    pub(crate) task: Arc<dyn Task>,
    pub(crate) train: Loader<A>,
    pub(crate) validation: Option<Loader<A>>,
    pub(crate) config: TrainingConfig,
    /// Where training stands.
    pub(crate) position: Position,
    /// The steps that have not been read.
    pub(crate) window: Window,
    /// Follows the validation samples, where there are some.
    pub(crate) watch: Option<EarlyStopping>,
    pub(crate) best: Option<Best<M>>,
    /// Whether the best weights are kept in place of the last.
    pub(crate) keeps_best: bool,
    pub(crate) recorder: Option<Checkpointing>,
    pub(crate) sinks: Vec<Box<dyn EventSink>>,
    pub(crate) interrupter: Interrupter,
    pub(crate) begun: Instant,
}

/// The best weights so far.
pub(crate) struct Best<M> {
    pub(crate) state: BestState,
    /// Without gradients and with running statistics of its own: those of a clone are shared.
    pub(crate) model: M,
}
