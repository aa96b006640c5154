//! A checkpoint is damaged: it is never accepted, and the one before it is used.

use std::path::Path;

use burnwright_run::{Checkpoint, RunDirectory};

use super::Size;
use crate::dice::Dice;
use crate::found::Found;
use crate::ground::{Ground, Model, Trouble, copy, resume, same, train};

/// A line of the table of contents, and where the first begins.
const ENTRY: usize = 64;
const HEADER: usize = 24;

pub(crate) fn run(ground: &Ground, size: Size) -> Result<Found, Trouble> {
    let artifacts = ground.artifacts("corruption")?;
    let recipe = ground.recipe(Model::Mlp, &["checkpoint.every_steps=1"])?;
    let whole = train(&artifacts, "run", &recipe, "flex")?;
    let run = artifacts.join("run");
    let checkpoints = RunDirectory::open(&run)?.checkpoints();
    let steps = checkpoints.steps()?;
    let read = |step: usize| std::fs::read(checkpoints.folder().join(format!("step-{step}.ckpt")));
    let [.., older, newest] = steps[..] else { return Err("fewer than two checkpoints".into()) };
    let (older, newest) = (read(older)?, read(newest)?);
    let mut found = Found::default();
    let mut dice = Dice::new(3);
    let decode = |bytes: Vec<u8>| match std::panic::catch_unwind(|| Checkpoint::decode(bytes)) {
        Ok(Err(_)) => Ok(()),
        Ok(Ok(_)) => Err("was accepted".to_owned()),
        Err(_) => Err("panicked".to_owned()),
    };
    let named =
        |what: String, result: Result<(), String>| result.map_err(|e| format!("{what} {e}"));

    // Every bit of the header and the table, and as many of the rest as there are cases.
    let table = (HEADER + 5 * ENTRY) * 8;
    let bits = newest.len() * 8;
    let flips = size.pick(17_000, 90_000);
    let stride = ((bits - table) / (flips - table).max(1)).max(1);
    for bit in (0..table).chain((table..bits).step_by(stride)) {
        let mut bytes = newest.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        found.case(named(format!("bit {bit}"), decode(bytes)));
    }
    let cuts = size.pick(2000, 10_000);
    for cut in 0..cuts {
        let length = if cut < 600 { cut } else { dice.below(newest.len()) };
        found.case(named(format!("length {length}"), decode(newest[..length].to_vec())));
    }
    for _ in 0..size.pick(1000, 5000) {
        let (start, length) = (dice.below(newest.len()), 1 + dice.below(4096));
        let end = (start + length).min(newest.len());
        let mut bytes = newest.clone();
        bytes[start..end].fill(0);
        if bytes != newest {
            found.case(named(format!("zeros from {start} to {end}"), decode(bytes)));
        }
    }
    for bytes in swapped(&older, &newest) {
        found.case(named("a part of another checkpoint".to_owned(), decode(bytes)));
    }
    for case in 0..size.pick(60, 300) {
        let damaged = artifacts.join("damaged");
        let _ = std::fs::remove_dir_all(&damaged);
        copy(&run, &damaged)?;
        found.case(damage_and_resume(&damaged, case, &newest, &mut dice, &whole.weights_digest)?);
    }
    Ok(found)
}

/// The newer checkpoint with each run of parts of the older one in their places.
fn swapped(older: &[u8], newest: &[u8]) -> Vec<Vec<u8>> {
    let parts = |file: &[u8]| -> Vec<(usize, usize)> {
        let count = usize::from(file[12]);
        let number = |at: usize| {
            let mut eight = [0; 8];
            eight.copy_from_slice(&file[at..at + 8]);
            usize::try_from(u64::from_le_bytes(eight))
                .expect("a good file says where its parts are")
        };
        let entry = |part: usize| HEADER + part * ENTRY + 16;
        (0..count).map(|part| (number(entry(part)), number(entry(part) + 8))).collect()
    };
    let mut all = Vec::new();
    for (part, (old, new)) in parts(older).into_iter().zip(parts(newest)).enumerate() {
        let spliced = |with_table: bool| {
            let mut bytes = newest[..new.0].to_vec();
            bytes.extend_from_slice(&older[old.0..old.0 + old.1]);
            bytes.extend_from_slice(&newest[new.0 + new.1..]);
            if with_table {
                let line = HEADER + part * ENTRY..HEADER + (part + 1) * ENTRY;
                bytes[line.clone()].copy_from_slice(&older[line]);
            }
            bytes
        };
        let (bare, tabled) = (spliced(false), spliced(true));
        all.extend([bare, tabled].into_iter().filter(|bytes| bytes != newest && bytes != older));
    }
    all
}

/// On the disk: the newest checkpoint is damaged, the run goes on from the one before.
fn damage_and_resume(
    run: &Path,
    case: usize,
    newest: &[u8],
    dice: &mut Dice,
    expected: &str,
) -> Result<Result<(), String>, Trouble> {
    let checkpoints = RunDirectory::open(run)?.checkpoints();
    let step = *checkpoints.steps()?.last().ok_or("there is no checkpoint to damage")?;
    let path = checkpoints.folder().join(format!("step-{step}.ckpt"));
    let mut bytes = newest.to_vec();
    match case % 3 {
        0 => bytes[dice.below(newest.len())] ^= 1 << dice.below(8),
        1 => bytes.truncate(dice.below(newest.len())),
        _ => bytes.clear(),
    }
    std::fs::write(&path, bytes)?;
    std::fs::remove_file(run.join("summary.json"))?;
    let what = format!("damage {case} on the disk");
    let kept = path.with_file_name(format!("step-{step}.ckpt.damaged"));
    Ok(resume(run, "flex")
        .map_err(|error| format!("{what}: {error}"))
        .and_then(|summary| same(&what, &summary.weights_digest, expected))
        .and_then(|()| if kept.exists() { Ok(()) } else { Err(format!("{what}: not set aside")) }))
}
