//! A process in, the most memory that it held out.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use super::Trouble;

/// The most memory that a process held, in MiB, by Linux's own high-water mark.
pub(crate) fn peak_mib(command: &mut Command) -> Result<f64, Trouble> {
    let mut child = command.spawn()?;
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut kib = None;
    while child.try_wait()?.is_none() {
        // default: it ended between the question and this look
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let mark = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        kib = mark.and_then(|mark| mark.split_whitespace().next()?.parse::<f64>().ok()).or(kib);
        std::thread::sleep(Duration::from_millis(2));
    }
    kib.map(|kib| kib / 1024.0).ok_or_else(|| "no /proc to read a high-water mark from".into())
}
