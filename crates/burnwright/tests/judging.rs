//! Runs are judged: by which samples, how often, and with what certainty.
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
fn each_look_at_the_test_samples_is_counted_and_no_other() {
    let workplace = Workplace::new();
    train(&workplace, &["--name", "a", "--set", "data.validation=0.25"]);
    assert_eq!(json(&workplace, &["evaluate", "a", "--split", "validation"])["looks_at_test"], 1);
    assert_eq!(json(&workplace, &["evaluate", "a", "--split", "train"])["total"], 480);
    assert_eq!(json(&workplace, &["evaluate", "a"])["looks_at_test"], 2);
    assert_snapshot!(workplace.run(&["runs", "verify"]).stdout(), @r#"
    run  looks at test  ledger
    a    2              whole
    "#);
    let ledger = workplace.path("artifacts/a/ledger.jsonl");
    let text = std::fs::read_to_string(&ledger).unwrap();
    std::fs::write(&ledger, text.replacen("\"command\":\"train\"", "\"command\":\"other\"", 1))
        .unwrap();
    let run = workplace.run(&["runs", "verify", "a"]);
    assert_eq!(run.status(), 65);
    assert_snapshot!(run.stdout() + &run.stderr(), @r#"
    run  looks at test  ledger
    a    2              line 1 was changed, or a line before it was removed
    error: a ledger was edited or cut

    hint: its looks can no longer be counted; a copy of the run may still be whole
    "#);
    let run = workplace.run(&["evaluate", "a"]);
    assert_eq!(run.status(), 0);
    assert!(
        run.stderr().starts_with("warning: the ledger was changed: line 1 "),
        "{}",
        run.stderr()
    );
}

#[test]
fn a_ledger_that_is_gone_is_missed_where_the_run_is_finished() {
    let workplace = Workplace::new();
    train(&workplace, &["--name", "a"]);
    assert_eq!(json(&workplace, &["evaluate", "a"])["looks_at_test"], 2);
    let files =
        ["ledger.jsonl", "ledger.head"].map(|name| workplace.path("artifacts/a").join(name));
    let text = std::fs::read_to_string(&files[0]).unwrap();
    let verify = || {
        let run = workplace.run(&["runs", "verify", "a"]);
        let [said, hint] = [run.stdout(), run.stderr()];
        assert!(hint.starts_with("error: a ledger was edited or cut\n\nhint: "), "{hint}");
        (run.status(), said.lines().nth(1).unwrap().to_owned())
    };
    // Cut to its first line, without the head.
    std::fs::write(&files[0], text.split_inclusive('\n').next().unwrap()).unwrap();
    std::fs::remove_file(&files[1]).unwrap();
    let said = "a    1              its head cannot be read: it is missing";
    assert_eq!(verify(), (65, said.to_owned()));
    std::fs::remove_file(&files[0]).unwrap();
    let summary = std::fs::read(workplace.path("artifacts/a/summary.json")).unwrap();
    let summary: Value = serde_json::from_slice(&summary).unwrap();
    let said = format!(
        "a    0              the look with which the run finished is missing: summary.json names its hash, {}",
        summary["look"].as_str().unwrap()
    );
    assert_eq!(verify(), (65, said.clone()));
    // A new look does not bring the old one back.
    let run = workplace.run(&["evaluate", "a"]);
    assert!(run.stderr().contains("the look with which the run finished is missing"));
    assert_eq!(verify(), (65, said.replace("a    0", "a    1")));
}

#[test]
fn a_look_is_noted_for_a_score_that_was_shown_and_no_other() {
    let workplace = Workplace::new();
    train(&workplace, &["--name", "a"]);
    train(&workplace, &["--name", "b"]);
    let looks =
        |run| json(&workplace, &["runs", "verify", run])["runs"][0]["looks_at_test"].clone();
    let run = workplace.run(&["evaluate", "a", "--predictions", "no/such/folder.csv"]);
    assert_eq!((run.status(), run.stdout()), (73, String::new()));
    assert_eq!(looks("a"), 1);
    // The second of two cannot be judged, so nothing is shown of the first.
    let card = workplace.path("artifacts/b/model.json");
    let text = std::fs::read_to_string(&card).unwrap();
    std::fs::write(&card, text.replace("\"weights_digest\": \"", "\"weights_digest\": \"0"))
        .unwrap();
    assert_eq!(workplace.run(&["compare", "a", "b"]).status(), 65);
    assert_eq!(looks("a"), 1);
    // A report shows what was shown before; where no ledger says so, it is a look.
    for file in ["ledger.jsonl", "ledger.head"] {
        std::fs::remove_file(workplace.path("artifacts/a").join(file)).unwrap();
    }
    let run = workplace.run(&["report", "a", "-o", "no/such/folder.html"]);
    assert_eq!((run.status(), run.stdout()), (73, String::new()));
    assert!(!workplace.path("artifacts/a/ledger.jsonl").exists());
    assert_eq!(workplace.run(&["report", "a", "-o", "page.html"]).status(), 0);
    let page = std::fs::read_to_string(workplace.path("page.html")).unwrap();
    assert!(page.contains("consulted once"));
    let ledger = std::fs::read_to_string(workplace.path("artifacts/a/ledger.jsonl")).unwrap();
    assert_eq!((ledger.lines().count(), ledger.contains("\"report\"")), (1, true));
}

#[test]
fn a_run_cannot_send_what_is_written_anywhere_else() {
    let workplace = Workplace::new();
    train(&workplace, &["--name", "a", "--tensorboard"]);
    let victim = workplace.path("victim.txt");
    std::fs::write(&victim, "precious").unwrap();
    // Its manifest names a place outside.
    let manifest = workplace.path("artifacts/a/manifest.json");
    let text = std::fs::read_to_string(&manifest).unwrap();
    let boards = std::fs::read_dir(workplace.path("artifacts/a")).unwrap();
    let names = boards.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let board = names.into_iter().find(|name| name.starts_with("events.out.tfevents.")).unwrap();
    std::fs::create_dir(workplace.path("artifacts/a").join(board.strip_suffix("a").unwrap()))
        .unwrap();
    let elsewhere = text.replace("\"run\": \"a\"", "\"run\": \"/../../../victim.txt\"");
    std::fs::write(&manifest, elsewhere).unwrap();
    let more = ["--set", "training.epochs=3", "--view", "quiet"];
    let resume = || workplace.run(&[&["resume", "a"], &more[..]].concat());
    assert_snapshot!(resume().failure(), @r#"
    exit 65
    error: run: "/../../../victim.txt" cannot be the name of a run: it holds a slash, a colon or a control character: artifacts/a/manifest.json

    hint: put the file back from a copy: without it, nothing says what the run began with
    "#);
    // A file of it leads outside.
    std::fs::write(&manifest, text).unwrap();
    let table = workplace.path("artifacts/a/metrics.csv");
    std::fs::remove_file(&table).unwrap();
    std::os::unix::fs::symlink(&victim, &table).unwrap();
    let run = resume();
    assert_eq!(run.status(), 0, "{}", run.stderr());
    assert!(
        run.stderr().contains("cannot write artifacts/a/metrics.csv: not a regular file"),
        "{}",
        run.stderr()
    );
    assert_eq!(std::fs::read_to_string(&victim).unwrap(), "precious");
}

#[test]
fn predictions_are_a_line_a_sample_and_agree_with_the_scores() {
    let workplace = Workplace::new();
    train(&workplace, &["--name", "a"]);
    let scores = json(&workplace, &["evaluate", "a", "--predictions", "all.csv"]);
    let mut table = csv::Reader::from_path(workplace.path("all.csv")).unwrap();
    let heading = table.headers().unwrap().clone();
    let first: Vec<&str> = heading.iter().take(5).collect();
    assert_eq!(first, ["index", "target", "prediction", "loss", "probability 0"]);
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 200);
    let right = rows.iter().filter(|row| row[1] == row[2]).count();
    assert_eq!(scores["correct"], right);
    for row in &rows {
        let sum: f64 = row.iter().skip(4).map(|p| p.parse::<f64>().unwrap()).sum();
        assert!((sum - 1.0).abs() < 1e-9, "{sum}");
    }
}

#[test]
fn a_report_is_the_same_however_often_it_is_made() {
    let workplace = Workplace::new();
    train(&workplace, &["--name", "a", "--set", "data.validation=0.25"]);
    let of_training = std::fs::read(workplace.path("artifacts/a/report.html")).unwrap();
    assert_eq!(json(&workplace, &["report", "a", "-o", "again.html"])["bytes"], of_training.len());
    assert_eq!(std::fs::read(workplace.path("again.html")).unwrap(), of_training);
    assert_eq!(workplace.run(&["report", "a", "-o", "-"]).stdout().into_bytes(), of_training);
    assert_eq!(json(&workplace, &["runs", "verify", "a"])["runs"][0]["looks_at_test"], 1);
    let page = String::from_utf8(of_training).unwrap();
    for said in
        ["consulted once", "<td><code>0.25</code></td><td>--set</td>", "data:image/png;base64,"]
    {
        assert!(page.contains(said), "{said}");
    }
    assert!(!page.contains("<script") && !page.contains("src=\"http"));
    std::fs::remove_file(workplace.path("artifacts/a/summary.json")).unwrap();
    assert_snapshot!(workplace.run(&["report", "a"]).failure(), @r"
    exit 66
    error: the run a is not finished

    hint: `burnwright resume a` goes on with it
    ");
}

#[test]
fn a_run_that_ends_inside_its_first_epoch_is_judged_by_what_it_held_out() {
    let workplace = Workplace::new();
    let held_out = ["--set", "data.validation=0.25", "--set", "training.max_steps=3"];
    train(&workplace, &[&["--name", "a"], &held_out[..]].concat());
    train(
        &workplace,
        &[&["--name", "b", "--set", "early_stopping.patience=1"], &held_out[..]].concat(),
    );
    for (run, said) in [("a", "nothing was chosen by them"), ("b", "could choose among epochs")] {
        let folder = workplace.path("artifacts").join(run);
        let summary = std::fs::read(folder.join("summary.json")).unwrap();
        let summary: Value = serde_json::from_slice(&summary).unwrap();
        let judged = json(&workplace, &["evaluate", run, "--split", "validation"]);
        for score in ["accuracy", "loss"] {
            assert_eq!(summary["validation"][score], judged[score]);
        }
        let page = std::fs::read_to_string(folder.join("report.html")).unwrap();
        assert!(!page.contains("No samples were held out"), "{page}");
        let percent =
            format!("samples: accuracy {:.2}%,", 100.0 * judged["accuracy"].as_f64().unwrap());
        assert!(page.contains(said) && page.contains(&percent), "{page}");
    }
}

#[test]
fn test_samples_that_changed_are_judged_by_no_command() {
    let workplace = Workplace::new();
    train(&workplace, &["--name", "a"]);
    train(&workplace, &["--name", "b", "--set", "training.seed=7"]);
    let manifest = workplace.path("artifacts/a/manifest.json");
    let text = std::fs::read_to_string(&manifest).unwrap();
    let value: Value = serde_json::from_str(&text).unwrap();
    let expected = value["test_fingerprint"].as_str().unwrap();
    assert_ne!(value["data_fingerprint"], expected);

    let images = workplace.path("data/t10k-images-idx3-ubyte");
    let mut bytes = std::fs::read(&images).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(images, bytes).unwrap();
    let changes = ["resume", "a", "--set", "training.epochs=3"];
    let commands: [&[&str]; 4] =
        [&["evaluate", "a"], &["report", "a"], &["compare", "a", "b"], &changes];
    for command in commands {
        let failure = workplace.run(command).failure();
        let said =
            "exit 65\nerror: the test samples are not those that the run was begun on: SHA-256 ";
        assert!(failure.starts_with(said), "{failure}");
        let hint = "hint: put the data back, or train anew; `burnwright resume RUN --set data.path=FOLDER` says";
        assert!(failure.contains(&format!(", expected {expected}\n\n{hint}")), "{failure}");
    }
    assert_eq!(json(&workplace, &["runs", "verify", "a"])["runs"][0]["looks_at_test"], 1);
    assert!(
        workplace.path("artifacts/a/summary.json").exists(),
        "a refused resume changes nothing"
    );

    // A run of an older version does not say which samples they were.
    let old = text.replacen(&format!("  \"test_fingerprint\": \"{expected}\",\n"), "", 1);
    assert_ne!(old, text);
    std::fs::write(&manifest, old).unwrap();
    assert_eq!(json(&workplace, &["evaluate", "a"])["total"], 200);
}

#[test]
fn what_cannot_be_watched_is_said() {
    let workplace = Workplace::new();
    assert_snapshot!(workplace.run(&["watch"]).failure(), @r"
    exit 66
    error: there is no readable run in artifacts

    hint: `burnwright train` makes one
    ");
    train(&workplace, &["--name", "a"]);
    assert_snapshot!(workplace.run(&["watch"]).failure(), @r"
    exit 2
    error: watch needs a terminal on stdin and stdout

    hint: `tail -f artifacts/a/events.jsonl` follows the events themselves
    ");
    assert_snapshot!(workplace.run(&["watch", "a", "--speed", "0"]).failure(), @r"
    exit 2
    error: --speed is 0, expected a number above 0
    ");
}

#[test]
fn other_tools_read_what_happened() {
    let workplace = Workplace::new();
    train(&workplace, &["--name", "a", "--set", "data.validation=0.25", "--tensorboard"]);
    let mut table = csv::Reader::from_path(workplace.path("artifacts/a/metrics.csv")).unwrap();
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    let of = |event: &str| rows.iter().filter(|row| &row[0] == event).count();
    assert_eq!((of("epoch"), of("evaluation")), (4, 1));
    assert!(of("window") >= 2);
    let summary = std::fs::read(workplace.path("artifacts/a/summary.json")).unwrap();
    let summary: Value = serde_json::from_slice(&summary).unwrap();
    assert_eq!(rows.last().unwrap()[5], summary["test"]["accuracy"].to_string());
    let boards = std::fs::read_dir(workplace.path("artifacts/a")).unwrap();
    let names = boards.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(names.filter(|name| name.starts_with("events.out.tfevents.")).count(), 1);
}
