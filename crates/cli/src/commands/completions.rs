//! `burnwright completions`: what a shell needs to finish a word of ours.

use std::process::ExitCode;

use crate::arguments::{self, CompletionsFlags};
use crate::failure::Failure;
use crate::output;

pub(crate) fn run(flags: &CompletionsFlags) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(flags.shell, &mut arguments::command(), "burnwright", &mut script);
    output::bytes(&script)?;
    Ok(ExitCode::SUCCESS)
}
