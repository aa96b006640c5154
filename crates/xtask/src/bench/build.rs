//! What a newcomer waits for: an empty target folder in, seconds of `cargo run`, of `cargo test` after it, and of `cargo run` after
//! a change out, with the units that cost most.
//!
//! Cargo's own record of a build is read: the page that `--timings` writes.

use std::fs::{File, read_dir, read_to_string};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Instant, SystemTime};

use clap::Parser;
use serde_json::{Value, json};

use super::Trouble;
use super::machine::today;

/// How many units are listed.
const LISTED: usize = 10;

/// Times the first build of a newcomer, and the builds after it.
#[derive(Debug, Parser)]
#[command(name = "bench build")]
pub(super) struct Arguments {
    /// The target folder, new or empty; without it, one that is gone afterwards
    #[arg(long, value_name = "FOLDER")]
    target: Option<PathBuf>,
    /// Features of `burnwright` to build with
    #[arg(long, default_value = "", value_name = "FEATURES")]
    features: String,
    /// Where the result is written as JSON
    #[arg(long, default_value = "bench-build.json", value_name = "FILE")]
    output: PathBuf,
}

/// One command and what it took.
struct Build {
    name: &'static str,
    seconds: f64,
    /// Seconds of a processor's core over all units.
    unit_seconds: f64,
    /// The units that cost most: what, and its seconds.
    units: Vec<(String, f64)>,
}

/// Builds and measures.
pub(super) fn bench(arguments: Arguments) -> Result<(), Trouble> {
    let scratch = tempfile::tempdir()?;
    let target = arguments.target.unwrap_or_else(|| scratch.path().join("target"));
    if read_dir(&target).is_ok_and(|mut entries| entries.next().is_some()) {
        let why = format!(
            "the target folder is not empty, so no build in it is cold: {}",
            target.display()
        );
        return Err(why.into());
    }
    let ground = Ground {
        root: Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."),
        target,
        artifacts: scratch.path().join("artifacts"),
        features: arguments.features,
    };
    let machine = today();
    println!("{machine}");
    let mut builds = Vec::new();
    for measure in [Ground::cold, Ground::test, Ground::after_a_change] {
        let build = measure(&ground)?;
        println!("{}", build.text());
        builds.push(build.json());
    }
    let report = json!({ "machine": machine, "builds": builds });
    std::fs::write(&arguments.output, serde_json::to_string_pretty(&report)? + "\n")?;
    Ok(())
}

struct Ground {
    root: PathBuf,
    target: PathBuf,
    artifacts: PathBuf,
    features: String,
}

impl Ground {
    fn cold(&self) -> Result<Build, Trouble> {
        self.course("cold `cargo run`")
    }

    fn test(&self) -> Result<Build, Trouble> {
        self.timed("`cargo test` after it", &["test"], &[])
    }

    /// The file is as it was; Cargo goes by the time of its last change.
    fn after_a_change(&self) -> Result<Build, Trouble> {
        let changed = self.root.join("crates/model/src/lib.rs");
        File::options().append(true).open(&changed)?.set_modified(SystemTime::now())?;
        self.course("`cargo run` after a change in `model`")
    }

    fn course(&self, name: &'static str) -> Result<Build, Trouble> {
        let artifacts = self.artifacts.display().to_string();
        let course = ["--", "train", "course", "--view", "quiet", "--artifacts", &artifacts];
        self.timed(name, &["run"], &course)
    }

    fn timed(
        &self,
        name: &'static str,
        command: &[&str],
        program: &[&str],
    ) -> Result<Build, Trouble> {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(command).args(["--quiet", "--timings", "--features", &self.features]);
        cargo.args(program).current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target);
        // The result of the tests is not asked here; that there was one is.
        cargo.stdout(std::process::Stdio::null());
        let begun = Instant::now();
        let status = cargo.status()?;
        let seconds = begun.elapsed().as_secs_f64();
        if !status.success() {
            return Err(format!("{cargo:?}: {status}").into());
        }
        let page = read_to_string(self.target.join("cargo-timings/cargo-timing.html"))?;
        let all = units(&page).ok_or("Cargo's page of timings holds no units that can be read")?;
        let unit_seconds = all.iter().map(|(_, seconds)| seconds).sum();
        Ok(Build { name, seconds, unit_seconds, units: all.into_iter().take(LISTED).collect() })
    }
}

impl Build {
    fn text(&self) -> String {
        let Self { name, seconds, unit_seconds, units } = self;
        let units = units.iter().map(|(unit, seconds)| format!("  {seconds:>6.1} s  {unit}\n"));
        let head = format!("\n{name}: {seconds:.0} s, {unit_seconds:.0} unit-seconds\n");
        std::iter::once(head).chain(units).collect()
    }

    fn json(&self) -> Value {
        let Self { name, seconds, unit_seconds, units } = self;
        let units: Vec<Value> = units
            .iter()
            .map(|(unit, seconds)| json!({ "unit": unit, "seconds": seconds }))
            .collect();
        json!({ "name": name, "seconds": seconds, "unit_seconds": unit_seconds, "units": units })
    }
}

/// The units of a build and their seconds, those that took longest first.
fn units(page: &str) -> Option<Vec<(String, f64)>> {
    let (_, rest) = page.split_once("const UNIT_DATA = ")?;
    let first = serde_json::Deserializer::from_str(rest).into_iter::<Vec<Value>>().next()?;
    let mut units = first.ok()?.iter().map(unit).collect::<Option<Vec<_>>>()?;
    units.sort_by(|a, b| b.1.total_cmp(&a.1));
    Some(units)
}

fn unit(unit: &Value) -> Option<(String, f64)> {
    let text = |key: &str| unit[key].as_str();
    let name = format!("{} {}{}", text("name")?, text("version")?, text("target")?);
    Some((name, unit["duration"].as_f64()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargos_page_is_read() {
        let page = r#"<script>
            DURATION = 7;
            const UNIT_DATA = [
              {"i": 0, "name": "small", "version": "1.0.0", "mode": "todo", "target": " build-script", "start": 0.1, "duration": 0.5},
              {"i": 1, "name": "large", "version": "2.0.0", "mode": "todo", "target": "", "start": 0.1, "duration": 6.5}
            ];
            const CONCURRENCY_DATA = [];"#;
        let expected =
            [("large 2.0.0".to_owned(), 6.5), ("small 1.0.0 build-script".to_owned(), 0.5)];
        assert_eq!(units(page).unwrap(), expected);
        assert_eq!(units("<html>"), None);
        assert_eq!(units("const UNIT_DATA = [{}];"), None);
    }
}
