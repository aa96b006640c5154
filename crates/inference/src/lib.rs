//! Artifact and image in, class probabilities out.
//!
//! A [`Predictor`] is opened from a run and vouches that its weights are those the run's card names. [`prepare`] turns the
//! bytes of a picture into the pixels that the model knows; [`Predictor::predict_each`] does so for many at once, on all cores.
//! [`judge`] says what any classifier makes of a data set. A [`ContactSheet`] shows pictures with what was said of them. This crate
//! knows no training and no gradient; it never prints, exits or reads the environment.

mod belt;
mod bulk;
mod card;
mod centring;
mod contact_sheet;
mod decode;
mod error;
mod evaluation;
mod picture;
mod predictor;
mod scores;

pub use bulk::{Answer, Answers};
pub use contact_sheet::{ContactSheet, Tile};
pub use error::InferenceError;
pub use evaluation::{EVALUATION_BATCH, Loss, evaluate, judge, scores_of};
pub use picture::{PreparedImage, prepare};
pub use predictor::{Prediction, Predictor, digest};
