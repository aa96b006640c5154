//! What the checks found, as lines and as JSON.

use std::time::Instant;

use serde::Serialize;

use crate::checks::{Check, Size};
use crate::found::Found;
use crate::ground::{Ground, Trouble};

/// One check of a report.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    name: &'static str,
    promised: usize,
    cases: usize,
    failed: usize,
    skipped: usize,
    seconds: f64,
    pub(crate) details: Vec<String>,
}

impl Row {
    pub(crate) fn line(&self) -> String {
        let Self { name, cases, failed, seconds, .. } = self;
        let mut line = format!("{name:<14} {cases:>7} {failed:>7} {seconds:>8.1}");
        if self.skipped > 0 {
            line = format!("{line}  {} skipped", self.skipped);
        }
        if self.is_short() {
            line = format!("{line}  fewer than the {} promised", self.promised);
        }
        line
    }

    fn is_short(&self) -> bool {
        self.cases + self.skipped < self.promised
    }
}

/// What all checks found.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    size: Size,
    version: &'static str,
    cores: usize,
    rows: Vec<Row>,
}

impl Report {
    pub(crate) fn new(size: Size) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { size, version: env!("CARGO_PKG_VERSION"), cores, rows: Vec::new() }
    }

    pub(crate) fn heading() -> String {
        format!("{:<14} {:>7} {:>7} {:>8}", "name", "cases", "failed", "seconds")
    }

    /// Runs a check and keeps what it found.
    pub(crate) fn measure(&mut self, check: &Check, ground: &Ground) -> Row {
        let begun = Instant::now();
        let found = (check.run)(ground, self.size).unwrap_or_else(|trouble| {
            let details = vec![format!("the check itself failed: {trouble}")];
            Found { failed: 1, details, ..Found::default() }
        });
        let Found { cases, failed, skipped, details } = found;
        let seconds = begun.elapsed().as_secs_f64();
        let promised = check.promised(self.size);
        let row = Row { name: check.name, promised, cases, failed, skipped, seconds, details };
        self.rows.push(row.clone());
        row
    }

    /// Whether every check ran what it promised, and nothing failed.
    pub(crate) fn holds(&self) -> bool {
        self.rows.iter().all(|row| row.failed == 0 && !row.is_short())
    }

    pub(crate) fn json(&self) -> Result<String, Trouble> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}
