//! What this program asks itself to do in a process of its own: to be killed, or to have another number of threads.

use std::path::Path;
use std::process::ExitCode;

use crate::checks::{combinations, resume_everywhere};
use crate::faults::{self, Plan};
use crate::ground::{self, Model, Trouble, recipe, train};

/// It could not be done.
const FAILURE: u8 = 1;

pub(crate) fn run(words: &[String]) -> ExitCode {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["crash", artifacts, data, name, model, point] => {
            crash(Path::new(artifacts), Path::new(data), name, Model::of(model), point)
        }
        ["crash-resume", run, point] => crash_resume(Path::new(run), point),
        ["resume", artifacts, data, stride] => {
            resume(Path::new(artifacts), Path::new(data), stride)
        }
        _ => Err(format!("no such work: {words:?}").into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(FAILURE)
        }
    }
}

/// Trains a run and is killed before the change `point`.
fn crash(
    artifacts: &Path,
    data: &Path,
    name: &str,
    model: Model,
    point: &str,
) -> Result<(), Trouble> {
    let recipe = recipe(data, model, &["checkpoint.every_steps=1"])?;
    faults::set(Plan::Kill(point.parse()?));
    train(artifacts, name, &recipe, "flex")?;
    Ok(())
}

/// Takes a run up and is killed before the change `point`.
fn crash_resume(run: &Path, point: &str) -> Result<(), Trouble> {
    faults::set(Plan::Kill(point.parse()?));
    ground::resume(run, "flex")?;
    Ok(())
}

/// Resumes every combination at every `stride`th step, with the threads that this process has.
fn resume(artifacts: &Path, data: &Path, stride: &str) -> Result<(), Trouble> {
    for combination in combinations() {
        let (digest, results) = resume_everywhere(artifacts, data, combination, stride.parse()?)?;
        let (model, device, _) = combination;
        println!("digest {}-{device} {digest}", model.name());
        for result in results {
            match result {
                Ok(()) => println!("ok {}", combination.1),
                Err(what) => println!("failed: {what}"),
            }
        }
    }
    Ok(())
}
