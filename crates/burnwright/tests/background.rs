//! A run in the background is one like any other, and belongs to no terminal.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

mod support;

use std::path::Path;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use insta::assert_snapshot;
use support::Workplace;

/// Long enough that the first of three still trains when the last begins.
const LONG: [&str; 2] = ["--set", "training.epochs=400"];

/// Three processes that begin at the same time.
fn three_at_once(workplace: &Workplace, more: &[&str]) -> Vec<Output> {
    let common = ["train", "course", "--device", "flex", "--set", "data.path=data", "--detach"];
    let words = [&common[..], more].concat();
    let begin = || {
        let mut command = workplace.command(&words);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let children: Vec<_> = (0..3).map(|_| begin()).collect();
    children.into_iter().map(|child| child.wait_with_output().unwrap()).collect()
}

/// The run and the process that `--detach` names.
fn said(output: &Output) -> (String, String) {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let words: Vec<&str> = text.split_whitespace().collect();
    assert_eq!(
        (words[0], &words[2..6]),
        ("run", &["is", "trained", "by", "process"][..]),
        "{text}"
    );
    (words[1].to_owned(), words[6].trim_end_matches(';').to_owned())
}

/// Ends a run that was begun here.
fn stop(process: &str) {
    let killed = std::process::Command::new("kill").args(["-9", process]).status().unwrap();
    assert!(killed.success());
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn of_three_that_want_one_name_one_trains_and_the_others_say_why_not() {
    let workplace = Workplace::new();
    let outputs = three_at_once(&workplace, &[&LONG[..], &["--name", "mine"]].concat());
    let (winners, losers): (Vec<_>, Vec<_>) =
        outputs.iter().partition(|output| output.status.success());
    assert_eq!((winners.len(), losers.len()), (1, 2), "{outputs:?}");
    let (run, process) = said(winners[0]);
    assert_eq!(run, "mine");
    let holder = std::fs::read_to_string(workplace.path("artifacts/mine/lock")).unwrap();
    assert_eq!(holder.trim(), process);
    for loser in losers {
        assert_eq!((loser.status.code(), &*loser.stdout), (Some(75), &b""[..]), "{loser:?}");
        let expected = format!("error: the run is locked by process {process}: artifacts/mine\n");
        let stderr = String::from_utf8(loser.stderr.clone()).unwrap();
        assert!(stderr.starts_with(&expected), "{stderr}");
    }
    // The log is the winner's, and nothing else was made.
    let log = std::fs::read_to_string(workplace.path("artifacts/mine/output.log")).unwrap();
    assert!(log.contains("device flex, run artifacts/mine") && !log.contains("error"), "{log}");
    assert_eq!(names_in(&workplace.path("artifacts")), ["mine"]);
    stop(&process);
}

#[test]
fn three_without_a_name_train_under_three_numbers() {
    let workplace = Workplace::new();
    let outputs = three_at_once(&workplace, &LONG);
    assert!(outputs.iter().all(|output| output.status.success()), "{outputs:?}");
    let mut begun: Vec<(String, String)> = outputs.iter().map(said).collect();
    begun.sort();
    let names: Vec<&str> = begun.iter().map(|(run, _)| &**run).collect();
    assert_eq!(names, ["course-001", "course-002", "course-003"]);
    assert_eq!(names_in(&workplace.path("artifacts")), names);
    for (run, process) in &begun {
        let folder = workplace.path("artifacts").join(run);
        assert_eq!(std::fs::read_to_string(folder.join("lock")).unwrap().trim(), process);
        let log = std::fs::read_to_string(folder.join("output.log")).unwrap();
        assert!(log.contains(&format!("device flex, run artifacts/{run}")), "{log}");
        stop(process);
    }
}

#[test]
fn sets_that_begin_at_once_have_numbers_of_their_own() {
    let workplace = Workplace::new();
    let common = ["train", "course", "--device", "flex", "--set", "data.path=data", "--json"];
    let words = [&common[..], &["--seeds", "2", "--set", "training.max_steps=1"]].concat();
    let begin = || {
        let mut command = workplace.command(&words);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let children: Vec<_> = (0..3).map(|_| begin()).collect();
    let outputs = children.into_iter().map(|child| child.wait_with_output().unwrap());
    let mut sets: Vec<String> = outputs
        .map(|output| {
            let set: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            set["set"].as_str().unwrap().to_owned()
        })
        .collect();
    sets.sort();
    assert_eq!(sets, ["course-001", "course-002", "course-003"]);
}

#[test]
fn what_is_no_run_keeps_its_name_and_the_next_number_is_taken() {
    let workplace = Workplace::new();
    for leftover in ["course-001", "course-003-seed-3"] {
        std::fs::create_dir_all(workplace.path("artifacts").join(leftover)).unwrap();
    }
    let short = ["--set", "training.max_steps=1"];
    let begun = workplace.train(&[&short[..], &["--detach", "--json"]].concat()).json();
    assert_eq!(begun["run"], "course-004");
    let set = workplace
        .train(&[&short[..], &["--seeds", "2", "--view", "quiet", "--json"]].concat())
        .json();
    assert_eq!(set["set"], "course-005");
    // A name that was given is not changed.
    assert_snapshot!(workplace.train(&["--detach", "--name", "course-001"]).failure(), @r#"
    exit 73
    error: the name "course-001" is taken by something that is no run: artifacts/course-001

    hint: delete it if a run was killed there before it began; or choose another name
    "#);
    // Of a set, before its first seed is trained.
    std::fs::create_dir(workplace.path("artifacts/w-seed-4")).unwrap();
    assert_snapshot!(workplace.train(&["--seeds", "2", "--name", "w"]).failure(), @r#"
    exit 73
    error: the name "w-seed-4" is taken by something that is no run: artifacts/w-seed-4

    hint: delete it if a run was killed there before it began; or choose another name
    "#);
    assert!(!workplace.path("artifacts/w-seed-3").exists());
}

#[test]
fn words_after_two_dashes_are_no_flags_in_the_background_either() {
    let workplace = Workplace::new();
    let words = ["train", "--detach", "--json", "--set", "data.path=data", "--", "course"];
    assert_eq!(workplace.run(&words).json()["run"], "course-001");
}

#[test]
fn a_name_that_cannot_be_leaves_nothing() {
    let workplace = Workplace::new();
    assert_snapshot!(workplace.train(&["--detach", "--name", "../x"]).failure(), @r#"
    exit 2
    error: "../x" cannot be the name of a run: it starts with a dot
    "#);
    assert_snapshot!(workplace.train(&["--name=--json"]).failure(), @r#"
    exit 2
    error: "--json" cannot be the name of a run: it starts with a dash, as a flag does
    "#);
    assert!(!workplace.path("artifacts").exists());
}

#[test]
fn it_begins_at_once_and_ends_as_in_the_foreground() {
    let workplace = Workplace::new();
    let front = workplace.train(&["--name", "front", "--view", "quiet", "--json"]).json();
    let begun = workplace.train(&["--detach", "--json"]).json();
    assert_eq!(
        (&begun["run"], &begun["path"]),
        (&"course-001".into(), &"artifacts/course-001".into())
    );
    let summary = workplace.path("artifacts/course-001/summary.json");
    let since = Instant::now();
    while !summary.exists() && since.elapsed() < Duration::from_mins(1) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let back: serde_json::Value = serde_json::from_slice(&std::fs::read(summary).unwrap()).unwrap();
    assert_eq!(back["weights_digest"], front["weights_digest"]);
    assert!(workplace.path("artifacts/course-001/output.log").exists());
    assert_snapshot!(workplace.train(&["--detach", "--name", "front"]).failure(), @r#"
    exit 73
    error: there is a run called "front" already: artifacts/front

    hint: leave --name out for a new number, or choose another
    "#);
    // What keeps it from beginning is said here.
    assert_snapshot!(workplace.train(&["--detach", "--set", "data.path=nowhere"]).failure(), @r#"
    exit 66
    error: the data folder does not exist or is not a folder: nowhere

    hint: check data.path; leave it out for the files that `burnwright data fetch` brought, or for the MNIST inside the binary
    "#);
    assert_eq!(names_in(&workplace.path("artifacts")), ["course-001", "front"]);
}
