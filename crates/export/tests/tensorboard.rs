//! TensorBoard's own loader reads what is written.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may end so")]
#![expect(clippy::disallowed_methods, reason = "the one who tests says where their Python is")]

use std::process::Command;

use burnwright_export::{Confusion, TensorBoard};
use burnwright_run::{Event, Scores, content_hash};
use serde_json::Value;

fn scores(loss: f64, accuracy: f64) -> Scores {
    Scores::of_loss(loss).with("accuracy", accuracy)
}

/// Two epochs, the second without validation, and the end.
fn events() -> Vec<Event> {
    let window = |epoch, step, loss| Event::Window {
        epoch,
        step,
        samples: 64 * step,
        scores: scores(loss, 0.75),
        losses: vec![0.5; 2],
        learning_rate: 0.001,
        seconds: loss,
    };
    let ended = |epoch, step, validation| Event::EpochEnded {
        epoch,
        step,
        train: scores(0.5, 0.875),
        validation,
        seconds: 1.5,
        images_per_second: 125_000.0,
    };
    vec![
        Event::TrainingStarted {
            epochs: 2,
            steps_per_epoch: 4,
            samples: 256,
            parameters: 10,
            metrics: Vec::new(),
        },
        Event::EpochStarted { epoch: 1 },
        window(1, 2, 0.25),
        window(1, 4, 0.5),
        ended(1, 4, Some(scores(0.625, 0.5))),
        Event::EpochStarted { epoch: 2 },
        window(2, 8, 1.0),
        ended(2, 8, None),
        Event::Evaluated {
            split: "test".to_owned(),
            scores: scores(0.375, 0.75).of(4).with_count("correct", 3),
        },
    ]
}

fn file() -> Vec<u8> {
    let mut board = TensorBoard::new(1_700_000_000.0);
    let settings = [("model.hidden", "[128, 64]"), ("odd", "a|b`c\nd")];
    let settings = settings.map(|(key, value)| (key.to_owned(), value.to_owned()));
    let mut bytes = board.head(&settings);
    for event in events() {
        bytes.extend(board.event(&event));
    }
    let classes = ["cat", "dog"].map(str::to_owned);
    let counts = vec![vec![2, 0], vec![1, 1]];
    bytes.extend(board.confusion(&Confusion { split: "test", counts: &counts, classes: &classes }));
    bytes
}

#[test]
fn the_file_is_the_one_that_tensorboard_has_read() {
    let bytes = file();
    assert_eq!(
        (bytes.len(), &*content_hash(&bytes)),
        (1487, "81ed9abf57bd0aff79c10b3199193acd30472c6741f025d849636fe2f0ee32fd")
    );
    let read: Value = serde_json::from_str(include_str!("fixtures/read.json")).unwrap();
    assert_eq!(read["scalars"]["loss/test"], serde_json::json!([[8, 1_700_000_001.0, 0.375]]));
    assert_eq!(read["scalars"]["loss/train"].as_array().unwrap().len(), 3);
    assert_eq!(read["scalars"].as_object().unwrap().len(), 10);
    assert!(read["texts"]["settings"][0].as_str().unwrap().contains("| odd | `a\\|b c d` |"));
    let [width, height] = [32 - 8, 29];
    assert_eq!(
        read["images"]["confusion/test"],
        serde_json::json!([[8, 2 * width, 2 * height, 2 * width, 2 * height]])
    );
}

#[test]
fn tensorboard_reads_it() {
    let Some(python) = std::env::var_os("BURNWRIGHT_PYTHON") else {
        println!("skipped: BURNWRIGHT_PYTHON names no Python with tensorboard");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(TensorBoard::new(1_700_000_000.0).file_name("run"));
    std::fs::write(&path, file()).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/read_back.py");
    let output = Command::new(python).arg(script).arg(&path).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let read: Value = serde_json::from_str(&said).unwrap_or_else(|error| {
        panic!("{error}: {said}{}", String::from_utf8_lossy(&output.stderr))
    });
    let expected: Value = serde_json::from_str(include_str!("fixtures/read.json")).unwrap();
    assert_eq!(read, expected);
}
