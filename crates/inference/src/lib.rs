//! Artifact and image in, class probabilities out.
//!
//! A [`Predictor`] is opened from a run and vouches that its weights are those the run's card names. [`prepare`] turns the
//! bytes of a picture into the pixels that the model knows; [`Predictor::predict_each`] does so for many at once, on all cores.
//! A [`ContactSheet`] shows pictures with what was said of them. This crate
//! knows no training and no gradient; it never prints, exits or reads the environment.

mod belt;
mod bulk;
mod card;
mod centring;
mod contact_sheet;
mod decode;
mod error;
mod picture;
mod predictor;
mod table;

pub use bulk::{Answer, Answers};
pub use contact_sheet::{ContactSheet, Tile};
pub use error::InferenceError;
pub use picture::{PreparedImage, prepare};
pub use predictor::{EVALUATION_BATCH, Prediction, Predictor, digest};
