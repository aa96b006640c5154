//! What can go wrong between a run, a picture and an answer.

use std::path::PathBuf;

use burnwright_data::DataError;
use burnwright_model::WeightsError;
use burnwright_run::RunError;
use burnwright_task::TaskError;

/// Why a model could not be opened, a picture not be read, or an answer not be given.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InferenceError {
    /// A file of the run is missing or unreadable.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The data set failed, or does not fit the preprocessing.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The card describes a model that cannot be.
    #[error("the model card cannot be used: {what}: {}", path.display())]
    Card {
        /// What is wrong with it.
        what: String,
        /// The card.
        path: PathBuf,
    },
    /// The model is of an architecture of another program.
    #[error(
        "the model's architecture is not one that this program knows: it has {found}, expected {expected}: {}",
        path.display()
    )]
    UnknownArchitecture {
        /// Its kind, or its settings.
        found: String,
        /// What those have that are known.
        expected: String,
        /// The card.
        path: PathBuf,
    },
    /// The weight file is too short for the model that the card describes.
    #[error(
        "the model card describes {parameters} parameters but the weights are {bytes} bytes, \
         expected at least {}: {}",
        4 * parameters,
        path.display()
    )]
    TooFewWeights {
        /// Parameters of the architecture.
        parameters: usize,
        /// Length of the weight file.
        bytes: usize,
        /// The weight file.
        path: PathBuf,
    },
    /// The weights cannot be put into the model.
    #[error("{source}: {}", path.display())]
    Weights {
        /// What does not fit.
        source: WeightsError,
        /// The weight file.
        path: PathBuf,
    },
    /// The weights are not those that the run ended with.
    #[error(
        "the weights differ from those the card vouches for: digest {got}, expected {expected}: {}",
        path.display()
    )]
    Digest {
        /// The digest of the weights there are.
        got: String,
        /// The card's.
        expected: String,
        /// The weight file.
        path: PathBuf,
    },
    /// The bytes are of no kind that is read here.
    #[error("not a PNG or JPEG picture: {found}")]
    NotAPicture {
        /// What they look like.
        found: String,
    },
    /// The picture is damaged, or of a rare kind that the decoder does not know.
    #[error("the {format} picture cannot be decoded: {reason}")]
    Broken {
        /// `PNG` or `JPEG`.
        format: &'static str,
        /// The decoder's reason.
        reason: String,
    },
    /// The header announces more pixels than are read here.
    #[error(
        "the picture is {width} x {height} pixels, expected at most {side} a side and {pixels} in all"
    )]
    TooLarge {
        /// Columns.
        width: u32,
        /// Rows.
        height: u32,
        /// The longest side that is read.
        side: u32,
        /// The most pixels that are read.
        pixels: u64,
    },
    /// Decoding the picture would take more memory than a thread is given.
    #[error(
        "the picture of {width} x {height} pixels takes {needed} bytes to decode, expected at most {most}"
    )]
    TooManyBytes {
        /// Columns.
        width: u32,
        /// Rows.
        height: u32,
        /// Bytes that decoding takes.
        needed: u64,
        /// The most bytes that decoding may take.
        most: u64,
    },
    /// The header announces more pixels than the file can hold, however well compressed.
    #[error("the header announces {width} x {height} pixels in a file of {bytes} bytes")]
    Oversized {
        /// Columns.
        width: u32,
        /// Rows.
        height: u32,
        /// Length of the file.
        bytes: usize,
    },
    /// A picture was not prepared for this model.
    #[error("picture {index} has {got} values, expected {expected}")]
    PictureSize {
        /// Its place, from 0.
        index: usize,
        /// Values it has.
        got: usize,
        /// Values of the model's images.
        expected: usize,
    },
    /// The model gave infinity or "not a number".
    #[error("the model's scores for picture {index} are not finite")]
    NotFinite {
        /// The picture's place, from 0.
        index: usize,
    },
    /// The data set's images have another shape than the model's.
    #[error("the images of the data set are {got}, the model's are {expected}")]
    ImageShape {
        /// The data set's, channels x height x width.
        got: String,
        /// The model's.
        expected: String,
    },
    /// The data set has another number of classes than the model.
    #[error("the data set has {got} classes, the model {expected}")]
    ClassCount {
        /// The data set's.
        got: usize,
        /// The model's.
        expected: usize,
    },
    /// The model does not fit its task, or the data do not.
    #[error(transparent)]
    Task(#[from] TaskError),
    /// No batch has no sample.
    #[error("the batch size is 0, expected at least 1")]
    BatchSize,
    /// A panic, which is a fault of this program or of a decoder, while a picture was read.
    #[error("the reader panicked: {message}")]
    Panicked {
        /// What it said.
        message: String,
    },
    /// The operating system gave no thread to read pictures on.
    #[error("no thread can be started: {0}")]
    NoThread(std::io::Error),
    /// A contact sheet could not be encoded.
    #[error("the contact sheet cannot be encoded: {0}")]
    Sheet(image::ImageError),
    /// The device did not give the scores.
    #[error("the scores could not be read from the device: {0}")]
    Device(String),
    /// Rows of a table were asked of a model that has learned pictures.
    #[error("the model has learned pictures, not the rows of a table")]
    NotOfTables,
    /// A table cannot be read, or is not one of those that the model knows.
    #[error(transparent)]
    Table(#[from] burnwright_table::TableError),
    /// A picture cannot be read.
    #[error(transparent)]
    Pictures(#[from] burnwright_pictures::PicturesError),
}
