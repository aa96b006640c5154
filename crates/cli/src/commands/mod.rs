//! One file a command.

mod compare;
mod completions;
mod data;
mod devices;
mod diverge;
mod evaluate;
mod init;
mod man;
mod predict;
mod recipes;
mod report;
mod resume;
mod runs;
mod schema;
mod train;
mod watch;

use std::process::ExitCode;
use std::time::Instant;

use crate::arguments::Command;
use crate::failure::Failure;

/// Does what was asked for.
pub(crate) fn run(command: Command, started: Instant) -> Result<ExitCode, Failure> {
    match command {
        Command::Train(flags) => train::run(&flags, started),
        Command::Init(flags) => init::run(&flags),
        Command::Resume(flags) => resume::run(&flags, started),
        Command::Evaluate(flags) => evaluate::run(&flags),
        Command::Predict(flags) => predict::run(&flags),
        Command::Runs(flags) => runs::run(&flags),
        Command::Diverge(flags) => diverge::run(&flags),
        Command::Compare(flags) => compare::run(&flags),
        Command::Report(flags) => report::run(&flags),
        Command::Watch(flags) => watch::run(&flags),
        Command::Data(command) => data::run(&command),
        Command::Recipes(flags) => recipes::run(&flags),
        Command::Devices(flags) => devices::run(&flags),
        Command::Completions(flags) => completions::run(&flags),
        Command::Man => man::run(),
        Command::Schema => schema::run(),
    }
}
