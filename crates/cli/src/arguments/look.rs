//! The words of the commands that look at what there is: `runs`, `watch`, `data`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

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
    /// Fetch a published data set into the cache, verified by its hashes, and print its folder
    Fetch(FetchFlags),
    /// Print one hash over all training batches: it depends on data, seed and settings, never on the number of workers
    Fingerprint(FingerprintFlags),
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
