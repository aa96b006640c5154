//! A run and a way to break it in, what became of it out: `cargo xtask reliab`.
//!
//! Each check promises a number of cases, and fails if fewer ran. What a machine cannot do is counted as skipped, never as passed: a
//! line with skipped cases says so.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the result of a check is what it prints"
)]

mod checks;
mod child;
mod dice;
mod faults;
mod found;
mod ground;
mod own_files;
mod program;
mod report;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use crate::checks::{CHECKS, Size};
use crate::ground::Ground;
use crate::report::Report;

/// How much memory a malformed file takes is measured at the allocator.
#[global_allocator]
static MEMORY: peak_alloc::PeakAlloc = peak_alloc::PeakAlloc;

/// Breaks runs in every way that is known and checks that nothing is lost.
#[derive(Debug, Parser)]
#[command(name = "reliab")]
struct Arguments {
    /// Fewer cases, in under six minutes on two cores; the default
    #[arg(long, conflicts_with = "full")]
    quick: bool,
    /// All cases
    #[arg(long)]
    full: bool,
    /// Only this check
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Where the result is written as JSON
    #[arg(long, default_value = "reliab.json", value_name = "FILE")]
    output: PathBuf,
    /// What this program asks itself to do in a process of its own
    #[arg(long, hide = true, num_args = 1.., value_name = "WORD")]
    child: Vec<String>,
}

/// A check found something.
const FAILURE: u8 = 1;
/// Words that make no sense.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    faults::install();
    if !arguments.child.is_empty() {
        return child::run(&arguments.child);
    }
    let size = if arguments.full { Size::Full } else { Size::Quick };
    let chosen: Vec<_> = CHECKS
        .iter()
        .filter(|check| arguments.only.as_deref().is_none_or(|only| only == check.name))
        .collect();
    if chosen.is_empty() {
        let names: Vec<&str> = CHECKS.iter().map(|check| check.name).collect();
        eprintln!("error: no such check; there are {}", names.join(", "));
        return ExitCode::from(USAGE);
    }
    match run(&chosen, size, &arguments.output) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(FAILURE),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(FAILURE)
        }
    }
}

/// Runs the checks; whether all held.
fn run(
    chosen: &[&checks::Check],
    size: Size,
    output: &std::path::Path,
) -> Result<bool, ground::Trouble> {
    let ground = Ground::new()?;
    let mut report = Report::new(size);
    println!("{}", Report::heading());
    for check in chosen {
        let row = report.measure(check, &ground);
        println!("{}", row.line());
        for detail in &row.details {
            eprintln!("  {detail}");
        }
    }
    std::fs::write(output, report.json()?)?;
    Ok(report.holds())
}
