//! On what was measured: a number without its machine says nothing.

use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use serde_json::{Value, json};

use super::{Ground, peer};

/// The machine and the versions of a bench.
pub(crate) struct Machine {
    date: String,
    processor: String,
    cores: usize,
    features: Vec<&'static str>,
    memory_mib: Option<u64>,
    burnwright: String,
    program_bytes: u64,
    burn: Option<String>,
    rustc: String,
    torch: Option<String>,
}

/// Date, cores and processor of this machine, on a line.
pub(crate) fn today() -> String {
    let Machine { date, processor, cores, features, .. } = Machine::bare();
    format!("{date}, {cores} cores {processor} ({})", features.join(" "))
}

impl Machine {
    /// Without a program that was measured.
    fn bare() -> Self {
        Self {
            date: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
            // default: a system without this table does not say its processor
            processor: value_in("/proc/cpuinfo", "model name").unwrap_or_default(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            features: features(),
            memory_mib: value_in("/proc/meminfo", "MemTotal")
                .and_then(|text| text.split_whitespace().next()?.parse::<u64>().ok())
                .map(|kib| kib / 1024),
            burnwright: String::new(),
            program_bytes: 0,
            burn: burn_version(),
            // default: without rustc on the path its version is not said
            rustc: first_line("rustc".as_ref(), "--version").unwrap_or_default(),
            torch: None,
        }
    }

    pub(crate) fn describe(ground: &Ground) -> Self {
        Self {
            // default: a program that says no version is measured all the same
            burnwright: first_line(&ground.program, "--version").unwrap_or_default(),
            program_bytes: std::fs::metadata(&ground.program).map_or(0, |found| found.len()),
            torch: ground.python.as_deref().and_then(peer::torch_version),
            ..Self::bare()
        }
    }

    pub(crate) fn line(&self) -> String {
        let torch =
            self.torch.as_deref().map_or(String::new(), |torch| format!(", PyTorch {torch}"));
        let Self { date, processor, cores, features, burnwright, program_bytes, rustc, .. } = self;
        let megabytes = program_bytes / 1_000_000;
        let features = features.join(" ");
        format!(
            "{date}, {cores} cores {processor} ({features}), {burnwright} ({megabytes} MB), {rustc}{torch}"
        )
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "date": self.date,
            "processor": self.processor,
            "cores": self.cores,
            "features": self.features,
            "memory_mib": self.memory_mib,
            "burnwright": self.burnwright,
            "program_bytes": self.program_bytes,
            "burn": self.burn,
            "rustc": self.rustc,
            "torch": self.torch,
        })
    }
}

fn first_line(program: &Path, word: &str) -> Option<String> {
    let output = Command::new(program).arg(word).output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).lines().next()?.to_owned())
}

/// What follows a name and a colon in one of Linux's tables.
fn value_in(path: &str, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    let (_, value) = text.lines().find(|line| line.starts_with(name))?.split_once(':')?;
    Some(value.trim().to_owned())
}

/// Burn's version in the lock file of this checkout.
fn burn_version() -> Option<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.lock");
    let lock: toml::Table = std::fs::read_to_string(path).ok()?.parse().ok()?;
    let packages = lock.get("package")?.as_array()?;
    let burn = packages
        .iter()
        .find(|package| package.get("name").is_some_and(|name| name.as_str() == Some("burn")))?;
    Some(burn.get("version")?.as_str()?.to_owned())
}

fn features() -> Vec<&'static str> {
    #[cfg(target_arch = "x86_64")]
    {
        let known = [
            ("avx2", std::arch::is_x86_feature_detected!("avx2")),
            ("fma", std::arch::is_x86_feature_detected!("fma")),
            ("avx512f", std::arch::is_x86_feature_detected!("avx512f")),
        ];
        known.into_iter().filter(|(_, there)| *there).map(|(name, _)| name).collect()
    }
    #[cfg(not(target_arch = "x86_64"))]
    Vec::new()
}
