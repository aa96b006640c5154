//! The words of the commands that look at what there is: `runs`, `watch`, `data`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::DataFlags;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct RunsFlags {
    #[command(subcommand)]
    pub(crate) command: Option<RunsCommand>,
    /// The folder of all runs
    #[arg(long, default_value = "artifacts", value_name = "FOLDER")]
    pub(crate) artifacts: PathBuf,
    /// Print one JSON object on stdout
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RunsCommand {
    /// Check that no look at the test samples was edited or removed
    Verify(VerifyFlags),
}

#[derive(Debug, Args)]
pub(crate) struct VerifyFlags {
    /// Runs' names or folders; without any, all runs
    pub(crate) runs: Vec<String>,
    /// The folder of all runs
    #[arg(long, default_value = "artifacts", value_name = "FOLDER")]
    pub(crate) artifacts: PathBuf,
    /// Print one JSON object on stdout
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct WatchFlags {
    /// A run's name or folder; without it, the newest that is being trained, or else the newest
    pub(crate) run: Option<String>,
    /// Replays a run that has ended so many times faster than it was
    #[arg(long, default_value_t = 1.0, value_name = "X")]
    pub(crate) speed: f64,
    /// The folder of all runs
    #[arg(long, default_value = "artifacts", value_name = "FOLDER")]
    pub(crate) artifacts: PathBuf,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DataCommand {
    /// Look at data before a model learns from them: what is in them, what is wrong with them, and which pictures are copies
    Inspect(InspectFlags),
    /// Show training examples as the model will see them, augmentation included: pictures as a PNG, rows as numbers
    Preview(PreviewFlags),
    /// Fetch a published data set into the cache, verified by its hashes, and print its folder
    Fetch(FetchFlags),
    /// Print one hash over all training batches: it depends on data, seed and settings, never on the number of workers
    Fingerprint(FingerprintFlags),
}

const AFTER_INSPECT: &str = "\
Of pictures: classes and balance, sizes, channels, mean and deviation, files that cannot be read, and copies: equal, nearly equal \
(another size, another encoding, a small crop) and mirrored, also between train, validation and test. Of a table: kind, range and \
missing values of each column, what is left out and why, and which columns alone give the target away.

Examples:
  burnwright data inspect photos/ -o photos.html
  burnwright data inspect adult.csv --target income
  burnwright data inspect cifar10";

#[derive(Debug, Args)]
#[command(after_help = AFTER_INSPECT)]
pub(crate) struct InspectFlags {
    /// A folder of pictures, a manifest of pictures, a table, or the name of a published data set
    #[arg(value_name = "DATA")]
    pub(crate) path: PathBuf,
    /// The column of a table or a manifest that is to be learned
    #[arg(long, value_name = "COLUMN")]
    pub(crate) target: Option<String>,
    /// Write an HTML page that needs no other file and shows copies with their pictures; `-` is stdout
    #[arg(short, long, value_name = "FILE.html")]
    pub(crate) output: Option<PathBuf>,
    /// Print one JSON object on stdout
    #[arg(long)]
    pub(crate) json: bool,
}

const AFTER_PREVIEW: &str = "\
Example k of epoch E is what training with the same recipe is given there, before it is normalised: the same order, the same \
augmentation, by data, seed and epoch alone. mixup and cutmix, which mix the examples of a batch, are not shown.

Examples:
  burnwright data preview photos/
  burnwright data preview my.toml --epoch 3 --count 100 -o third.png
  burnwright data preview housing.csv --target price";

#[derive(Debug, Args)]
#[command(after_help = AFTER_PREVIEW)]
pub(crate) struct PreviewFlags {
    /// A built-in recipe's name, a TOML file, or data: a folder of pictures, a table
    #[arg(value_name = "RECIPE or DATA")]
    pub(crate) recipe: String,
    #[command(flatten)]
    pub(crate) data: DataFlags,
    /// Change a setting, such as data.augment.shift=4; may be given many times
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// The sheet's file, which is replaced; without it, preview.png, which is not; `-` is stdout
    #[arg(short, long, value_name = "FILE.png")]
    pub(crate) output: Option<PathBuf>,
    /// How many examples, at most 160 pictures; without it, 32 pictures or 10 rows
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) count: Option<u32>,
    /// The epoch, counted from 1
    #[arg(long, default_value_t = 1, value_name = "E", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) epoch: u32,
}

#[derive(Debug, Args)]
pub(crate) struct FetchFlags {
    /// mnist, fashion-mnist, kmnist, emnist-letters, cifar10 or cifar100
    pub(crate) name: String,
    /// Ask no server: verify what is there, or list what is missing with its hashes and where to put it
    #[arg(long)]
    pub(crate) offline: bool,
    /// The folder of all published data sets; without it, burnwright in the user's cache
    #[arg(long, value_name = "FOLDER")]
    pub(crate) cache: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct FingerprintFlags {
    /// `mnist`, or the path of a folder with its files (`./folder`)
    pub(crate) dataset: String,
    /// Epochs that are hashed
    #[arg(long, default_value_t = 2, value_name = "N")]
    pub(crate) epochs: usize,
    /// Threads that make batches; with 0, the main thread does
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(crate) workers: u32,
    /// Change a setting of the course, such as training.seed=7
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// Print one JSON object on stdout
    #[arg(long)]
    pub(crate) json: bool,
}
