//! The words of the commands that judge runs: `evaluate`, `report`, `compare`, `diverge`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::devices::DeviceName;

#[derive(Debug, Args)]
pub(crate) struct EvaluateFlags {
    /// A run's name or folder; without it, the newest finished run
    pub(crate) run: Option<String>,
    /// The samples to judge it by
    #[arg(long, value_enum, default_value_t = SplitName::Test)]
    pub(crate) split: SplitName,
    /// Write what the model says of each sample, a CSV: index, target, prediction, loss, probabilities. `-` is stdout, and then the
    /// scores go to stderr
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) predictions: Option<PathBuf>,
    /// Where to compute
    #[arg(long, default_value = "auto", value_name = "DEVICE")]
    pub(crate) device: DeviceName,
    /// The folder of all runs
    #[arg(long, default_value = "artifacts", value_name = "FOLDER")]
    pub(crate) artifacts: PathBuf,
    /// Print one JSON object on stdout
    #[arg(long)]
    pub(crate) json: bool,
}

/// A part of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SplitName {
    /// What the model learned from
    Train,
    /// What was held out of it
    Validation,
    /// What it never saw
    Test,
}

impl From<SplitName> for burnwright_session::Split {
    fn from(split: SplitName) -> Self {
        match split {
            SplitName::Train => Self::Train,
            SplitName::Validation => Self::Validation,
            SplitName::Test => Self::Test,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct ReportFlags {
    /// A run's name or folder; without it, the newest finished run
    pub(crate) run: Option<String>,
    /// The file; without it, report.html in the run's folder; `-` is stdout
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Where to compute
    #[arg(long, default_value = "auto", value_name = "DEVICE")]
    pub(crate) device: DeviceName,
    /// The folder of all runs
    #[arg(long, default_value = "artifacts", value_name = "FOLDER")]
    pub(crate) artifacts: PathBuf,
    /// Print one JSON object on stdout
    #[arg(long)]
    pub(crate) json: bool,
}

const AFTER_COMPARE: &str = "\
Of each two runs, McNemar's exact test says how probable such a difference is between equally good models on these samples. \
It knows nothing of other seeds: of sets made by `train --seeds`, Welch's t-test says whether their means differ by more than \
the seed alone does. Each run's ledger notes a look at the test samples.

Examples:
  burnwright compare course-001 cnn-001
  burnwright train course --seeds 5 --name small && burnwright train wide.toml --seeds 5 --name wide
  burnwright compare small wide";

#[derive(Debug, Args)]
#[command(after_help = AFTER_COMPARE)]
pub(crate) struct CompareFlags {
    /// Runs' names or folders, or names of sets made by `train --seeds`; two runs at least
    #[arg(required = true)]
    pub(crate) runs: Vec<String>,
    /// The samples to compare them by
    #[arg(long, value_enum, default_value_t = SplitName::Test)]
    pub(crate) split: SplitName,
    /// Where to compute
    #[arg(long, default_value = "auto", value_name = "DEVICE")]
    pub(crate) device: DeviceName,
    /// The folder of all runs
    #[arg(long, default_value = "artifacts", value_name = "FOLDER")]
    pub(crate) artifacts: PathBuf,
    /// Print one JSON object on stdout
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DivergeFlags {
    /// A run's name or folder
    pub(crate) one: String,
    /// Another run's
    pub(crate) two: String,
    /// The folder of all runs
    #[arg(long, default_value = "artifacts", value_name = "FOLDER")]
    pub(crate) artifacts: PathBuf,
    /// Print one JSON object on stdout
    #[arg(long)]
    pub(crate) json: bool,
}
