//! Many processes want one run: exactly one trains it, and readers are never in the way.

use std::collections::HashSet;
use std::path::Path;
use std::process::Child;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use burnwright_inference::Predictor;
use burnwright_run::{RunDirectory, RunState, list_runs};
use burnwright_session::Session;
use burnwright_training::recipe::Override;

use super::Size;
use crate::found::Found;
use crate::ground::{Ground, Model, Trouble, finish, surroundings, train};
use crate::program;

/// Processes that want the run at once.
const STARTS: usize = 20;
/// The holder's number is known within this time.
const SOON: f64 = 1.0;

pub(crate) fn run(ground: &Ground, size: Size) -> Result<Found, Trouble> {
    let artifacts = ground.artifacts("lock")?;
    let mut found = Found::default();
    let long = ["training.epochs=100000", "training.max_steps=90"];
    let mut begun = program::train(ground, &artifacts, "run", Model::Mlp, &long)?;
    // It ends early, and leaves a model for the readers.
    begun.output()?;
    let run = artifacts.join("run");
    // 20 of these go on with the same run for as long as all of them need to start.
    let endless = ["--set", "training.max_steps=1000000000"];
    let mut started = Vec::new();
    for _ in 0..STARTS {
        let mut command = program::resume(&artifacts, "run")?;
        started.push((Instant::now(), command.args(endless).spawn()?));
    }
    let mut holders = Vec::new();
    let mut refused = Vec::new();
    let deadline = Instant::now();
    while refused.len() + 1 < STARTS && deadline.elapsed().as_secs() < 60 {
        let mut still = Vec::new();
        for (at, mut process) in started {
            if process.try_wait()?.is_some() {
                refused.push((at.elapsed().as_secs_f64(), process.wait_with_output()?));
            } else {
                still.push((at, process));
            }
        }
        started = still;
    }
    holders.extend(started.into_iter().map(|(_, process)| process));
    let [holder] = &mut holders[..] else {
        return Err(format!("{} processes train the run at once", holders.len()).into());
    };
    let pid = holder.id().to_string();
    found.case(Ok(()));
    let mut slowest = 0.0_f64;
    for (seconds, output) in refused {
        let text = String::from_utf8_lossy(&output.stderr);
        let status = output.status.code();
        found.case(if status != Some(75) {
            Err(format!("status {status:?}, expected 75: {text}"))
        } else if !text.contains(&pid) {
            Err(format!("does not name process {pid}: {text}"))
        } else {
            Ok(())
        });
        slowest = slowest.max(seconds);
    }
    found.note(format!("of {STARTS} at once, the last was refused after {slowest:.1} s"));
    found.case(alone(&artifacts, &pid)?);
    read(&mut found, &artifacts, &run, size)?;
    kill(holder)?;
    found.case(if RunDirectory::open_for_training(&run).is_ok() {
        Ok(())
    } else {
        Err("the lock outlived its holder".to_owned())
    });
    read_while_rewritten(&mut found, ground, size)?;
    Ok(found)
}

/// One more, with the machine to itself: refused within a second.
fn alone(artifacts: &Path, pid: &str) -> Result<Result<(), String>, Trouble> {
    let at = Instant::now();
    let output = program::resume(artifacts, "run")?.output()?;
    let seconds = at.elapsed().as_secs_f64();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let right = output.status.code() == Some(75) && text.contains(pid) && seconds < SOON;
    Ok(if right { Ok(()) } else { Err(format!("{:?} after {seconds} s: {text}", output.status)) })
}

/// Lists the run and opens its model while another process trains it.
fn read(found: &mut Found, artifacts: &Path, run: &Path, size: Size) -> Result<(), Trouble> {
    for number in 0..size.pick(50, 1000) {
        let states: Vec<RunState> = list_runs(artifacts)?.iter().map(|run| run.state).collect();
        let opened = RunDirectory::open(run).map_err(|error| error.to_string()).and_then(|run| {
            <Predictor>::open(&run, &surroundings("flex").device).map_err(|e| e.to_string())
        });
        found.case(match (states[..] == [RunState::Running], opened) {
            (true, Ok(_)) => Ok(()),
            (_, Err(error)) => Err(format!("reading {number}: {error}")),
            (false, _) => Err(format!("reading {number}: {states:?}")),
        });
    }
    Ok(())
}

/// Opens the model of a run that is taken up and finished again and again: its files are replaced one after the other, and never
/// seen torn or of two different models.
fn read_while_rewritten(found: &mut Found, ground: &Ground, size: Size) -> Result<(), Trouble> {
    let artifacts = ground.artifacts("rewritten")?;
    let whole = train(&artifacts, "run", &ground.recipe(Model::Mlp, &[])?, "flex")?;
    let run = artifacts.join("run");
    let (enough, written) = (AtomicBool::new(false), AtomicUsize::new(0));
    let (readings, writings) = size.pick((50, 20), (1000, 200));
    let (digests, rewritten) = std::thread::scope(|scope| {
        let writer = scope.spawn(|| rewrite(&run, whole.epochs, &enough, &written));
        let mut digests = HashSet::new();
        for number in 0.. {
            let all = number >= readings && written.load(Ordering::Relaxed) >= writings;
            if all || writer.is_finished() {
                break;
            }
            let opened =
                RunDirectory::open(&run).map_err(|error| error.to_string()).and_then(|run| {
                    <Predictor>::open(&run, &surroundings("flex").device).map_err(|e| e.to_string())
                });
            found.case(match opened {
                Ok(predictor) => {
                    digests.insert(predictor.card().weights_digest.clone());
                    Ok(())
                }
                Err(error) => Err(format!("reading {number} of a model being replaced: {error}")),
            });
        }
        enough.store(true, Ordering::Relaxed);
        (digests, writer.join())
    });
    rewritten.map_err(|_| "the thread that rewrites panicked")??;
    let times = written.into_inner();
    found.note(format!("{} models were read while {times} were written", digests.len()));
    Ok(())
}

/// Trains a finished run for one more epoch, until it is enough; counts how often.
fn rewrite(
    run: &Path,
    epochs: usize,
    enough: &AtomicBool,
    written: &AtomicUsize,
) -> Result<(), String> {
    while !enough.load(Ordering::Relaxed) {
        let more = epochs + written.load(Ordering::Relaxed) + 1;
        let more = format!("training.epochs={more}");
        let more = more.parse::<Override>().map_err(|error| error.to_string())?;
        let directory = RunDirectory::open_for_training(run).map_err(|error| error.to_string())?;
        let resumed = Session::resume(directory, &[more], None, &surroundings("flex"));
        let session = resumed.map_err(|error| error.to_string())?.session;
        finish(session).map_err(|error| error.to_string())?;
        written.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

fn kill(process: &mut Child) -> Result<(), Trouble> {
    process.kill()?;
    process.wait()?;
    Ok(())
}
