//! Mixup and `CutMix` as settings: what they change, what they do not, and that they are taken up in the middle of an epoch.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

mod support;

use insta::assert_snapshot;
use support::{Run, Workplace};

const MIXED: [&str; 4] =
    ["--set", "data.augment={ mixup = 0.2, cutmix = 1.0 }", "--set", "schedule.kind=constant"];

fn train(workplace: &Workplace, more: &[&str]) -> Run {
    workplace.train(&[&["--json", "--view", "quiet"], &MIXED[..], more].concat())
}

fn digest(run: &Run) -> String {
    assert_eq!(run.status(), 0, "{}", run.stderr());
    run.json()["weights_digest"].as_str().unwrap().to_owned()
}

#[test]
fn a_run_on_mixed_batches_resumes_to_the_same_bits() {
    let workplace = Workplace::new();
    let whole = train(&workplace, &["--set", "training.max_steps=27"]);
    // Ten steps are an epoch: the third is gone on with.
    let part = train(&workplace, &["--set", "training.max_steps=23", "--name", "part"]);
    assert_ne!(digest(&part), digest(&whole));
    let more = ["resume", "part", "--view", "quiet", "--json", "--set", "training.max_steps=27"];
    assert_eq!(digest(&workplace.run(&more)), digest(&whole));
    let workers = ["--set", "training.max_steps=27", "--set", "data.workers=3"];
    assert_eq!(digest(&train(&workplace, &workers)), digest(&whole));
    let alone = ["--set", "training.max_steps=27", "--set", "data.augment.cutmix=0.0"];
    assert_ne!(digest(&train(&workplace, &alone)), digest(&whole));
    // The loss of the last epoch is that of soft targets, above what their entropy allows; the test is judged by whole pictures.
    let summary = whole.json();
    assert!(summary["train"]["loss"].as_f64() > summary["test"]["loss"].as_f64(), "{summary}");
}

#[test]
fn what_cannot_be_mixed_is_refused() {
    let workplace = Workplace::new();
    let failed = |more: &[&str]| train(&workplace, more).failure();
    assert_snapshot!(failed(&["--set", "loss.kind=mse"]), @r#"
    exit 78
    error: data.augment.mixup needs the loss cross-entropy, whose targets may be shares of two classes, but loss.kind is "mse": --set data.augment={ mixup = 0.2, cutmix = 1.0 }
    "#);
    assert_snapshot!(failed(&["--set", "data.augment.mixup=-1"]), @r"
    exit 78
    error: data.augment.mixup is -1, expected 0 to 1000000: --set data.augment.mixup=-1
    ");
    let mut table = String::from("size,kind\n");
    for row in 0..40_u32 {
        let (size, kind) = (f64::from(row) / 8.0, ["a", "b"][row as usize % 2]);
        table = format!("{table}{size},{kind}\n");
    }
    std::fs::write(workplace.path("rows.csv"), table).unwrap();
    let words = ["train", "rows.csv", "--target", "kind", "--device", "flex"];
    let run = workplace.run(&[&words[..], &["--view", "quiet"], &MIXED[..2]].concat());
    assert_snapshot!(run.failure(), @r"
    exit 78
    error: data.augment.mixup mixes pictures of classes, and these are rows
    ");
    assert!(!workplace.path("artifacts").exists(), "nothing is half-made");
}
