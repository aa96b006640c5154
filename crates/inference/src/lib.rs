//! Artifact and image in, class probabilities out.
//!
//! A [`Predictor`] is opened from a run and vouches that its weights are those the run's card names. [`prepare`] turns the
//! bytes of a picture into the pixels that the model knows; [`judge`] says what any classifier makes of a data set. This crate
//! knows no training and no gradient; it never prints, exits or reads the environment.

mod card;
mod centring;
mod decode;
mod error;
mod evaluation;
mod picture;
mod predictor;
mod scores;

pub use error::InferenceError;
pub use evaluation::{EVALUATION_BATCH, Loss, evaluate, judge, scores_of};
pub use picture::{PreparedImage, prepare};
pub use predictor::{Prediction, Predictor, digest};
