//! Why a run could not be begun, taken up, finished or judged.

use burnwright_data::DataError;
use burnwright_inference::InferenceError;
use burnwright_metrics::MetricsError;
use burnwright_model::WeightsError;
use burnwright_run::RunError;
use burnwright_task::TaskError;
use burnwright_training::{RecipeError, TrainingError};

/// Why a run could not be begun, taken up, finished or judged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SessionError {
    /// The data could not be read.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The recipe of the run cannot be read any more.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// The run's folder could not be made, read or written.
    #[error(transparent)]
    Run(#[from] RunError),
    /// Training ended badly.
    #[error(transparent)]
    Training(#[from] TrainingError),
    /// The model could not be judged.
    #[error(transparent)]
    Inference(#[from] InferenceError),
    /// The task does not fit the data, the loss or the model.
    #[error(transparent)]
    Task(#[from] TaskError),
    /// A baseline could not be fitted.
    #[error("a baseline could not be fitted: {0}")]
    Baseline(#[from] MetricsError),
    /// No run was named.
    #[error("there is no run to compare")]
    NothingToCompare,
    /// The runs have learned different tasks.
    #[error("the runs {} and {} have learned different tasks", runs[0], runs[1])]
    OtherTask {
        /// Their names.
        runs: [String; 2],
    },
    /// Data were given to a run whose recipe names data that are read.
    #[error("the data were given, but data.source is \"{dataset}\", expected \"own:\" and a name")]
    NotOwnData {
        /// The name in the recipe.
        dataset: String,
    },
    /// Training and test samples have other classes, labels or numbers.
    #[error("the targets of the test samples are {}, expected {} as of the training samples", test.join(", "), train.join(", "))]
    OtherTargets {
        /// The names of the test samples' targets.
        test: Vec<String>,
        /// The names of the training samples' targets.
        train: Vec<String>,
    },
    /// The initial weights are not of this model.
    #[error(transparent)]
    InitialWeights(WeightsError),
    /// The recipe does not fit the data.
    #[error(transparent)]
    RecipeDoesNotFit(DataError),
    /// The code of an architecture panicked; nothing was begun or changed.
    #[error("the model panicked {what}: {message}")]
    ModelPanicked {
        /// When.
        what: &'static str,
        /// What it said.
        message: String,
    },
    /// The model is larger than this program is for.
    #[error("{what}: {got}, expected at most {most}")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// Values it has.
        got: usize,
        /// Values it may have.
        most: usize,
    },
    /// The run was begun with other settings.
    #[error("the run was begun with other settings: {}", list(changed))]
    SettingsChanged {
        /// Key, what it was, what it is.
        changed: Vec<(String, String, String)>,
    },
    /// The run would end before the step at which it stands.
    #[error("the run has made {made} steps, but {setting} ends it after {planned}")]
    Shorter {
        /// Steps made.
        made: usize,
        /// Steps that the settings allow.
        planned: usize,
        /// The setting that says so.
        setting: String,
    },
    /// The run was begun on other data.
    #[error(
        "the {part} samples are not those that the run was begun on: SHA-256 {got}, expected {expected}"
    )]
    DataChanged {
        /// `training` or `test`.
        part: &'static str,
        /// The fingerprint of the data there are.
        got: String,
        /// The fingerprint in the run's manifest.
        expected: String,
    },
    /// Examples are in another part than when the run was begun.
    #[error(
        "{count} of the examples are in another part of the data than when the run was begun, such as {example}: it was in {from}, and is in {to}"
    )]
    SplitMoved {
        /// How many there are.
        count: usize,
        /// The name of one.
        example: String,
        /// The part that it was in.
        from: &'static str,
        /// The part that it is in.
        to: &'static str,
    },
    /// The run would begin from other weights.
    #[error(
        "the initial weights are not those that the run was begun with: BLAKE3 {got}, expected {expected}"
    )]
    WeightsChanged {
        /// The digest of the initial weights that the recipe gives.
        got: String,
        /// The digest in the run's manifest.
        expected: String,
    },
    /// The run is of an architecture of another program.
    #[error(
        "the model's architecture is not one that this program knows: it has {found}, expected {expected}: {path}"
    )]
    UnknownArchitecture {
        /// Its kind, or its settings.
        found: String,
        /// What those have that are known.
        expected: String,
        /// The recipe.
        path: String,
    },
    /// The recipe in the run's folder is another one.
    #[error("the recipe is not the one that the run was made with: {path}")]
    RecipeChanged {
        /// The recipe.
        path: String,
    },
    /// Runs were to be compared by different samples.
    #[error("{} and {} have other {split} samples, which cannot be compared", runs[0], runs[1])]
    OtherSamples {
        /// The split.
        split: &'static str,
        /// The first run, and the first that differs.
        runs: [String; 2],
    },
    /// The runs of a set differ in more than the seed.
    #[error("the runs of the set {set} differ in more than their seed: {key} is {}", values.join(", "))]
    MixedSet {
        /// The set.
        set: String,
        /// The setting.
        key: String,
        /// Its value in each run.
        values: Vec<String>,
    },
    /// There is no outcome yet.
    #[error("the run {run} is not finished")]
    NotFinished {
        /// The run's name.
        run: String,
    },
    /// A set has no run that is finished.
    #[error("no run of the set {set} is finished: {}", runs.join(", "))]
    NoneFinished {
        /// The set.
        set: String,
        /// Its runs, one at least.
        runs: Vec<String>,
    },
    /// A column was named of what has none.
    #[error("a target was named, but only a table and a list of pictures have columns: {}", path.display())]
    NoTable {
        /// What it is.
        path: std::path::PathBuf,
    },
    /// Something was asked for that data of this kind have no place for.
    #[error("{what} is not for {}: {}", kind_of(path), path.display())]
    DoesNotApply {
        /// What.
        what: &'static str,
        /// The data.
        path: std::path::PathBuf,
    },
    /// A folder has the files of a published data set, for which no recipe is made.
    #[error("the folder has the files of {name}, not pictures: {}", path.display())]
    PublishedFiles {
        /// The data set's name.
        name: &'static str,
        /// The folder.
        path: std::path::PathBuf,
    },
    /// There is no validation split.
    #[error("the run {run} held out no validation samples (data.validation is 0)")]
    NoValidation {
        /// The run's name.
        run: String,
    },
    /// The kept model's loss on the validation or test images is infinite or not a number.
    #[error("the loss on the {split} images is {loss}")]
    NonFiniteLoss {
        /// The split.
        split: &'static str,
        /// The loss.
        loss: f64,
    },
    /// What cannot be.
    #[error("{0}")]
    Internal(String),
}

pub(crate) fn internal(error: impl std::fmt::Display) -> SessionError {
    SessionError::Internal(error.to_string())
}

/// What data are, by where a path leads.
fn kind_of(path: &std::path::Path) -> &'static str {
    match (burnwright_data::is_manifest(path), path.is_dir()) {
        (true, _) => "a list of pictures",
        (false, true) => "a folder of pictures",
        (false, false) => "a table",
    }
}

fn list(changed: &[(String, String, String)]) -> String {
    let each = changed.iter().map(|(key, before, now)| format!("{key} was {before}, is {now}"));
    each.collect::<Vec<_>>().join("; ")
}
