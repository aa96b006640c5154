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

    hint: put them back in the run's recipe.toml, or train anew; training.epochs, training.max_steps, data.workers, data.path, data.class_order, early_stopping.patience and [checkpoint] may change
    ");
}

#[test]
fn a_run_cannot_be_made_shorter_than_it_is() {
    let workplace = Workplace::new();
    let quiet = ["--view", "quiet", "--name", "run", "--set", "training.epochs=2"];
    assert_eq!(workplace.train(&quiet).status(), 0);
    let files = ["summary.json", "recipe.toml", "events.jsonl", "model.safetensors", "report.html"];
    let content = || {
        let read = |file| std::fs::read(workplace.path("artifacts/run").join(file)).unwrap();
        files.map(read)
    };
    let before = content();
    let epochs = workplace.run(&["resume", "run", "--set", "training.epochs=1"]);
    insta::assert_snapshot!(epochs.failure(), @r"
    exit 78
    error: the run has made 20 steps, but training.epochs = 1 (of 10 steps) ends it after 10

    hint: a run cannot be made shorter than it is; leave the setting as it was, or train anew: `burnwright train RUN/recipe.toml --set training.epochs=N`
    ");
    let steps = workplace.run(&["resume", "run", "--set", "training.max_steps=19"]);
    insta::assert_snapshot!(steps.failure(), @r"
    exit 78
    error: the run has made 20 steps, but training.max_steps = 19 ends it after 19

    hint: a run cannot be made shorter than it is; leave the setting as it was, or train anew: `burnwright train RUN/recipe.toml --set training.epochs=N`
    ");
    assert!(content() == before, "a refused resume changes nothing");
}

/// The section of a run's report that says how to make it again, and the digest that its first command ends with.
fn train_again(workplace: &Workplace, run: &str) -> (String, serde_json::Value) {
    let page = workplace.path("artifacts").join(run).join("report.html");
    let page = std::fs::read_to_string(page).unwrap();
    let section = page.split("<section id=\"reproduce\"").nth(1).unwrap();
    let section = section.split("</section>").next().unwrap().to_owned();
    let command = section.split("<pre><code>").nth(1).unwrap().split("</code>").next().unwrap();
    let words: Vec<&str> =
        command.split(' ').skip(1).chain(["--view", "quiet", "--json"]).collect();
    let again = workplace.run(&words);
    assert_eq!(again.status(), 0, "{command}: {}", again.stderr());
    let digest = again.json()["weights_digest"].take();
    (section, digest)
}

#[test]
fn a_report_promises_the_same_bits_where_its_command_gives_them() {
    const PROMISE: &str = "the same weights to the last bit";
    let workplace = Workplace::new();
    let train = |name: &str, more: &[&str]| {
        let common = ["--view", "quiet", "--json", "--name", name, "--set", "training.epochs=2"];
        workplace.train(&[&common[..], more].concat()).json()["weights_digest"].take()
    };
    let longer = |run: &str| {
        let set = ["resume", run, "--view", "quiet", "--json", "--set", "training.epochs=3"];
        let resumed = workplace.run(&set);
        assert_eq!(resumed.stderr().contains("ends with other weights"), run != "constant");
        resumed.json()["weights_digest"].take()
    };
    train("first", &[]);
    let digest = train("from", &["--init-from", "artifacts/first/model.safetensors"]);
    std::fs::remove_dir_all(workplace.path("artifacts/first")).unwrap();
    let (section, again) = train_again(&workplace, "from");
    assert!(section.contains(PROMISE), "{section}");
    assert_eq!(again, digest);
    std::fs::remove_file(workplace.path("artifacts/from/initial.safetensors")).unwrap();
    let page = workplace.run(&["report", "from", "-o", "-"]).stdout();
    assert!(page.contains("were given with --init-from, and are not in its folder"), "{page}");
    assert!(!page.contains(PROMISE), "{page}");

    train("constant", &[]);
    let digest = longer("constant");
    let (section, again) = train_again(&workplace, "constant");
    assert!(section.contains(PROMISE), "{section}");
    assert_eq!(again, digest);

    for kind in ["cosine", "one-cycle"] {
        train(kind, &["--set", &format!("schedule.kind={kind}")]);
        let digest = longer(kind);
        let (section, again) = train_again(&workplace, kind);
        assert_ne!(again, digest, "{kind}");
        let said = format!(
            "the same bits cannot be promised:</p><ul><li>the learning rates of the {kind} schedule depend on the length of the run, \
             which was changed when it was resumed: step 20 was made with "
        );
        assert!(section.contains(&said) && !section.contains(PROMISE), "{section}");
    }
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
