//! Words in, one chore out: `cargo xtask tidy`, `cargo xtask losses`, `cargo xtask reliab`, `cargo xtask bench`.
//!
//! Chores are about the project's own sources. This crate knows none of the others, so it builds in seconds.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a chore's result is what it prints"
)]

mod bench;
mod losses;
mod reliab;
mod tidy;

use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  tidy                         hold manifests and sources against the layers that crates/README.md describes
  losses RUN RUN DIFFERENCE    compare the losses of each step of two runs
  reliab [--quick | --full] [--only NAME]
                               kill, damage and starve runs in every known way, and check that nothing is lost
  bench [NAME]... [--python PROGRAM] [--pairs N] [--case TEXT] [--output FILE] [--program FILE]
        [--pictures FOLDER] [--table FILE --target COLUMN]
                               time ours and PyTorch in turn, with a release build
  bench build [--target FOLDER] [--features FEATURES]
                               time the first `cargo run`, `cargo test` after it, and `cargo run` after a change";

/// The complaints of a chore that ran.
const FAILURE: u8 = 1;
/// Words that name no chore.
const USAGE_ERROR: u8 = 2;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["tidy"] => tidy(),
        ["losses", one, two, allowed] => losses(Path::new(one), Path::new(two), allowed),
        ["reliab", ref more @ ..] => reliab::run(more),
        ["bench", ref more @ ..] => bench::run(more),
        ["help" | "-h" | "--help"] => {
            println!("{USAGE}");
            ExitCode::SUCCESS
        }
        [] => refuse("a command is missing"),
        ["tidy", surplus, ..] => refuse(&format!("tidy takes no arguments: {surplus}")),
        [unknown, ..] => refuse(&format!("unknown command: {unknown}")),
    }
}

fn tidy() -> ExitCode {
    // The checkout that this program was built from: crates/xtask lies two folders below its root.
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let complaints = tidy::check(root);
    for complaint in &complaints {
        println!("{complaint}");
    }
    if complaints.is_empty() {
        return ExitCode::SUCCESS;
    }
    eprintln!("\ntidy: {} to mend", complaints.len());
    ExitCode::from(FAILURE)
}

fn losses(one: &Path, two: &Path, allowed: &str) -> ExitCode {
    let Ok(allowed) = allowed.parse::<f64>() else {
        return refuse(&format!("not a number: {allowed}"));
    };
    match losses::largest_difference(one, two) {
        Ok((largest, steps)) => {
            println!("{steps} steps, largest difference {largest:.1e}, allowed {allowed:.0e}");
            if largest <= allowed { ExitCode::SUCCESS } else { ExitCode::from(FAILURE) }
        }
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::from(FAILURE)
        }
    }
}

fn refuse(what: &str) -> ExitCode {
    eprintln!("error: {what}\n\n{USAGE}");
    ExitCode::from(USAGE_ERROR)
}
