//! The checks of reliability need Burn, and this program should not: they are a program of their own.

use std::process::{Command, ExitCode};

/// Builds the programs, and runs `reliab` with these words.
pub(crate) fn run(words: &[&str]) -> ExitCode {
    // Whole, as `cargo test --features ndarray` builds it: with one package alone, Burn would be compiled once more with other
    // features.
    let built = cargo(&["build", "--quiet", "--features", "ndarray", "--bins"]);
    if built != ExitCode::SUCCESS {
        return built;
    }
    let reliab = ["run", "--quiet", "--features", "ndarray", "--bin", "reliab", "--"];
    cargo(&[&reliab, words].concat())
}

fn cargo(words: &[&str]) -> ExitCode {
    match Command::new(env!("CARGO")).args(words).status() {
        Ok(status) => {
            let code = status.code().and_then(|code| u8::try_from(code).ok());
            ExitCode::from(code.unwrap_or(super::FAILURE))
        }
        Err(error) => {
            eprintln!("error: cargo does not start: {error}");
            ExitCode::from(super::FAILURE)
        }
    }
}
