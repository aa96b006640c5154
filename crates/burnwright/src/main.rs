//! The program `burnwright`: its words are read in `burnwright-cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    burnwright_cli::run()
}
