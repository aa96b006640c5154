//! `burnwright data`: what is in data, and where they come from. One file a command.

mod fetch;
pub(super) mod fingerprint;
pub(super) mod inspect;
mod preview;

use std::process::ExitCode;

use crate::arguments::DataCommand;
use crate::failure::Failure;

pub(crate) fn run(command: &DataCommand) -> Result<ExitCode, Failure> {
    match command {
        DataCommand::Inspect(flags) => inspect::run(flags),
        DataCommand::Preview(flags) => preview::run(flags),
        DataCommand::Fetch(flags) => fetch::run(flags),
        DataCommand::Fingerprint(flags) => fingerprint::run(flags),
    }
}
