//! The disk refuses, or is full, or takes a few bytes at a time.

use std::path::Path;
use std::process::Command;

use burnwright_run::RunError;
use burnwright_session::SessionError;
use burnwright_training::TrainingError;

use super::Size;
use crate::faults::{self, Plan};
use crate::found::Found;
use crate::ground::{Ground, Model, Trouble, begin, finish, resume, same, train};
use crate::program;

/// The numbers of Linux and the BSDs.
const ENOSPC: i32 = 28;
const EIO: i32 = 5;

pub(crate) fn run(ground: &Ground, size: Size) -> Result<Found, Trouble> {
    let artifacts = ground.artifacts("io-errors")?;
    let recipe = ground.recipe(Model::Mlp, &["checkpoint.every_steps=1"])?;
    faults::set(Plan::Count);
    let whole = train(&artifacts, "whole", &recipe, "flex")?;
    let changes = faults::calls();
    let mut found = Found::default();
    let kinds: [fn(usize) -> Plan; 5] = [
        |at| Plan::Refuse(at, ENOSPC),
        |at| Plan::Refuse(at, EIO),
        |at| Plan::RefuseOne(at, ENOSPC),
        |at| Plan::RefuseOne(at, EIO),
        Plan::Short,
    ];
    let stride = (changes * kinds.len() / size.pick(100, usize::MAX)).max(1);
    let cases = (1..=changes).flat_map(|at| kinds.map(|kind| kind(at)));
    for (number, plan) in cases.enumerate().filter(|(number, _)| number % stride == 0) {
        let name = format!("case-{number}");
        faults::set(plan);
        let ended = begin(&artifacts, &name, &recipe, "flex").and_then(finish);
        let refused = faults::refused();
        faults::set(Plan::Count);
        let what = format!("{plan:?} of {changes}");
        let run = artifacts.join(&name);
        let error = ended.err();
        found.case(match (&refused, &error) {
            (Some(change), None) => Err(format!("{what}: nobody noticed that {change} failed")),
            _ => after(&what, error.as_ref(), &run, &whole.weights_digest),
        });
        let _ = std::fs::remove_dir_all(run);
    }
    tmpfs(ground, size, &mut found)?;
    Ok(found)
}

/// The error says what happened, and the run goes on to the same bits.
fn after(
    what: &str,
    error: Option<&SessionError>,
    run: &Path,
    expected: &str,
) -> Result<(), String> {
    match error {
        None
        | Some(
            SessionError::Run(
                RunError::Io { .. } | RunError::NoRoom { .. } | RunError::Create { .. },
            )
            | SessionError::Training(TrainingError::Run(
                RunError::Io { .. } | RunError::NoRoom { .. } | RunError::Create { .. },
            )),
        ) => {}
        Some(other) => return Err(format!("{what}: unexpected error: {other}")),
    }
    if !run.join("manifest.json").exists() {
        return if error.is_some() { Ok(()) } else { Err(format!("{what}: no run, no error")) };
    }
    let summary = resume(run, "flex").map_err(|error| format!("{what}, resumed: {error}"))?;
    same(what, &summary.weights_digest, expected)
}

/// A real file system that is too small; more room, and the run goes on.
fn tmpfs(ground: &Ground, size: Size, found: &mut Found) -> Result<(), Trouble> {
    let sizes: Vec<usize> = size.pick(vec![5000, 5400], (0..20).map(|n| 4500 + 60 * n).collect());
    let folder = ground.artifacts("tmpfs")?;
    let artifacts = folder.join("disk");
    std::fs::create_dir(&artifacts)?;
    let mount = |options: &str| {
        let mut command = Command::new("mount");
        command.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(&artifacts);
        command.output().is_ok_and(|output| output.status.success())
    };
    let settings = ["checkpoint.every_steps=1", "checkpoint.keep=1000", "training.epochs=12"];
    let plain = ground.artifacts("tmpfs-whole")?;
    let expected = train(&plain, "run", &ground.recipe(Model::Mlp, &settings)?, "flex")?;
    for kib in sizes {
        if !mount(&format!("size={kib}k")) {
            found.skip(1, "no tmpfs can be mounted here");
            continue;
        }
        let mut first = program::train(ground, &artifacts, "run", Model::Mlp, &settings)?;
        let first = first.output()?;
        let grown = mount("remount,size=64m");
        let mut second = program::resume(&artifacts, "run")?;
        let second = second.output()?;
        let summary = burnwright_run::RunDirectory::open(&artifacts.join("run"))
            .and_then(|run| run.summary());
        Command::new("umount").arg(&artifacts).output()?;
        let said = String::from_utf8_lossy(&first.stderr).into_owned();
        let what = format!("a disk of {kib} KiB");
        found.case(match (first.status.code(), grown, summary) {
            // Refused before it began; nothing is left.
            (Some(73), true, Err(_)) => Ok(()),
            (Some(0 | 74), true, Ok(Some(summary))) => {
                let named = first.status.code() == Some(0) || said.contains(" bytes)");
                if named {
                    same(&what, &summary.weights_digest, &expected.weights_digest)
                } else {
                    Err(format!("{what}: does not say how many bytes: {said}"))
                }
            }
            (code, ..) => {
                let then = String::from_utf8_lossy(&second.stderr).into_owned();
                Err(format!("{what}: status {code:?}: {said}; resumed: {then}"))
            }
        });
    }
    Ok(())
}
