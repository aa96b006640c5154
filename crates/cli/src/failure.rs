//! What went wrong, as a person and a shell see it.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use burnwright_data::DataError;
use burnwright_download::DownloadError;
use burnwright_inference::InferenceError;
use burnwright_pictures::PicturesError;
use burnwright_run::RunError;
use burnwright_session::SessionError;
use burnwright_table::TableError;
use burnwright_task::TaskError;
use burnwright_training::{RecipeError, TrainingError};

use crate::escaping::escaped;
use crate::hints;

/// Exit statuses, after sysexits.h; see the README.
pub(crate) mod status {
    pub(crate) const USAGE: u8 = 2;
    pub(crate) const MALFORMED_DATA: u8 = 65;
    pub(crate) const MISSING: u8 = 66;
    pub(crate) const DEVICE: u8 = 69;
    pub(crate) const INTERNAL: u8 = 70;
    pub(crate) const CANNOT_CREATE: u8 = 73;
    pub(crate) const INPUT_OUTPUT: u8 = 74;
    pub(crate) const LOCKED: u8 = 75;
    pub(crate) const RECIPE: u8 = 78;
    pub(crate) const INTERRUPTED: u8 = 130;
}

/// An error with its exit status and the way out.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) status: u8,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

impl Failure {
    pub(crate) fn new(status: u8, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), hint: None }
    }

    /// No failure: there is nobody left to write for.
    pub(crate) fn quiet() -> Self {
        Self { status: 0, message: String::new(), hint: None }
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Prints the error on stderr, on one line, and the hint after an empty one.
    pub(crate) fn report(&self) -> ExitCode {
        if self.status == 0 {
            return ExitCode::SUCCESS;
        }
        let mut stderr = std::io::stderr().lock();
        let [error, hint] = if stderr.is_terminal() && std::env::var_os("NO_COLOR").is_none() {
            ["\u{1b}[1;31merror:\u{1b}[0m", "\u{1b}[1;36mhint:\u{1b}[0m"]
        } else {
            ["error:", "hint:"]
        };
        // Nothing can be done about an error that cannot be shown; the status still says it.
        let _ = writeln!(stderr, "{error} {}", escaped(&self.message));
        if let Some(text) = &self.hint {
            let _ = writeln!(stderr, "\n{hint} {}", escaped(text));
        }
        ExitCode::from(self.status)
    }
}

impl From<RecipeError> for Failure {
    fn from(error: RecipeError) -> Self {
        let hint = match &error {
            RecipeError::Unknown { nearest: None, .. } => Some(
                "`burnwright recipes` lists them; a file is named by its path, such as ./my.toml"
                    .to_owned(),
            ),
            RecipeError::Override(_) => Some(
                "for example --set training.epochs=10, or --set model.hidden=[256,128]".to_owned(),
            ),
            _ => error.hint(),
        };
        Self { status: status::RECIPE, hint, message: error.to_string() }
    }
}

impl From<DataError> for Failure {
    fn from(error: DataError) -> Self {
        Self { status: data_status(&error), hint: hints::data(&error), message: error.to_string() }
    }
}

fn data_status(error: &DataError) -> u8 {
    match error {
        DataError::FileMissing { .. }
        | DataError::FolderMissing { .. }
        | DataError::NotGiven { .. }
        | DataError::NotBundled => status::MISSING,
        DataError::Io { source, .. } => io_status(source),
        DataError::Table(error) => table_status(error),
        DataError::Pictures(error) => pictures_status(error),
        DataError::UnknownDataset { .. }
        | DataError::NormalizeChannels { .. }
        | DataError::NotForSource { .. }
        | DataError::Augment { .. }
        | DataError::NotVariable => status::RECIPE,
        _ => status::MALFORMED_DATA,
    }
}

fn table_status(error: &TableError) -> u8 {
    match error {
        TableError::Io { source, .. } => io_status(source),
        _ => status::MALFORMED_DATA,
    }
}

fn pictures_status(error: &PicturesError) -> u8 {
    match error {
        PicturesError::Io { source, .. } => io_status(source),
        PicturesError::NotAFolder { .. } => status::MISSING,
        _ => status::MALFORMED_DATA,
    }
}

fn io_status(error: &std::io::Error) -> u8 {
    match error.kind() {
        std::io::ErrorKind::NotFound => status::MISSING,
        _ => status::INPUT_OUTPUT,
    }
}

impl From<DownloadError> for Failure {
    fn from(error: DownloadError) -> Self {
        let status = match error {
            DownloadError::UnknownDataSet { .. } => status::USAGE,
            DownloadError::NotWhole { .. } => status::MISSING,
            DownloadError::Io { .. } | DownloadError::NotAFile { .. } => status::INPUT_OUTPUT,
            _ => status::MALFORMED_DATA,
        };
        Self { status, hint: hints::download(&error), message: error.to_string() }
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        Self { status: run_status(&error), hint: hints::run(&error), message: error.to_string() }
    }
}

fn run_status(error: &RunError) -> u8 {
    match error {
        RunError::Create { .. } | RunError::Exists { .. } | RunError::Leftover { .. } => {
            status::CANNOT_CREATE
        }
        RunError::Name { .. } => status::USAGE,
        RunError::NotFound { .. } | RunError::NoRun { .. } | RunError::FileMissing { .. } => {
            status::MISSING
        }
        RunError::Malformed { .. } | RunError::Version { .. } | RunError::LogTooShort { .. } => {
            status::MALFORMED_DATA
        }
        RunError::Locked { .. } => status::LOCKED,
        RunError::Killed => status::INTERRUPTED,
        RunError::Io { .. } | RunError::NoRoom { .. } => status::INPUT_OUTPUT,
        // What later versions of the library may say.
        _ => status::INTERNAL,
    }
}

impl From<TrainingError> for Failure {
    fn from(error: TrainingError) -> Self {
        Self {
            status: training_status(&error),
            hint: hints::training(&error),
            message: error.to_string(),
        }
    }
}

fn training_status(error: &TrainingError) -> u8 {
    match error {
        TrainingError::Data(error) => data_status(error),
        TrainingError::Run(error) => run_status(error),
        TrainingError::NonFinite { .. }
        | TrainingError::NonFiniteWeights { .. }
        | TrainingError::NonFiniteValidation { .. }
        | TrainingError::CheckpointDoesNotFit { .. } => status::MALFORMED_DATA,
        TrainingError::ModelDoesNotFit(_) => status::RECIPE,
        TrainingError::Task(error) => task_status(error),
        // The device, a snapshot, and what later versions of the library may say.
        _ => status::INTERNAL,
    }
}

fn task_status(error: &TaskError) -> u8 {
    match error {
        TaskError::Data(error) => data_status(error),
        TaskError::Targets { .. } | TaskError::Loss { .. } => status::RECIPE,
        TaskError::Outputs { .. } | TaskError::Target { .. } => status::MALFORMED_DATA,
        _ => status::INTERNAL,
    }
}

impl From<InferenceError> for Failure {
    fn from(error: InferenceError) -> Self {
        Self {
            status: inference_status(&error),
            hint: hints::inference(&error),
            message: error.to_string(),
        }
    }
}

fn inference_status(error: &InferenceError) -> u8 {
    match error {
        InferenceError::Run(error) => run_status(error),
        InferenceError::Data(error) => data_status(error),
        InferenceError::Task(error) => task_status(error),
        InferenceError::Table(error) => table_status(error),
        InferenceError::Pictures(error) => pictures_status(error),
        InferenceError::UnknownArchitecture { .. } => status::MISSING,
        InferenceError::Device(_)
        | InferenceError::Panicked { .. }
        | InferenceError::NoThread(_)
        | InferenceError::Sheet(_) => status::INTERNAL,
        _ => status::MALFORMED_DATA,
    }
}

impl From<SessionError> for Failure {
    fn from(error: SessionError) -> Self {
        let status = match &error {
            SessionError::Data(error) => data_status(error),
            SessionError::Run(error) => run_status(error),
            SessionError::Training(error) => training_status(error),
            SessionError::Inference(error) => inference_status(error),
            SessionError::Task(error) => task_status(error),
            SessionError::Recipe(_)
            | SessionError::RecipeDoesNotFit(_)
            | SessionError::TooLarge { .. }
            | SessionError::SettingsChanged { .. }
            | SessionError::Shorter { .. } => status::RECIPE,
            SessionError::InitialWeights(_)
            | SessionError::DataChanged { .. }
            | SessionError::SplitMoved { .. }
            | SessionError::PublishedFiles { .. }
            | SessionError::WeightsChanged { .. }
            | SessionError::RecipeChanged { .. }
            | SessionError::OtherSamples { .. }
            | SessionError::OtherTask { .. }
            | SessionError::MixedSet { .. }
            | SessionError::NonFiniteLoss { .. } => status::MALFORMED_DATA,
            SessionError::UnknownArchitecture { .. }
            | SessionError::NoValidation { .. }
            | SessionError::NotFinished { .. }
            | SessionError::NoneFinished { .. } => status::MISSING,
            SessionError::NoTable { .. } | SessionError::DoesNotApply { .. } => status::USAGE,
            // What cannot be, and what later versions of the library may say.
            _ => status::INTERNAL,
        };
        Self { status, hint: hints::session(&error), message: error.to_string() }
    }
}
