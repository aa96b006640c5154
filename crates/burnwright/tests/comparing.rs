//! Runs are compared: settings, scores, and what the seed alone does.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

mod support;

use insta::assert_snapshot;
use serde_json::Value;
use support::Workplace;

/// A few steps, so that something is learned.
const SHORT: &[&str] = &["--set", "training.epochs=2", "--view", "quiet"];

fn train(workplace: &Workplace, more: &[&str]) {
    let run = workplace.train(&[SHORT, more].concat());
    assert_eq!(run.status(), 0, "{}", run.stderr());
}

fn json(workplace: &Workplace, arguments: &[&str]) -> Value {
    let run = workplace.run(&[arguments, &["--json"]].concat());
    assert_eq!(run.status(), 0, "{}", run.stderr());
    serde_json::from_str(&run.stdout()).unwrap()
}

#[test]
fn sets_of_seeds_are_compared_by_what_the_seed_does() {
    let workplace = Workplace::new();
    train(&workplace, &["--name", "a", "--seeds", "3"]);
    train(&workplace, &["--name", "b", "--seeds", "3", "--set", "training.seed=50"]);
    train(&workplace, &["--name", "bad", "--seeds", "3", "--set", "optimizer.learning_rate=1e-9"]);
    let same = json(&workplace, &["compare", "a", "b"]);
    assert_eq!(same["settings"].as_array().unwrap().len(), 1);
    assert_eq!(same["settings"][0][1], serde_json::json!(["[3,4,5]", "[50,51,52]"]));
    assert_eq!(same["pairs"].as_array().unwrap().len(), 15);
    assert!(same["seeds"][0]["p"].as_f64().unwrap() > 0.05, "{}", same["seeds"]);
    let other = json(&workplace, &["compare", "a", "bad"]);
    assert!(other["seeds"][0]["p"].as_f64().unwrap() < 0.001, "{}", other["seeds"]);
    let text = workplace.run(&["compare", "a", "bad"]).stdout();
    assert!(text.contains("a is better, beyond what the seed alone does"), "{text}");
    let text = workplace.run(&["compare", "a-seed-3", "bad-seed-3"]).stdout();
    assert!(text.contains("a-seed-3 is better"), "{text}");
    assert!(text.contains("p speaks of these models, not of their settings"), "{text}");
    assert_eq!(json(&workplace, &["evaluate", "a-seed-3"])["looks_at_test"], 6);
}

#[test]
fn a_run_that_is_not_finished_has_no_part_in_a_comparison() {
    let workplace = Workplace::new();
    train(&workplace, &["--name", "w", "--seeds", "2"]);
    train(&workplace, &["--name", "z", "--seeds", "3"]);
    // What a run that was stopped leaves: a model, and no summary.
    std::fs::remove_file(workplace.path("artifacts/z-seed-5/summary.json")).unwrap();
    let compared = workplace.run(&["compare", "w", "z", "--json"]);
    assert_snapshot!(compared.stderr(), @"warning: z-seed-5 is left out: it is not finished");
    let (found, of_z) = (compared.json(), "/contestants/1");
    assert_eq!(found.pointer(of_z).unwrap()["left_out"], serde_json::json!(["z-seed-5"]));
    assert_eq!(found.pointer(of_z).unwrap()["runs"].as_array().unwrap().len(), 2);
    assert_eq!(json(&workplace, &["evaluate", "z-seed-5"])["looks_at_test"], 2, "it was judged");
    assert_snapshot!(workplace.run(&["compare", "w", "z-seed-5"]).failure(), @r"
    exit 66
    error: the run z-seed-5 is not finished

    hint: `burnwright resume z-seed-5` goes on with it
    ");
    for seed in [3, 4] {
        let run = workplace.path(&format!("artifacts/z-seed-{seed}"));
        std::fs::remove_file(run.join("summary.json")).unwrap();
    }
    assert_snapshot!(workplace.run(&["compare", "w", "z"]).failure(), @r"
    exit 66
    error: no run of the set z is finished: z-seed-3, z-seed-4, z-seed-5

    hint: `burnwright resume z-seed-3` goes on with the first
    ");
}

/// The settings in which runs or sets differ, as `compare` says.
fn differing(workplace: &Workplace, runs: [&str; 2]) -> Value {
    let settings = json(workplace, &["compare", runs[0], runs[1]])["settings"].take();
    settings.as_array().unwrap().iter().filter(|row| row[0] != "training.seed").cloned().collect()
}

#[test]
fn settings_are_compared_as_they_were_trained() {
    let workplace = Workplace::new();
    let cosine = |name: &str, more: &[&str]| {
        let set = ["--name", name, "--set", "schedule.kind=cosine"];
        train(&workplace, &[&set[..], more].concat());
    };
    let resume = |run: &str, change: &str| {
        let run = workplace.run(&["resume", run, "--view", "quiet", "--set", change]);
        assert_eq!(run.status(), 0, "{}", run.stderr());
    };
    train(&workplace, &["--name", "a"]);
    train(&workplace, &["--name", "s", "--seeds", "2"]);
    assert_eq!(differing(&workplace, ["a", "s"]), serde_json::json!([]));
    resume("a", "training.epochs=4");
    let longer = serde_json::json!([["training.epochs", ["4", "2"]]]);
    assert_eq!(differing(&workplace, ["a", "s"]), longer);

    // What changes no bit makes no other set.
    resume("s-seed-4", "data.workers=0");
    assert_eq!(differing(&workplace, ["a", "s"]), longer);
    resume("s-seed-4", "training.epochs=4");
    assert_snapshot!(workplace.run(&["compare", "a", "s"]).failure(), @r"
    exit 65
    error: the runs of the set s differ in more than their seed: training.epochs is 2, 4

    hint: name the runs one by one, or train the set again
    ");

    // A schedule that spans the run had other rates before it was made longer.
    cosine("c", &[]);
    resume("c", "training.epochs=4");
    cosine("d", &["--set", "training.epochs=4"]);
    let said = "\"learning rates of another length up to step 20\"";
    assert_eq!(
        differing(&workplace, ["c", "d"]),
        serde_json::json!([["training.departures", [said, "nothing"]]])
    );
}

#[test]
fn what_cannot_be_compared_is_said() {
    let workplace = Workplace::new();
    train(&workplace, &["--name", "a"]);
    train(&workplace, &["--name", "b"]);
    assert_snapshot!(workplace.run(&["compare", "a"]).failure(), @r#"
    exit 2
    error: one run alone cannot be compared

    hint: name another run or a set; `burnwright evaluate` judges one
    "#);
    assert_snapshot!(workplace.run(&["compare", "a", "a"]).failure(), @r#"
    exit 2
    error: a was named twice; a run does not differ from itself
    "#);
    assert_snapshot!(workplace.run(&["compare", "a", "c"]).failure(), @r#"
    exit 66
    error: there is no run called "c" in artifacts

    hint: `burnwright runs` lists the runs
    "#);
    assert_snapshot!(workplace.run(&["compare", "a", "b", "--split", "validation"]).failure(), @r#"
    exit 66
    error: the run a held out no validation samples (data.validation is 0)

    hint: train with --set data.validation=0.1, or evaluate --split test
    "#);
    assert_snapshot!(workplace.run(&["train", "--seeds", "2", "--view", "dashboard"]).failure(), @r#"
    exit 2
    error: --seeds has no dashboard

    hint: --view plain prints one line an epoch
    "#);
    assert_snapshot!(workplace.run(&["train", "--seeds", "1"]).failure(), @r#"
    exit 2
    error: invalid value '1' for '--seeds <N>': 1 is not in 2..=10000

    For more information, try '--help'.
    "#);
    // The test images of another data set.
    let images = workplace.path("data/t10k-images-idx3-ubyte");
    let other = workplace.path("other");
    std::fs::create_dir(&other).unwrap();
    for file in std::fs::read_dir(workplace.path("data")).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), other.join(file.file_name())).unwrap();
    }
    let mut bytes = std::fs::read(images).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(other.join("t10k-images-idx3-ubyte"), bytes).unwrap();
    train(&workplace, &["--name", "c", "--set", "data.path=other"]);
    assert_snapshot!(workplace.run(&["compare", "a", "c"]).failure(), @r#"
    exit 65
    error: a and c have other test samples, which cannot be compared

    hint: compare runs on one data set; `burnwright evaluate` judges each by its own
    "#);
    // A model that is not there.
    std::fs::remove_file(workplace.path("artifacts/b/model.json")).unwrap();
    assert_snapshot!(workplace.run(&["compare", "a", "b"]).failure(), @r#"
    exit 66
    error: the run has no model.json: artifacts/b

    hint: the run was stopped before it had a model; `burnwright resume` goes on with it
    "#);
    // A set whose runs differ in more.
    train(&workplace, &["--name", "s-seed-1", "--set", "training.seed=1"]);
    train(
        &workplace,
        &["--name", "s-seed-2", "--set", "training.seed=2", "--set", "data.batch_size=32"],
    );
    assert_snapshot!(workplace.run(&["compare", "a", "s"]).failure(), @r#"
    exit 65
    error: the runs of the set s differ in more than their seed: data.batch_size is 64, 32

    hint: name the runs one by one, or train the set again
    "#);
}
