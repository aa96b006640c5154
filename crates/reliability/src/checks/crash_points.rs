//! A kill before each change that a run makes on the disk.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;

use signal_hook::consts::SIGKILL;

use super::Size;
use crate::faults::{self, Plan};
use crate::found::Found;
use crate::ground::{Ground, Model, STEPS, Trouble, copy, resume, same, train};
use crate::program::child;

/// In a quick run, every so many points are tried.
const STRIDE: usize = 5;
/// Changes that are made while a run is taken up, finished and judged; not all of them every time.
const FIRST_CHANGES: usize = 40;

pub(crate) fn run(ground: &Ground, size: Size) -> Result<Found, Trouble> {
    let artifacts = ground.artifacts("crash-points")?;
    let mut found = Found::default();
    for model in [Model::Mlp, Model::Cnn] {
        let recipe = ground.recipe(model, &["checkpoint.every_steps=1"])?;
        faults::set(Plan::Count);
        let whole = train(&artifacts, model.name(), &recipe, "flex")?;
        let changes = faults::calls();
        found.note(format!("{}: {changes} changes on the disk", model.name()));
        let (mut unreached, points) = (0, (1..=changes).step_by(size.pick(STRIDE, 1)));
        let tried = points.clone().count();
        for point in points {
            let name = format!("{}-{point}", model.name());
            let killed = kill_at(&artifacts, &ground.data(), &name, model, point)?;
            let ended = after(&artifacts.join(&name), &whole.weights_digest);
            match killed {
                Ok(true) => found.case(ended),
                Ok(false) => unreached += 1,
                Err(what) => found.case(Err(what)),
            }
            let _ = std::fs::remove_dir_all(artifacts.join(&name));
        }
        // The clock decides about a few lines of the log, so that one run makes some changes more than another.
        if unreached > tried.div_ceil(20) {
            found.case(Err(format!("{}: {unreached} points were never reached", model.name())));
        }
        while_resuming(&artifacts, model, size, &whole.weights_digest, &mut found)?;
    }
    Ok(found)
}

/// The same before each change that is made while a run is taken up: logs are cut, leftovers swept, a damaged checkpoint set aside.
fn while_resuming(
    artifacts: &Path,
    model: Model,
    size: Size,
    expected: &str,
    found: &mut Found,
) -> Result<(), Trouble> {
    let broken = artifacts.join("broken");
    let _ = std::fs::remove_dir_all(&broken);
    copy(&artifacts.join(model.name()), &broken)?;
    std::fs::remove_file(broken.join("summary.json"))?;
    std::fs::write(broken.join(".new-1-1"), b"left over")?;
    let newest = format!("checkpoints/step-{STEPS}.ckpt");
    std::fs::write(broken.join(newest), b"damaged")?;
    // Taking up, one step, and the end: some fifty changes.
    for point in (1..=FIRST_CHANGES).step_by(size.pick(STRIDE, 1)) {
        let run = artifacts.join("taken-up");
        let _ = std::fs::remove_dir_all(&run);
        copy(&broken, &run)?;
        let path = run.display().to_string();
        let killed = child(&["crash-resume", &path, &point.to_string()])?.output()?;
        if killed.status.signal() == Some(SIGKILL) {
            found.case(after(&run, expected));
        }
    }
    Ok(())
}

/// Trains in a process that is killed before the change `point`; false where it ended before that.
fn kill_at(
    artifacts: &Path,
    data: &Path,
    name: &str,
    model: Model,
    point: usize,
) -> Result<Result<bool, String>, Trouble> {
    let (artifacts, data) = (artifacts.display().to_string(), data.display().to_string());
    let words = ["crash", &artifacts, &data, name, model.name(), &point.to_string()];
    let output = child(&words)?.output()?;
    Ok(match (output.status.signal(), output.status.code()) {
        (Some(SIGKILL), _) => Ok(true),
        (_, Some(0)) => Ok(false),
        _ => {
            let text = String::from_utf8_lossy(&output.stderr);
            Err(format!("point {point} of {name}: not killed but {}: {text}", output.status))
        }
    })
}

/// A run that had begun is finished to the same bits. One without a manifest had not.
fn after(run: &Path, expected: &str) -> Result<(), String> {
    faults::set(Plan::Count);
    if !run.join("manifest.json").exists() {
        let checkpoints = run.join("checkpoints").exists();
        return if checkpoints { Err("checkpoints without a manifest".to_owned()) } else { Ok(()) };
    }
    let what = run.display().to_string();
    let summary = resume(run, "flex").map_err(|error| format!("{what}: {error}"))?;
    same(&what, &summary.weights_digest, expected)
}
