//! What programs that train, judge and predict name, of ours and of Burn.

pub use std::sync::Arc;

pub use burn;
pub use burn::data::dataloader::batcher::Batcher;
pub use burn::data::dataset::{Dataset, DatasetError};
pub use burn::module::Module;
pub use burn::optim::{GradientsParams, ModuleOptimizer};
pub use burn::tensor::{Device, Int, Tensor, TensorData};
pub use burn::train::Interrupter;
pub use burnwright_data::{
    Assembly, AugmentConfig, Batch, Batched, DataConfig, DataError, FromDataset, ImageShape,
    Images, Items, Loader, LoaderConfig, Normalize, Order, Preprocess, Sample, Scale, Source,
    Splits, Target, TargetTensor, Targets, mnist,
};
pub use burnwright_inference::{InferenceError, Prediction, Predictor, prepare};
pub use burnwright_model::{
    Architecture, CnnConfig, MlpConfig, Model, ModelConfig, Network, from_safetensors, state_dict,
    to_safetensors,
};
pub use burnwright_run::{
    Event, EventSink, Manifest, NamedMetric, RunDirectory, RunError, Scores, StopReason,
};
pub use burnwright_session::{
    Observers, Request, Resumed, Session, SessionError, Surroundings, Trained, report,
};
pub use burnwright_task::{
    Decision, Evaluation, LossConfig, Predictions, Task, TaskConfig, TaskError, evaluation_of,
    judge,
};
pub use burnwright_training::recipe::{Override, builtin};
pub use burnwright_training::{
    CheckpointConfig, EarlyStoppingConfig, Job, OptimizerConfig, Outcome, Recipe, RecipeError,
    ScheduleConfig, TrainState, TrainingConfig, TrainingError, preprocess_and_task, train,
};

pub use crate::{on_event, score, score_images};
