//! Where output goes that a person sends to a place of their own: links are followed, pipes and devices written to, `-` is stdout.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may end so")]

mod support;

use std::fs;
use std::os::unix::fs::{FileTypeExt, symlink};
use std::process::{Command, Stdio};

use insta::assert_snapshot;
use support::{Run, Workplace};

fn trained() -> Workplace {
    let workplace = Workplace::new();
    let run = workplace.train(&["--view", "quiet", "--set", "training.epochs=1"]);
    assert_eq!(run.status(), 0, "{}", run.stderr());
    workplace
}

fn evaluate(workplace: &Workplace, file: &str) -> Run {
    workplace.run(&["evaluate", "--device", "flex", "--predictions", file])
}

const HEADING: &str = "index,target,prediction,loss,probability 0,";

#[test]
fn a_link_stays_and_what_it_leads_to_is_replaced() {
    let workplace = trained();
    fs::create_dir(workplace.path("elsewhere")).unwrap();
    fs::write(workplace.path("elsewhere/all.csv"), "old").unwrap();
    for (link, target) in [("all.csv", "elsewhere/all.csv"), ("new.csv", "elsewhere/new.csv")] {
        symlink(target, workplace.path(link)).unwrap();
        assert_eq!(evaluate(&workplace, link).status(), 0);
        assert!(workplace.path(link).is_symlink(), "{link}");
        let written = fs::read_to_string(workplace.path(target)).unwrap();
        assert!(written.starts_with(HEADING), "{written}");
    }
    symlink("elsewhere/page.html", workplace.path("page.html")).unwrap();
    assert_eq!(workplace.run(&["report", "-o", "page.html"]).status(), 0);
    assert!(workplace.path("page.html").is_symlink());
    let page = fs::read_to_string(workplace.path("elsewhere/page.html")).unwrap();
    assert_eq!(page, workplace.run(&["report", "-o", "-"]).stdout());
    let names = fs::read_dir(workplace.path("elsewhere")).unwrap().count();
    assert_eq!(names, 3, "nothing unfinished is left");
}

#[test]
fn a_pipe_gets_the_content_and_stays_a_pipe() {
    let workplace = trained();
    let pipe = workplace.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = Command::new("cat").arg(&pipe).stdout(Stdio::piped()).spawn().unwrap();
    let run = evaluate(&workplace, "pipe");
    assert_eq!(run.status(), 0, "{}", run.stderr());
    let read = String::from_utf8(reader.wait_with_output().unwrap().stdout).unwrap();
    assert!(read.starts_with(HEADING));
    assert_eq!(read.lines().count(), 201);
    assert!(pipe.symlink_metadata().unwrap().file_type().is_fifo());
    // A reader that leaves early had what it wanted.
    let mut reader = Command::new("head").args(["-c", "5"]).arg(&pipe).spawn().unwrap();
    assert_eq!(workplace.run(&["report", "-o", "pipe"]).status(), 0);
    reader.wait().unwrap();
}

#[test]
fn a_device_is_written_to() {
    let workplace = trained();
    let run = evaluate(&workplace, "/dev/null");
    assert_eq!(run.status(), 0, "{}", run.stderr());
    assert!(run.stdout().contains("accuracy"));
    assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    let run = evaluate(&workplace, "/dev/full");
    assert_eq!(run.status(), 74, "{}", run.stderr());
    assert_snapshot!(run.stderr(), @"error: cannot write /dev/full: No space left on device (os error 28)");
}

#[test]
fn a_dash_is_stdout_and_the_scores_are_talk() {
    let workplace = trained();
    for name in ["-", "/dev/stdout", "/dev/fd/1"] {
        let run = evaluate(&workplace, name);
        assert_eq!(run.status(), 0, "{}", run.stderr());
        assert!(run.stdout().starts_with(HEADING), "{name}");
        assert_eq!(run.stdout().lines().count(), 201, "{name}");
        assert!(run.stderr().contains("accuracy"), "{name}");
    }
    assert!(!workplace.path("-").exists());
    // A file behind stdout is gone on with, not replaced.
    let kept = workplace.path("kept.txt");
    fs::write(&kept, "before\n").unwrap();
    let file = fs::OpenOptions::new().append(true).open(&kept).unwrap();
    let mut command = workplace.command(&["report", "-o", "/dev/stdout"]);
    assert!(command.stdout(file).status().unwrap().success());
    let text = fs::read_to_string(&kept).unwrap();
    assert!(text.starts_with("before\n<!DOCTYPE html>"), "{}", &text[..40]);
}

#[test]
fn stdout_carries_one_thing() {
    let workplace = trained();
    assert_snapshot!(workplace.run(&["evaluate", "--json", "--predictions", "-"]).failure(), @"
    exit 2
    error: --predictions and --json cannot both have stdout

    hint: give --predictions a file, or leave --json out
    ");
    assert_snapshot!(workplace.run(&["report", "--json", "-o", "/dev/stdout"]).failure(), @"
    exit 2
    error: --output and --json cannot both have stdout

    hint: give --output a file, or leave --json out
    ");
    workplace.write_digit("a.png", 0, |pixel| pixel);
    assert_snapshot!(workplace.run(&["predict", "a.png", "--annotate", "-"]).failure(), @"
    exit 73
    error: stdout is no folder: -

    hint: give --annotate a new or an empty folder that can be written to
    ");
}

#[test]
fn a_place_that_cannot_be_written_is_an_error_before_the_model_is_judged() {
    let workplace = trained();
    let looks =
        || workplace.run(&["runs", "verify", "--json"]).json()["runs"][0]["looks_at_test"].clone();
    let before = looks();
    assert_snapshot!(evaluate(&workplace, "no/where.csv").failure(), @"
    exit 73
    error: cannot write to no/where.csv: No such file or directory (os error 2)

    hint: name a file in a folder that is there and can be written to, or `-` for stdout
    ");
    assert_snapshot!(evaluate(&workplace, "data").failure(), @"
    exit 73
    error: cannot write to data: is a directory

    hint: name a file in a folder that is there and can be written to, or `-` for stdout
    ");
    assert_eq!(looks(), before);
}

#[test]
fn a_path_that_is_not_utf_8_is_written_to_and_named() {
    use std::os::unix::ffi::OsStrExt;
    let workplace = trained();
    let name = std::ffi::OsStr::from_bytes(b"x\xff.html");
    let output = workplace.command(&["report", "--json", "-o"]).arg(name).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let object: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(object["path"], "x\u{fffd}.html");
    assert!(workplace.path(".").join(name).is_file());
}
