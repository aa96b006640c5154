//! What stands where a file of a run should be is an error, not a reason to wait.
#![allow(clippy::unwrap_used, reason = "in a test's helper, too, a panic is a failure")]
#![cfg(unix)]

use std::path::Path;
use std::process::Command;
use std::sync::mpsc::channel;
use std::time::Duration;

use burnwright_run::{Follower, Growing, RunDirectory, RunError, read_events, read_steps};

/// Puts a pipe without a writer at `path`.
fn pipe(path: &Path) {
    let _ = std::fs::remove_file(path);
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// What is said of a pipe, which must be said soon.
fn refusal<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, RunError> + Send + 'static,
) -> String {
    let (sender, answer) = channel();
    std::thread::spawn(move || sender.send(work().err().map(|error| error.to_string())));
    let said = answer.recv_timeout(Duration::from_secs(20)).expect("nobody waits for the pipe");
    said.expect("a pipe is no file")
}

#[test]
fn a_pipe_in_place_of_a_file_of_a_run_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let created = RunDirectory::create(folder.path(), "run", None).unwrap();
    let place = created.path().to_owned();
    drop(created);
    let files = ["recipe.toml", "model.json", "events.jsonl", "steps.bin"];
    std::fs::write(place.join("manifest.json"), "{}").unwrap();
    for file in files {
        pipe(&place.join(file));
    }
    let run = || RunDirectory::open(&place).unwrap();
    let [recipe, card] = [run(), run()];
    let [events, steps] = [place.join("events.jsonl"), place.join("steps.bin")];
    let (followed, growing) = (events.clone(), events.clone());
    let said = [
        ("read", "recipe.toml", refusal(move || recipe.recipe())),
        ("read", "model.json", refusal(move || card.model_card())),
        ("read", "events.jsonl", refusal(move || read_events(&events))),
        ("read", "events.jsonl", refusal(move || Follower::new(&followed).read())),
        ("write", "events.jsonl", refusal(move || Growing::open(&growing, b"more"))),
        ("read", "steps.bin", refusal(move || read_steps(&steps))),
    ];
    for (action, file, said) in said {
        let path = place.join(file);
        assert_eq!(said, format!("cannot {action} {}: not a regular file", path.display()));
    }
}
