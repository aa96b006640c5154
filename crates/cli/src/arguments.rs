//! What was typed.

use std::path::PathBuf;
use std::process::ExitCode;

use burnwright_training::RecipeError;
use burnwright_training::recipe::Override;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::devices::DeviceName;
use crate::escaping::{escaped, escaped_lines};
use crate::output;

/// Trains, judges and ships models with Burn on any backend.
///
/// Without a command, trains the course: a 784-128-64-10 perceptron on MNIST.
#[derive(Debug, Parser)]
#[command(name = "burnwright", version, after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

const AFTER_HELP: &str = "\
Examples:
  burnwright                                       train the course
  burnwright train course --set training.epochs=1  with another setting
  burnwright train my.toml --device wgpu           your recipe on a GPU
  burnwright resume                                go on with the newest unfinished run
  burnwright evaluate                              judge the newest finished run
  burnwright predict digit.png                     ask it

Exit status: 0 ok; 1 `diverge` found a difference; 2 arguments; 65 malformed data or a loss that is no number; 66 a run, file or folder is missing; 69 the
device is unavailable or not compiled in; 70 internal; 73 cannot create; 74 input/output; 75 the run is locked; 78 recipe;
129, 130, 143 stopped by a signal.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Train a model as a recipe says
    Train(TrainFlags),
    /// Go on with a run that was stopped or killed, to the same bits
    Resume(ResumeFlags),
    /// Judge a run's model on a split of its data
    Evaluate(EvaluateFlags),
    /// Classify PNG and JPEG files
    Predict(PredictFlags),
    /// Write a finished run as one HTML file that needs nothing beside it
    Report(ReportFlags),
    /// Open the dashboard on a run that another process trains, or replay one that has ended
    Watch(WatchFlags),
    /// Compare runs: settings, accuracy, and whether a difference is more than chance
    Compare(CompareFlags),
    /// Find the first step at which two runs differ, and why
    Diverge(DivergeFlags),
    /// Check a data set
    #[command(subcommand)]
    Data(DataCommand),
    /// List the runs, or verify their ledgers
    Runs(RunsFlags),
    /// List the built-in recipes, or print one
    Recipes(RecipesFlags),
    /// List the devices: what is compiled in, what was found, why one was rejected
    Devices(DevicesFlags),
    /// Print a script that lets a shell complete words: `source <(burnwright completions bash)`
    Completions(CompletionsFlags),
    /// Print the JSON schema of what each command prints with --json
    Schema,
    /// Print the manual page: `burnwright man | man -l -`
    Man,
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct TrainFlags {
    /// A built-in recipe's name, or a TOML file
    #[arg(default_value = "course")]
    pub(crate) recipe: String,
    /// Change a setting, such as training.epochs=10; may be given many times
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// `auto` or a backend, with the number of its device after a colon: flex, ndarray, wgpu:0, vulkan, metal, cuda, rocm, cpu
    #[arg(long, default_value = "auto", value_name = "DEVICE")]
    pub(crate) device: DeviceName,
    /// The run's name; without it, the recipe's with the next number
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// The folder of all runs
    #[arg(long, default_value = "artifacts", value_name = "FOLDER")]
    pub(crate) artifacts: PathBuf,
    /// Train a set: so many runs, each with the next seed, called NAME-seed-SEED
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(2..=10_000))]
    pub(crate) seeds: Option<u64>,
    /// Also write an event file for TensorBoard into the run's folder
    #[arg(long)]
    pub(crate) tensorboard: bool,
    /// Start from the weights of a safetensors file in PyTorch's names and layout
    #[arg(long, value_name = "FILE")]
    pub(crate) init_from: Option<PathBuf>,
    /// What is shown while it trains
    #[arg(long, value_enum, default_value_t = View::Auto)]
    pub(crate) view: View,
    /// Train in the background, where no terminal ends it; `burnwright watch` shows it
    #[arg(long, conflicts_with_all = ["seeds", "view"])]
    pub(crate) detach: bool,
    /// This is the process in the background
    #[arg(long, hide = true)]
    pub(crate) detached: bool,
    /// Print one JSON object on stdout, last
    #[arg(long)]
    pub(crate) json: bool,
}

impl TrainFlags {
    /// `burnwright` alone.
    fn course() -> Self {
        Self {
            recipe: "course".to_owned(),
            set: Vec::new(),
            device: DeviceName::Auto,
            name: None,
            artifacts: PathBuf::from("artifacts"),
            seeds: None,
            tensorboard: false,
            init_from: None,
            view: View::Auto,
            detach: false,
            detached: false,
            json: false,
        }
    }

    /// The settings changed by `--set`.
    pub(crate) fn overrides(&self) -> Result<Vec<Override>, RecipeError> {
        overrides(&self.set)
    }
}

/// What `--set` changes.
pub(crate) fn overrides(set: &[String]) -> Result<Vec<Override>, RecipeError> {
    set.iter().map(|typed| typed.parse()).collect()
}

#[derive(Debug, Args)]
pub(crate) struct ResumeFlags {
    /// A run's name or folder; without it, the newest unfinished run
    pub(crate) run: Option<String>,
    /// Change a setting that no finished step depends on, such as training.epochs=10 or data.workers=4
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// Where to compute; without it, where the run was begun
    #[arg(long, value_name = "DEVICE")]
    pub(crate) device: Option<DeviceName>,
    /// The folder of all runs
    #[arg(long, default_value = "artifacts", value_name = "FOLDER")]
    pub(crate) artifacts: PathBuf,
    /// What is shown while it trains
    #[arg(long, value_enum, default_value_t = View::Auto)]
    pub(crate) view: View,
    /// Print one JSON object on stdout, last
    #[arg(long)]
    pub(crate) json: bool,
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
    #[arg(long, value_enum, default_value_t = Split::Test)]
    pub(crate) split: Split,
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

#[derive(Debug, Subcommand)]
pub(crate) enum DataCommand {
    /// Print one hash over all training batches: it depends on data, seed and settings, never on the number of workers
    Fingerprint(FingerprintFlags),
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

/// What is shown while a model trains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum View {
    /// The dashboard on a terminal, lines elsewhere
    Auto,
    /// Burn's dashboard
    Dashboard,
    /// One line an epoch
    Plain,
    /// Nothing but errors
    Quiet,
}

#[derive(Debug, Args)]
pub(crate) struct EvaluateFlags {
    /// A run's name or folder; without it, the newest finished run
    pub(crate) run: Option<String>,
    /// The samples to judge it by
    #[arg(long, value_enum, default_value_t = Split::Test)]
    pub(crate) split: Split,
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
pub(crate) enum Split {
    /// What the model learned from
    Train,
    /// What was held out of it
    Validation,
    /// What it never saw
    Test,
}

impl From<Split> for burnwright_session::Split {
    fn from(split: Split) -> Self {
        match split {
            Split::Train => Self::Train,
            Split::Validation => Self::Validation,
            Split::Test => Self::Test,
        }
    }
}

/// How answers are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// One line a picture: path, classes, per cents
    Table,
    /// One row a picture: `path,label,probability,error`; with --top K also `label_2,probability_2` up to K. A text that a spreadsheet
    /// would take for a formula has a `'` before it
    Csv,
    /// One object a picture, with the keys of --json; of a file that failed, path and error
    Jsonl,
}

const AFTER_PREDICT: &str = "\
Answers come in the order of the files, as they are made. A file that fails is reported on stderr, and in CSV and JSON lines \
also in its place; the rest is done. The exit status then is the gravest of 70 internal, 74 unreadable, 65 no picture or a \
damaged one, 66 missing.

Examples:
  burnwright predict digit.png --top 3
  burnwright predict course-001 scans --format csv > answers.csv
  find scans -newer last-time -name '*.png' | burnwright predict - --format jsonl
  burnwright predict scans --annotate sheets";

#[derive(Debug, Args)]
#[command(after_help = AFTER_PREDICT)]
pub(crate) struct PredictFlags {
    /// A run's name or folder first, if not the newest finished run is meant; then image files and folders. `-` reads paths
    /// from stdin
    #[arg(required = true, value_names = ["[RUN] FILE"])]
    pub(crate) files: Vec<PathBuf>,
    /// How many classes to name, most probable first
    #[arg(long, default_value_t = 1, value_name = "K")]
    pub(crate) top: usize,
    /// How answers are printed
    #[arg(long, value_enum, default_value_t = Format::Table, conflicts_with = "json")]
    pub(crate) format: Format,
    /// Also write contact sheets, sheet-001.png and so on, to a new folder: each picture as the model saw it with what it said;
    /// red where a file failed, or where its folder has the name of another class
    #[arg(long, value_name = "FOLDER")]
    pub(crate) annotate: Option<PathBuf>,
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
pub(crate) struct RecipesFlags {
    /// Print this recipe's document
    pub(crate) name: Option<String>,
    /// Print one JSON object on stdout
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DevicesFlags {
    /// Print one JSON object on stdout
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsFlags {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

/// All commands and flags, for what is made of them.
pub(crate) fn command() -> clap::Command {
    Arguments::command()
}

/// The command line as it was typed; help, version and mistakes are answered here.
pub(crate) fn parse() -> Result<Command, ExitCode> {
    match Arguments::try_parse() {
        Ok(arguments) => {
            Ok(arguments.command.unwrap_or_else(|| Command::Train(TrainFlags::course())))
        }
        Err(error) => {
            let error = quoting_no_controls(error);
            // clap's own colours and streams: help on stdout, mistakes on stderr.
            let printed = error.print();
            Err(match printed {
                Err(error) if output::is_closed_pipe(&error) => ExitCode::SUCCESS,
                _ => {
                    ExitCode::from(u8::try_from(error.exit_code()).expect("clap ends with 0 or 2"))
                }
            })
        }
    }
}

/// The same mistake in words that no terminal obeys, for clap quotes what was typed as it is.
fn quoting_no_controls(error: clap::Error) -> clap::Error {
    let typed: Vec<_> =
        std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
    if typed.iter().all(|word| escaped(word) == **word) {
        return error;
    }
    let shown = typed.iter().map(|word| escaped(word).into_owned());
    if let Err(error) = Arguments::try_parse_from(shown) {
        return error;
    }
    // A word that is right only once it is escaped: then what clap says is.
    let text = error.to_string();
    let text = text.trim_start_matches("error: ").trim_end();
    Arguments::command().error(error.kind(), escaped_lines(text))
}
