//! What `resume`, `diverge` and `data fingerprint` say.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

mod support;

use support::Workplace;

#[test]
fn a_run_goes_on_and_a_finished_one_says_so() {
    let workplace = Workplace::new();
    let whole = workplace.train(&["--name", "whole", "--json"]).json();
    workplace.train(&["--name", "part", "--set", "training.max_steps=23"]);
    // It ended as its recipe says; without its limit, it goes on.
    let more = ["resume", "part", "--json", "--set", "training.max_steps=1000"];
    let resumed = workplace.run(&more);
    assert_eq!(resumed.status(), 0, "{}", resumed.stderr());
    assert!(resumed.stderr().contains("on from step 23, epoch 3"), "{}", resumed.stderr());
    assert_eq!(resumed.json()["weights_digest"], whole["weights_digest"]);
    let again = workplace.run(&["resume", "part"]);
    assert_eq!(again.status(), 0);
    assert!(again.stderr().contains("is finished: there is nothing to resume"));

    let none = workplace.run(&["resume"]);
    assert_eq!(none.status(), 66);
    insta::assert_snapshot!(none.stderr(), @r"
    error: there is no unfinished run in artifacts

    hint: `burnwright runs` lists the runs; a finished one goes on with more epochs: `burnwright resume RUN --set training.epochs=N`
    ");

    let parted = workplace.run(&["diverge", "whole", "part"]);
    assert_eq!((parted.status(), parted.stdout().trim()), (0, "no difference in 50 steps"));
}

#[test]
fn a_changed_setting_is_named() {
    let workplace = Workplace::new();
    workplace.train(&["--name", "run", "--set", "training.max_steps=3"]);
    let refused = workplace.run(&["resume", "run", "--set", "data.batch_size=32"]);
    assert_eq!(refused.status(), 78);
    insta::assert_snapshot!(refused.stderr(), @r"
    error: the run was begun with other settings: data.batch_size was 64, is 32

    hint: put them back in the run's recipe.toml, or train anew; training.epochs, training.max_steps, data.workers, data.root, early_stopping.patience and [checkpoint] may change
    ");
}

#[test]
fn a_fingerprint_does_not_depend_on_workers() {
    let workplace = Workplace::new();
    let of = |workers: &str, more: &[&str]| {
        let common = ["data", "fingerprint", "./data", "--workers", workers];
        let run = workplace.run(&[&common[..], more].concat());
        assert_eq!(run.status(), 0, "{}", run.stderr());
        run.stdout()
    };
    assert_eq!(of("0", &[]), of("3", &[]));
    assert_ne!(of("0", &[]), of("0", &["--set", "training.seed=7"]));
    assert_ne!(of("0", &[]), of("0", &["--epochs", "3"]));
}
