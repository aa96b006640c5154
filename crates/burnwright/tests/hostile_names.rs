//! Names that others chose: a terminal is shown what it would obey, and a spreadsheet computes nothing.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may end so")]

mod support;

use std::fs;

use insta::assert_snapshot;
use serde_json::Value;
use support::{Run, Workplace};

/// Sets the title of a terminal, and goes on in a new line.
const TITLE: &str = "\u{1b}]0;x\u{7}\nb\u{9b}1m\u{202e}";
const SHOWN: &str = r"\u{1b}]0;x\u{7}\nb\u{9b}1m\u{202e}";

fn trained() -> Workplace {
    let workplace = Workplace::new();
    let run = workplace.train(&["--view", "quiet", "--set", "training.epochs=8"]);
    assert_eq!(run.status(), 0, "{}", run.stderr());
    workplace
}

/// A run whose class 7 is called so.
fn with_class(name: &str) -> Workplace {
    let workplace = trained();
    let path = workplace.path("artifacts/course-001/model.json");
    let mut card: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    card["classes"][7] = name.into();
    fs::write(path, card.to_string()).unwrap();
    workplace
}

fn predict(workplace: &Workplace, words: &[&str]) -> Run {
    workplace.run(&[&["predict", "--device", "flex"], words].concat())
}

fn assert_is_tame(run: &Run) {
    for text in [run.stdout(), run.stderr()] {
        let tame = |letter: char| letter == '\n' || !(letter.is_control() || letter == '\u{202e}');
        assert!(text.chars().all(tame), "{text:?}");
    }
}

#[test]
fn names_of_files_are_shown_and_not_obeyed() {
    let workplace = trained();
    let [picture, text] = [format!("{TITLE}.png"), format!("{TITLE}2.png")];
    workplace.write_digit("a.png", 0, |pixel| pixel);
    fs::rename(workplace.path("a.png"), workplace.path(&picture)).unwrap();
    fs::write(workplace.path(&text), "no picture").unwrap();
    let run = predict(&workplace, &[&picture, &text, "\u{1b}[2Jgone.png"]);
    assert_eq!(run.status(), 65);
    assert_is_tame(&run);
    assert!(run.stdout().starts_with(&format!("{SHOWN}.png: 7 (")), "{}", run.stdout());
    assert_eq!(run.stdout().lines().count(), 1);
    assert!(run.stderr().contains(&format!("looks like text: {SHOWN}2.png\n")), "{}", run.stderr());
    assert!(run.stderr().contains(r": \u{1b}[2Jgone.png"), "{}", run.stderr());
    // JSON means the same name, and says it without a byte that a terminal obeys.
    for format in [&["--json"][..], &["--format", "jsonl"]] {
        let run = predict(&workplace, &[format, &[&picture]].concat());
        assert_is_tame(&run);
        let object: Value = serde_json::from_str(&run.stdout()).unwrap();
        let answer = object.get("predictions").map_or(&object, |all| &all[0]);
        assert_eq!(answer["path"], picture.as_str());
    }
}

#[test]
fn names_of_classes_are_shown_and_not_obeyed() {
    let workplace = with_class(TITLE);
    workplace.write_digit("a.png", 0, |pixel| pixel);
    let run = predict(&workplace, &["a.png"]);
    assert_is_tame(&run);
    assert!(run.stdout().starts_with(&format!("a.png: {SHOWN} (")), "{}", run.stdout());
    for more in [&[][..], &["--json"], &["--split", "train"]] {
        let run = workplace.run(&[&["evaluate", "--device", "flex"], more].concat());
        assert_eq!(run.status(), 0, "{}", run.stderr());
        assert_is_tame(&run);
    }
    let text = workplace.run(&["evaluate", "--device", "flex"]).stdout();
    assert!(text.lines().any(|line| line.starts_with(SHOWN)), "{text}");
}

#[test]
fn what_was_typed_is_quoted_and_not_obeyed() {
    let workplace = Workplace::new();
    let hostile = "\u{1b}]0;x\u{7}";
    for words in [
        &["train", hostile][..],
        &["train", "--set", hostile],
        &["train", "--name", hostile],
        &["train", "--device", hostile],
        &["train", "--seeds", hostile],
        &[hostile],
        &["evaluate", hostile],
        &["runs", "--artifacts", hostile],
        &["evaluate", "--predictions", "no\u{1b}/x\n"],
    ] {
        let run = workplace.run(words);
        assert_is_tame(&run);
        assert!(run.stderr().contains(r"\u{1b}"), "{words:?}: {}", run.stderr());
    }
}

#[test]
fn a_spreadsheet_is_given_text_and_computes_nothing() {
    let workplace = with_class("=1+1");
    let names = ["=cmd|' calc'!A0.png", "@a.png", "+1.png"];
    workplace.write_digit("a.png", 0, |pixel| pixel);
    for name in names {
        fs::copy(workplace.path("a.png"), workplace.path(name)).unwrap();
    }
    fs::write(workplace.path("=bad.png"), "no picture").unwrap();
    let words =
        [&["--format", "csv", "--top", "2"], &names[..], &["=bad.png", "./-x.png"]].concat();
    let stdout = predict(&workplace, &words).stdout();
    let mut table = csv::Reader::from_reader(stdout.as_bytes());
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    let paths: Vec<&str> = rows.iter().map(|row| &row[0]).collect();
    assert_eq!(paths, ["'=cmd|' calc'!A0.png", "'@a.png", "'+1.png", "'=bad.png", "./-x.png"]);
    assert_eq!(&rows[0][1], "'=1+1");
    for row in &rows[..3] {
        assert!(row[2].parse::<f64>().is_ok() && row[4].parse::<f64>().is_ok(), "{row:?}");
    }
    let run = workplace.run(&["evaluate", "--device", "flex", "--predictions", "all.csv"]);
    assert_eq!(run.status(), 0, "{}", run.stderr());
    let mut table = csv::Reader::from_path(workplace.path("all.csv")).unwrap();
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    let of_seven: Vec<&csv::StringRecord> =
        rows.iter().filter(|row| row[1].contains("1+1")).collect();
    assert!(!of_seven.is_empty() && of_seven.iter().all(|row| &row[1] == "'=1+1"));
    // Numbers stay numbers, also those below 0 (a loss may be): nothing is put before them.
    assert!(rows.iter().all(|row| row.iter().skip(3).all(|cell| cell.parse::<f64>().is_ok())));
    assert_snapshot!(stdout.lines().next().unwrap(), @"path,label,probability,label_2,probability_2,error");
}
