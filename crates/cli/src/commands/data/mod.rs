//! `burnwright data`: what is in data, and where they come from. One file a command.

mod fetch;
pub(super) mod fingerprint;

use std::process::ExitCode;

use crate::arguments::DataCommand;
use crate::failure::Failure;

pub(crate) fn run(command: &DataCommand) -> Result<ExitCode, Failure> {
    match command {
        DataCommand::Fetch(flags) => fetch::run(flags),
        DataCommand::Fingerprint(flags) => fingerprint::run(flags),
    }
}
