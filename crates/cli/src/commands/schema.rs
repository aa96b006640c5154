//! `burnwright schema`: what the JSON of each command looks like.

use std::process::ExitCode;

use crate::failure::Failure;
use crate::output;

/// One document; its `$defs` hold a schema for each command.
const SCHEMA: &str = include_str!("../../schemas/output.schema.json");

pub(crate) fn run() -> Result<ExitCode, Failure> {
    output::bytes(SCHEMA.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
