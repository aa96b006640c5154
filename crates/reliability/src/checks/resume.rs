//! A run goes on from each of its steps: every model, device, number of threads and of workers.

use std::path::Path;

use burnwright_run::RunDirectory;

use super::Size;
use crate::found::Found;
use crate::ground::{Ground, Model, STEPS, Trouble, copy, recipe, resume, same, train};
use crate::program::child;

const THREADS: [usize; 3] = [1, 2, 8];
const WORKERS: [usize; 3] = [0, 1, 4];

/// The processor's backends of this build.
const DEVICES: &[&str] = &[
    "flex",
    #[cfg(feature = "ndarray")]
    "ndarray",
];
const MODELS: [Model; 7] = [
    Model::Mlp,
    Model::Cnn,
    Model::Regression,
    Model::MultiLabel,
    Model::Folder,
    Model::TableClass,
    Model::TableNumber,
];

pub(crate) fn run(ground: &Ground, size: Size) -> Result<Found, Trouble> {
    let artifacts = ground.artifacts("resume")?;
    let mut found = Found::default();
    let mut digests = Vec::new();
    for threads in THREADS {
        let folder = artifacts.join(threads.to_string());
        std::fs::create_dir(&folder)?;
        let (folder, data) = (folder.display().to_string(), ground.data().display().to_string());
        // 21 combinations of a backend a number of threads: 3 or all 18 steps of each.
        let stride = size.pick(STEPS / 3, 1).to_string();
        let mut command = child(&["resume", &folder, &data, &stride])?;
        let output = command.env("RAYON_NUM_THREADS", threads.to_string()).output()?;
        for line in String::from_utf8(output.stdout)?.lines() {
            match line.split_once(' ') {
                Some(("ok", _)) => found.case(Ok(())),
                Some(("digest", digest)) => digests.push(digest.to_owned()),
                _ => found.case(Err(format!("{threads} threads: {line}"))),
            }
        }
        if !output.status.success() {
            let text = String::from_utf8_lossy(&output.stderr).into_owned();
            found.case(Err(format!("{threads} threads: {text}")));
        }
    }
    digests.sort();
    digests.dedup();
    // Threads and workers do not decide the bits: each model has one digest on each device.
    let mut trained: Vec<&str> =
        digests.iter().filter_map(|line| Some(line.split_once(' ')?.0)).collect();
    trained.dedup();
    let expected = MODELS.len() * DEVICES.len();
    if trained.len() != expected || digests.len() != trained.len() {
        found.failed += 1;
        found.note(format!(
            "expected one digest of each of {expected} models and devices: {digests:?}"
        ));
    }
    Ok(found)
}

/// Models, devices, workers.
pub(crate) fn combinations() -> impl Iterator<Item = (Model, &'static str, usize)> {
    let devices =
        MODELS.into_iter().flat_map(|model| DEVICES.iter().map(move |&device| (model, device)));
    devices.flat_map(|(model, device)| WORKERS.map(|workers| (model, device, workers)))
}

/// Trains one combination and resumes it at every `stride`th step; the digest and the result of each case.
pub(crate) fn resume_everywhere(
    artifacts: &Path,
    data: &Path,
    (model, device, workers): (Model, &str, usize),
    stride: usize,
) -> Result<(String, Vec<Result<(), String>>), Trouble> {
    let workers = format!("data.workers={workers}");
    let changes = ["checkpoint.every_steps=1", "checkpoint.keep=1000", &workers];
    let recipe = recipe(data, model, &changes)?;
    let name = format!("{}-{device}-{}", model.name(), &workers[13..]);
    let whole = train(artifacts, &name, &recipe, device)?;
    let original = artifacts.join(&name);
    let mut results = Vec::new();
    for step in (0..STEPS).step_by(stride) {
        let run = artifacts.join("resumed");
        let _ = std::fs::remove_dir_all(&run);
        copy(&original, &run)?;
        std::fs::remove_file(run.join("summary.json"))?;
        let checkpoints = RunDirectory::open(&run)?.checkpoints();
        for later in checkpoints.steps()?.into_iter().filter(|&at| at > step) {
            std::fs::remove_file(checkpoints.folder().join(format!("step-{later}.ckpt")))?;
        }
        let what = format!("{name} from step {step}");
        results.push(
            resume(&run, device)
                .map_err(|error| format!("{what}: {error}"))
                .and_then(|summary| same(&what, &summary.weights_digest, &whole.weights_digest))
                .and_then(|()| same_steps(&what, &original, &run)),
        );
    }
    Ok((whole.weights_digest, results))
}

/// The record of the steps is the same, too.
fn same_steps(what: &str, one: &Path, two: &Path) -> Result<(), String> {
    let read = |run: &Path| std::fs::read(run.join("steps.bin")).map_err(|e| e.to_string());
    if read(one)? == read(two)? { Ok(()) } else { Err(format!("{what}: steps.bin differs")) }
}
