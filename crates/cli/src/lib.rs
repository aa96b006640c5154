//! Words in, one library call out.
//!
//! The only crate that knows the terminal, the environment, the time and the backends. Each command is a file in
//! `commands/`; what they print goes through `output`, what goes wrong becomes a `failure::Failure`.
#![expect(
    clippy::disallowed_methods,
    reason = "the program reads its surroundings, so that no library has to"
)]

mod arguments;
mod cache;
mod commands;
mod confusion;
mod destination;
mod devices;
mod escaping;
mod failure;
mod hints;
mod inferring;
mod input;
mod machine;
mod output;
mod predictions_csv;
mod scores;
mod signals;
mod table;
mod terminal;
mod training;
mod view;

use std::process::ExitCode;
use std::time::Instant;

/// The program: reads the words of the process, does what they ask, and gives the exit status.
pub fn run() -> ExitCode {
    let started = Instant::now();
    let arguments = match arguments::parse() {
        Ok(arguments) => arguments,
        Err(code) => return code,
    };
    match commands::run(arguments, started) {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}
