//! Our side: `burnwright` as a user runs it, timed from outside or by what its runs say.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::memory::peak_mib;
use super::pairs::median;
use super::{Ground, Trouble, pictures};

/// Between two looks at a process or a file.
const LOOK: Duration = Duration::from_millis(1);
/// No run of a bench takes so long.
const PATIENCE: Duration = Duration::from_mins(30);

/// A command on a run of its own; `RUN` and `FEW` in a word stand for the run's name and for the data with few test images.
struct Run {
    command: Command,
    folder: PathBuf,
}

fn run(ground: &Ground, words: &[&str]) -> Run {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    let name = format!("run-{}", RUNS.fetch_add(1, Ordering::Relaxed));
    let artifacts = ground.folder.path().join("artifacts");
    let mut command = Command::new(&ground.program);
    command.arg(words[0]).args(["--name", &name]).arg("--artifacts").arg(&artifacts);
    let few = ground.data().join("few").display().to_string();
    command.args(words[1..].iter().map(|word| word.replace("FEW", &few)));
    command.env("CI", "true").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    Run { command, folder: artifacts.join(name) }
}

impl Run {
    fn finish(mut self) -> Result<PathBuf, Trouble> {
        let output = self.command.stderr(Stdio::piped()).output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(format!("{:?}: {}\n{said}", self.command, output.status).into());
        }
        Ok(self.folder)
    }

    fn events(folder: &Path) -> Result<Vec<Value>, Trouble> {
        let text = std::fs::read_to_string(folder.join("events.jsonl"))?;
        Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
    }
}

/// Wall-clock seconds of `burnwright train`.
pub(crate) fn wall(ground: &Ground, words: &[&str]) -> Result<f64, Trouble> {
    let run = run(ground, words);
    let begun = Instant::now();
    run.finish()?;
    Ok(begun.elapsed().as_secs_f64())
}

/// The median of a run's epochs, training alone, as its log gives them.
pub(crate) fn epoch(ground: &Ground, words: &[&str]) -> Result<f64, Trouble> {
    let events = Run::events(&run(ground, words).finish()?)?;
    let ended = events.iter().filter(|event| event["event"] == "epoch_ended");
    let seconds: Vec<f64> = ended.filter_map(|event| event["seconds"].as_f64()).collect();
    median(&seconds).ok_or_else(|| "the run finished no epoch".into())
}

/// The median of a run's epochs over the steps of an epoch.
pub(crate) fn step_of_epoch(ground: &Ground, words: &[&str]) -> Result<f64, Trouble> {
    const STEPS: f64 = 938.0;
    Ok(epoch(ground, words)? / STEPS)
}

/// Seconds a step, from the end of the first window that was read to the end of the last.
pub(crate) fn step(ground: &Ground, words: &[&str]) -> Result<f64, Trouble> {
    let events = Run::events(&run(ground, words).finish()?)?;
    let windows = events.iter().filter(|event| event["event"] == "window");
    let ends: Vec<(f64, f64)> = windows
        .filter_map(|window| Some((window["step"].as_f64()?, window["seconds"].as_f64()?)))
        .collect();
    match ends[..] {
        [(first, begun), .., (last, ended)] => Ok((ended - begun) / (last - first)),
        _ => Err("the run is too short for two windows".into()),
    }
}

/// Seconds of training in a run's summary.
pub(crate) fn training(ground: &Ground, words: &[&str]) -> Result<f64, Trouble> {
    training_seconds(&run(ground, words).finish()?)
}

fn training_seconds(folder: &Path) -> Result<f64, Trouble> {
    let summary: Value = serde_json::from_slice(&std::fs::read(folder.join("summary.json"))?)?;
    summary["seconds"]["training"].as_f64().ok_or_else(|| "a summary without seconds".into())
}

/// The same with Burn's dashboard, in a terminal that `script` makes.
pub(crate) fn on_the_dashboard(ground: &Ground, words: &[&str]) -> Result<f64, Trouble> {
    let Run { command, folder } = run(ground, words);
    let quoted = std::iter::once(command.get_program()).chain(command.get_args());
    let line: Vec<String> = quoted.map(|word| format!("'{}'", word.to_string_lossy())).collect();
    let mut child = Command::new("script")
        .args(["-q", "-c", &format!("stty rows 50 cols 160; exec {}", line.join(" ")), "/dev/null"])
        .env("TERM", "xterm-256color")
        .env_remove("CI")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()?;
    // The finished dashboard stays until a key is pressed; by then the summary is written.
    let written = wait_for(|| {
        folder.join("summary.json").exists() || !child.try_wait().is_ok_and(|s| s.is_none())
    });
    // default: the program ended before it made a run
    let pid = std::fs::read_to_string(folder.join("lock")).unwrap_or_default();
    if child.try_wait()?.is_none() && !pid.trim().is_empty() {
        Command::new("kill").args(["-s", "TERM", pid.trim()]).status()?;
        std::thread::sleep(Duration::from_millis(200));
        child.kill()?;
    }
    child.wait()?;
    written?;
    training_seconds(&folder)
}

/// Seconds from the start of the process until the first step stands in the run's log.
pub(crate) fn first_step(ground: &Ground, words: &[&str]) -> Result<f64, Trouble> {
    let Run { mut command, folder } = run(ground, words);
    let log = folder.join("events.jsonl");
    let begun = Instant::now();
    let mut child = command.spawn()?;
    let there = || std::fs::read_to_string(&log).is_ok_and(|text| text.contains("\"window\""));
    let found = wait_for(|| there() || !child.try_wait().is_ok_and(|status| status.is_none()));
    let seconds = begun.elapsed().as_secs_f64();
    child.wait()?;
    found.map(|()| seconds)
}

fn wait_for(mut ready: impl FnMut() -> bool) -> Result<(), Trouble> {
    let begun = Instant::now();
    while !ready() {
        if begun.elapsed() > PATIENCE {
            return Err("nothing happened for half an hour".into());
        }
        std::thread::sleep(LOOK);
    }
    Ok(())
}

/// Wall-clock seconds of judging a finished run.
pub(crate) fn evaluate(ground: &Ground) -> Result<f64, Trouble> {
    let mut command = Command::new(&ground.program);
    timed(command.arg("evaluate").arg(trained(ground)?))
}

/// Wall-clock seconds of predicting the 10,000 PNG files of a folder.
pub(crate) fn predict(ground: &Ground) -> Result<f64, Trouble> {
    let mut command = Command::new(&ground.program);
    command.arg("predict").arg(trained(ground)?).arg(pictures::folder(ground)?);
    timed(command.args(["--device", "flex", "--format", "csv"]))
}

fn timed(command: &mut Command) -> Result<f64, Trouble> {
    command.stdout(Stdio::null());
    let begun = Instant::now();
    let status = command.status()?;
    let seconds = begun.elapsed().as_secs_f64();
    if status.success() { Ok(seconds) } else { Err(format!("{command:?}: {status}").into()) }
}

/// A run with a trained model, made once.
pub(crate) fn trained(ground: &Ground) -> Result<PathBuf, Trouble> {
    let artifacts = ground.folder.path().join("trained");
    let folder = artifacts.join("model");
    if !folder.exists() {
        let mut command = Command::new(&ground.program);
        command.args(["train", "course", "--device", "flex", "--view", "quiet", "--name", "model"]);
        let status = command.arg("--artifacts").arg(&artifacts).stdout(Stdio::null()).status()?;
        if !status.success() {
            return Err(format!("train: {status}").into());
        }
    }
    Ok(folder)
}

/// Seconds a batch of the course's loader, hashed as in training.
pub(crate) fn batch(ground: &Ground, workers: &str) -> Result<f64, Trouble> {
    let mut command = Command::new(&ground.program);
    command.args([
        "data",
        "fingerprint",
        "mnist",
        "--epochs",
        "10",
        "--workers",
        workers,
        "--json",
    ]);
    let said: Value = serde_json::from_slice(&command.output()?.stdout)?;
    match (said["seconds"].as_f64(), said["batches"].as_f64()) {
        (Some(seconds), Some(batches)) => Ok(seconds / batches),
        _ => Err(format!("the fingerprint says no seconds: {said}").into()),
    }
}

/// Pictures a batch, as the peer has them.
const PICTURES: f64 = 64.0;

/// `data fingerprint` of pictures of 64 x 64 with two workers.
fn fingerprint_of_pictures(ground: &Ground, epochs: u32) -> Result<Value, Trouble> {
    let mut command = Command::new(&ground.program);
    command.args(["data", "fingerprint", "--json", "--workers", "2"]);
    command.args(["--epochs", &epochs.to_string()]);
    // As few are held out as can be.
    for setting in [
        "data.source=folder",
        "data.batch_size=64",
        "data.test=0.001",
        "data.image.resize=64",
        "data.image.crop=64",
    ] {
        command.args(["--set", setting]);
    }
    // A word with a separator is a path there.
    command.arg(std::path::absolute(ground.pictures()?)?);
    let output = command.output()?;
    if !output.status.success() {
        return Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn number(said: &Value, key: &str) -> Result<f64, Trouble> {
    said[key].as_f64().ok_or_else(|| format!("no {key} in {said}").into())
}

/// Seconds a picture from the start of the process, through finding, decoding and comparing all of them, to the end of an epoch.
pub(crate) fn first_epoch_of_pictures(ground: &Ground) -> Result<f64, Trouble> {
    let begun = Instant::now();
    let said = fingerprint_of_pictures(ground, 1)?;
    Ok(begun.elapsed().as_secs_f64() / (number(&said, "batches")? * PICTURES))
}

/// Seconds a picture of epochs that follow.
pub(crate) fn later_epoch_of_pictures(ground: &Ground) -> Result<f64, Trouble> {
    let said = fingerprint_of_pictures(ground, 20)?;
    Ok(number(&said, "seconds")? / (number(&said, "batches")? * PICTURES))
}

/// Seconds a row of the median epoch of `burnwright train TABLE`.
pub(crate) fn row(ground: &Ground) -> Result<f64, Trouble> {
    let [path, target] = ground.table()?;
    let words = ["train", path, "--target", target, "--view", "quiet", "--device", "flex"];
    let epochs = ["--set", "training.epochs=6"];
    let events = Run::events(&run(ground, &[&words[..], &epochs].concat()).finish()?)?;
    let of = |name: &'static str| events.iter().filter(move |event| event["event"] == name);
    let seconds: Vec<f64> =
        of("epoch_ended").filter_map(|event| event["seconds"].as_f64()).collect();
    let begun = of("training_started").next().ok_or("the run has not begun")?;
    let epoch = median(&seconds).ok_or("the run finished no epoch")?;
    Ok(epoch / number(begun, "samples")?)
}

/// The most memory that `burnwright train` held, in MiB.
pub(crate) fn memory(ground: &Ground, words: &[&str]) -> Result<f64, Trouble> {
    peak_mib(&mut run(ground, words).command)
}
