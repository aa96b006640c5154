//! What was typed.

mod judge;
mod look;
mod predict;
mod train;

use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand};

pub(crate) use judge::{CompareFlags, DivergeFlags, EvaluateFlags, ReportFlags};
pub(crate) use look::{
    DataCommand, FetchFlags, FingerprintFlags, InspectFlags, PreviewFlags, RunsCommand, RunsFlags,
    VerifyFlags, WatchFlags,
};
pub(crate) use predict::{Format, PredictFlags};
pub(crate) use train::{DataFlags, InitFlags, ResumeFlags, TrainFlags, View, overrides};

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
  burnwright train photos/                         your pictures, a folder a class
  burnwright train housing.csv --target price      your table
  burnwright resume                                go on with the newest unfinished run
  burnwright evaluate                              judge the newest finished run
  burnwright predict digit.png                     ask it

Exit status: 0 ok; 1 `diverge` found a difference; 2 arguments; 65 malformed data or a loss that is no number; 66 a run, file or folder is missing; 69 the
device is unavailable or not compiled in; 70 internal; 73 cannot create; 74 input/output; 75 the run is locked; 78 recipe;
129, 130, 143 stopped by a signal.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Train a model as a recipe says, or on a folder of pictures or a table
    Train(TrainFlags),
    /// Print the recipe that would be trained on a folder of pictures or a table, to edit
    Init(InitFlags),
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
    /// Look at data, fetch or check them
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
