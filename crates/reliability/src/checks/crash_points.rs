//! A kill before each change that a run makes on the disk.

use std::path::Path;

use super::Size;
use crate::faults::{self, Plan};
use crate::ground::{Ground, Model, Trouble, resume, same, train};
use crate::program::child;
use crate::report::Found;

/// In a quick run, every so many points are tried.
const STRIDE: usize = 5;

pub(crate) fn run(ground: &Ground, size: Size) -> Result<Found, Trouble> {
    let artifacts = ground.artifacts("crash-points")?;
    let mut found = Found::default();
    for model in [Model::Mlp, Model::Cnn] {
        let recipe = ground.recipe(model, &["checkpoint.every_steps=1"])?;
        faults::set(Plan::Count);
        let whole = train(&artifacts, model.name(), &recipe, "flex")?;
        let changes = faults::calls();
        found.note(format!("{}: {changes} changes on the disk", model.name()));
        let mut unreached = 0;
        for point in (1..=changes).step_by(size.pick(2 * STRIDE, 1)) {
            let name = format!("{}-{point}", model.name());
            let killed = kill_at(&artifacts, &ground.data(), &name, model, point)?;
            unreached += usize::from(killed == Ok(false));
            found.case(killed.and_then(|_| after(&artifacts.join(&name), &whole.weights_digest)));
            let _ = std::fs::remove_dir_all(artifacts.join(&name));
        }
        // The clock decides about a few lines of the log, so that one run makes some changes more than another.
        if unreached > changes / 20 {
            found.case(Err(format!("{}: {unreached} points were never reached", model.name())));
        }
    }
    Ok(found)
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
    Ok(match output.status.code() {
        None => Ok(true),
        Some(0) => Ok(false),
        Some(_) => {
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
