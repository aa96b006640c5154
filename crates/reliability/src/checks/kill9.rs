//! The program is killed at random times, again and again, until it finishes.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use burnwright_run::{RunDirectory, read_steps};

use super::Size;
use crate::dice::Dice;
use crate::found::Found;
use crate::ground::{Ground, Model, Trouble, same, train};
use crate::program;

/// Steps between two checkpoints.
const INTERVAL: usize = 3;
/// What is trained, in turn.
const MODELS: [Model; 5] =
    [Model::Mlp, Model::Cnn, Model::Folder, Model::TableClass, Model::TableNumber];

pub(crate) fn run(ground: &Ground, size: Size) -> Result<Found, Trouble> {
    let artifacts = ground.artifacts("kill9")?;
    let kills = size.pick(50, 1000);
    let settings = ["checkpoint.every_steps=3", "training.epochs=24"];
    let mut expected = Vec::new();
    for model in MODELS {
        let recipe = ground.recipe(model, &settings)?;
        let whole = train(&artifacts, model.name(), &recipe, "flex")?;
        expected.push((model, whole.weights_digest));
    }
    let mut found = Found::default();
    let mut dice = Dice::new(9);
    let (mut chain, mut most_lost) = (0, 0);
    while found.cases < kills {
        if chain > 4 * kills {
            return Err("the program does not get as far as its first step".into());
        }
        let (model, digest) = &expected[chain % MODELS.len()];
        let name = format!("chain-{chain}");
        chain += 1;
        let run = artifacts.join(&name);
        loop {
            let begun = run.join("manifest.json").exists();
            if !begun {
                // Killed before it began: the folder is no run, and its name is taken.
                let _ = std::fs::remove_dir_all(&run);
            }
            let command = if begun {
                program::resume(&artifacts, &name)?
            } else {
                program::train(ground, &artifacts, &name, *model, &settings)?
            };
            let before = made(&run);
            let ended = kill_after(command, Duration::from_millis(dice.below(220) as u64 + 20))?;
            if let Some(text) = ended {
                let what = format!("{name} ended by itself: {text}");
                let summary = RunDirectory::open(&run)?.summary()?.ok_or(what.clone())?;
                if let Err(what) = same(&what, &summary.weights_digest, digest) {
                    found.failed += 1;
                    found.note(what);
                }
                break;
            }
            let lost = lost(&run);
            // default: a run that had not begun had nothing to lose.
            most_lost = most_lost.max(lost.unwrap_or(0));
            match lost {
                // It had not begun: that is no case, and this chain ends.
                None => break,
                Some(lost) if lost > INTERVAL => {
                    let made = made(&run);
                    found
                        .case(Err(format!("{name}: {lost} steps lost of {made}, {before} before")));
                }
                Some(_) => found.case(Ok(())),
            }
            if found.cases >= kills && chain > MODELS.len() {
                let output = program::resume(&artifacts, &name)?.output()?;
                let summary = RunDirectory::open(&run)?.summary()?;
                let summary = summary.ok_or_else(|| format!("{name}: {output:?}"))?;
                if let Err(what) = same(&name, &summary.weights_digest, digest) {
                    found.failed += 1;
                    found.note(what);
                }
                break;
            }
        }
        let _ = std::fs::remove_dir_all(&run);
    }
    found.note(format!("{chain} chains, at most {most_lost} steps lost, {INTERVAL} allowed"));
    Ok(found)
}

/// Runs a program for a while and kills it; what it said, where it ended by itself before.
fn kill_after(mut command: Command, time: Duration) -> Result<Option<String>, Trouble> {
    let mut process = command.spawn()?;
    std::thread::sleep(time);
    if process.try_wait()?.is_none() {
        process.kill()?;
    }
    let output = process.wait_with_output()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    Ok(output.status.code().map(|_| text))
}

/// Steps that the run has written down.
fn made(run: &Path) -> usize {
    read_steps(&run.join("steps.bin")).map_or(0, |steps| steps.len())
}

/// Steps that were written down and that no checkpoint holds; none where the run had not begun.
fn lost(run: &Path) -> Option<usize> {
    let directory = RunDirectory::open(run).ok()?;
    // default: without a checkpoint, each step is lost.
    let newest = directory.checkpoints().steps().ok()?.last().copied().unwrap_or(0);
    Some(made(run).saturating_sub(newest))
}
