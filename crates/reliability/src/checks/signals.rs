//! A signal: the step is finished, the run saved, the terminal restored, and the status says which signal it was.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use burnwright_run::{RunDirectory, read_steps};

use super::Size;
use crate::found::Found;
use crate::ground::{Ground, Model, Trouble, same, train};
use crate::program;

/// Name, status.
const SIGNALS: [(&str, i32); 3] = [("HUP", 129), ("INT", 130), ("TERM", 143)];
/// A run ends this soon after a signal; a step takes a millisecond.
const SOON: Duration = Duration::from_secs(2);
/// A second signal ends a run this soon, whatever it was doing.
const AT_ONCE: Duration = Duration::from_millis(500);
/// A model whose checkpoint, 100 MB, is not written within that time.
const SLOW: [&str; 2] = ["model.hidden=[2500, 2500]", "training.epochs=400"];
/// Enough steps to be interrupted in.
const SETTINGS: [&str; 2] = ["training.epochs=400", "checkpoint.every_epoch=false"];

pub(crate) fn run(ground: &Ground, size: Size) -> Result<Found, Trouble> {
    let artifacts = ground.artifacts("signals")?;
    let whole = train(&artifacts, "whole", &ground.recipe(Model::Mlp, &SETTINGS)?, "flex")?;
    let mut found = Found::default();
    let terminal = Command::new("script").arg("--version").output().is_ok();
    for round in 0..size.pick(2, 10) {
        for (signal, status) in SIGNALS {
            for dashboard in [false, true] {
                if dashboard && !terminal {
                    found.skip(1, "there is no `script` to make a terminal");
                    continue;
                }
                let name = format!("{signal}-{round}-{dashboard}");
                let what =
                    format!("SIG{signal}, {}", if dashboard { "dashboard" } else { "plain" });
                let run = artifacts.join(&name);
                let mut process = start(ground, &artifacts, &name, dashboard)?;
                wait_for_steps(&run, 20 + 35 * round)?;
                let pid = std::fs::read_to_string(run.join("lock"))?;
                let sent = Instant::now();
                Command::new("kill").args(["-s", signal, pid.trim()]).status()?;
                let ended = end(&mut process, &run)?;
                let took = sent.elapsed();
                let output = process.wait_with_output()?;
                let text = String::from_utf8_lossy(&output.stdout).into_owned();
                let code = if dashboard { status_in(&text) } else { ended };
                let result = if code != Some(status) {
                    Err(format!("status {code:?}, expected {status}"))
                } else if took > SOON + Duration::from_millis(500) {
                    Err(format!("ended only after {took:?}"))
                } else if dashboard && !restored(&text) {
                    Err("the terminal was not restored".to_owned())
                } else {
                    saved_and_resumed(&artifacts, &name, &whole.weights_digest)?
                };
                found.case(result.map_err(|error| format!("{what}: {error}")));
                let _ = std::fs::remove_dir_all(&run);
            }
            let result = twice(ground, &artifacts, signal, status)?;
            found.case(result.map_err(|error| format!("SIG{signal} twice: {error}")));
        }
    }
    Ok(found)
}

/// A signal, and another while the run is being saved: it ends at once, unsaved, with the status of the second.
fn twice(
    ground: &Ground,
    artifacts: &Path,
    signal: &str,
    status: i32,
) -> Result<Result<(), String>, Trouble> {
    let run = artifacts.join("twice");
    let mut process = program::train(ground, artifacts, "twice", Model::Mlp, &SLOW)?.spawn()?;
    wait_for_steps(&run, 1)?;
    let pid = process.id().to_string();
    let first = if signal == "TERM" { "INT" } else { "TERM" };
    Command::new("kill").args(["-s", first, &pid]).status()?;
    std::thread::sleep(Duration::from_millis(20));
    let sent = Instant::now();
    Command::new("kill").args(["-s", signal, &pid]).status()?;
    let code = end(&mut process, &run)?;
    let took = sent.elapsed();
    let saved = RunDirectory::open(&run)?.checkpoints().steps()?;
    std::fs::remove_dir_all(&run)?;
    Ok(if code != Some(status) {
        Err(format!("status {code:?}, expected {status}"))
    } else if took > AT_ONCE || !saved.is_empty() {
        Err(format!("ended after {took:?}, saved at {saved:?}"))
    } else {
        Ok(())
    })
}

fn start(ground: &Ground, artifacts: &Path, name: &str, dashboard: bool) -> Result<Child, Trouble> {
    let mut command = program::train(ground, artifacts, name, Model::Mlp, &SETTINGS)?;
    if !dashboard {
        return Ok(command.spawn()?);
    }
    // In a terminal of its own, which says afterwards how it was left.
    let quote = |word: &std::ffi::OsStr| format!("'{}'", word.to_string_lossy());
    let mut words = vec![quote(command.get_program())];
    words.extend(
        command.get_args().map(
            |word| {
                if word == "plain" { "dashboard".to_owned() } else { quote(word) }
            },
        ),
    );
    let line = format!("{}; echo status=$?; stty -a", words.join(" "));
    let mut script = Command::new("script");
    script.args(["-q", "-e", "-c", &line, "/dev/null"]).env("TERM", "xterm-256color");
    script.env_remove("CI").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    Ok(script.spawn()?)
}

fn wait_for_steps(run: &Path, steps: usize) -> Result<(), Trouble> {
    let begun = Instant::now();
    while read_steps(&run.join("steps.bin")).map_or(0, |made| made.len()) < steps {
        if begun.elapsed() > Duration::from_secs(30) {
            return Err(format!("{} made no {steps} steps in 30 s", run.display()).into());
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    Ok(())
}

/// Waits until nobody trains the run any more; the status of a process that is the program itself.
fn end(process: &mut Child, run: &Path) -> Result<Option<i32>, Trouble> {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(20) {
        if let Some(status) = process.try_wait()? {
            return Ok(status.code());
        }
        if !RunDirectory::open(run)?.is_locked() {
            return Ok(process.wait()?.code());
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    process.kill()?;
    Err("did not end within 20 s".into())
}

fn status_in(text: &str) -> Option<i32> {
    let (_, rest) = text.split_once("status=")?;
    rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok()
}

/// Line by line, with echo, on the usual screen.
fn restored(text: &str) -> bool {
    let Some((before, after)) = text.split_once("status=") else { return false };
    let words: Vec<&str> = after.split_whitespace().collect();
    ["icanon", "echo", "isig"].iter().all(|word| words.contains(word))
        && before.contains("\u{1b}[?1049h")
        && before.matches("\u{1b}[?1049h").count() == before.matches("\u{1b}[?1049l").count()
        && before.rfind("\u{1b}[?25h") >= before.rfind("\u{1b}[?25l")
}

/// The newest checkpoint is of the last finished step, and the run goes on from it to the same bits.
fn saved_and_resumed(
    artifacts: &Path,
    name: &str,
    expected: &str,
) -> Result<Result<(), String>, Trouble> {
    let run = RunDirectory::open(&artifacts.join(name))?;
    let made = read_steps(&run.steps_path())?.len();
    let newest = run.checkpoints().steps()?.last().copied();
    if newest != Some(made) {
        return Ok(Err(format!("saved at step {newest:?}, made {made}")));
    }
    let output = program::resume(artifacts, name)?.output()?;
    let Some(summary) = run.summary()? else {
        return Ok(Err(String::from_utf8_lossy(&output.stderr).into_owned()));
    };
    Ok(same("resumed", &summary.weights_digest, expected))
}
