//! Runs of earlier programs are read for ever; what later programs add within a version is passed over; a newer
//! version is refused.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

mod support;

use std::fmt::Write;
use std::path::{Path, PathBuf};

use burnwright_run::{Checkpoint, Follower, content_hash, encode};
use serde_json::{Value, json};
use support::Workplace;

/// The parts that a checkpoint may have.
const PARTS: [&str; 5] = ["model", "optimizer", "scheduler", "state", "best"];

/// A folder with copies of the golden runs: `finished`, the same as `again`, and `unfinished`.
struct Golden(Workplace);

impl Golden {
    fn new() -> Self {
        Self::of("")
    }

    /// The runs in a folder of those that are kept.
    fn of(folder: &str) -> Self {
        let golden = Self(Workplace::new());
        let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(folder);
        for (name, from) in
            [("finished", "finished"), ("again", "finished"), ("unfinished", "unfinished")]
        {
            copy(&kept.join(from), &golden.run(name));
        }
        golden.0.write_digit("digit.png", 0, |value| value);
        golden
    }

    fn run(&self, name: &str) -> PathBuf {
        self.0.path("artifacts").join(name)
    }

    fn checkpoints(&self) -> Vec<PathBuf> {
        let files = std::fs::read_dir(self.run("unfinished").join("checkpoints")).unwrap();
        files.map(|file| file.unwrap().path()).collect()
    }

    fn fails(&self, arguments: &[&str]) -> String {
        self.0.run(arguments).failure()
    }

    /// Runs a command that must not fail.
    fn json(&self, arguments: &[&str]) -> Value {
        let run = self.0.run(&[arguments, &["--json"]].concat());
        assert_eq!((run.status(), run.stderr()), (0, String::new()), "{arguments:?}");
        run.json()
    }

    /// Every command that reads runs gives what it should.
    fn is_read(&self) {
        let listed = self.json(&["runs"]);
        let state = |place: usize| (&listed["runs"][place]["run"], &listed["runs"][place]["state"]);
        assert_eq!(state(0), (&json!("again"), &json!("finished")));
        assert_eq!(state(1), (&json!("finished"), &json!("finished")));
        assert_eq!(state(2), (&json!("unfinished"), &json!("unfinished")));
        assert_eq!(
            self.json(&["runs", "verify"])["runs"][1],
            json!({
                "run": "finished", "looks_at_test": 2, "fault": null
            })
        );

        let run = self.0.run(&["resume", "finished", "--json"]);
        assert!(run.stderr().contains("there is nothing to resume"), "{}", run.stderr());
        let summary = run.json();
        assert_eq!((&summary["epochs"], &summary["steps"]), (&json!(2), &json!(212)));
        let evaluated = self.json(&["evaluate", "finished"]);
        assert_eq!(evaluated["weights_digest"], summary["weights_digest"]);
        let accuracy = |object: &Value| object["accuracy"].as_f64().unwrap();
        // Other processors round otherwise.
        assert!((accuracy(&evaluated) - accuracy(&summary["test"])).abs() < 2e-3, "{evaluated}");
        self.json(&["evaluate", "finished", "--split", "validation"]);
        let compared = self.json(&["compare", "finished", "again"]);
        assert_eq!((&compared["settings"], &compared["pairs"][0]["p"]), (&json!([]), &json!(1.0)));
        self.json(&["report", "finished", "-o", "page.html"]);
        assert!(std::fs::read_to_string(self.0.path("page.html")).unwrap().contains("finished"));
        let predicted = self.json(&["predict", "finished", "digit.png"]);
        assert_eq!(predicted["errors"], json!([]));
        assert_eq!(self.json(&["diverge", "finished", "again"])["steps"], 212);
        let run = self.0.run(&["diverge", "finished", "unfinished", "--json"]);
        assert_eq!((run.status(), &run.json()["cause"]), (1, &json!("settings")));

        let mut follower = Follower::new(&self.run("finished").join("events.jsonl"));
        assert!(follower.read().unwrap().len() > 8);
        let no_terminal = "exit 2\nerror: watch needs a terminal on stdin and stdout";
        assert!(self.fails(&["watch", "finished"]).starts_with(no_terminal));

        let run = self.0.run(&["resume", "unfinished", "--json", "--view", "quiet"]);
        let (status, summary, said) = (run.status(), run.json(), run.stderr());
        assert_eq!((status, &summary["steps"]), (0, &json!(212)), "{said}");
        assert!(!said.contains("passed over") && !said.contains("warning"), "{said}");
        assert_eq!(self.json(&["runs", "verify", "unfinished"])["runs"][0]["looks_at_test"], 1);
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn edit(path: &Path, edit: impl FnOnce(&mut Value)) {
    let mut value: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    edit(&mut value);
    std::fs::write(path, serde_json::to_vec_pretty(&value).unwrap()).unwrap();
}

/// Makes a checkpoint anew, with other bytes in its state and parts that are not known.
fn edit_checkpoint(path: &Path, edit: impl FnOnce(&mut Value), more: &[(&str, &[u8])]) {
    let whole = Checkpoint::decode(std::fs::read(path).unwrap()).unwrap();
    let mut state: Value = serde_json::from_slice(whole.part("state").unwrap()).unwrap();
    edit(&mut state);
    let state = serde_json::to_vec(&state).unwrap();
    let kept = PARTS.into_iter().filter_map(|name| Some((name, whole.part(name)?)));
    let mut parts: Vec<_> = kept.filter(|(name, _)| *name != "state").collect();
    parts.push(("state", &state));
    parts.extend(more);
    std::fs::write(path, encode(&parts)).unwrap();
}

/// Adds what this version does not know to every object of a value, but to settings: a setting is never passed over.
fn add_keys(value: &mut Value) {
    if let Value::Object(object) = value {
        for (key, inner) in object.iter_mut() {
            if !["settings", "architecture", "loss", "task"].contains(&&**key) {
                add_keys(inner);
            }
        }
        object.insert("later".to_owned(), json!({ "more": [1, null] }));
    }
}

/// The ledger as a later program would have written it; the hash of each line before and after.
fn add_to_ledger(run: &Path) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(run.join("ledger.jsonl")).unwrap();
    let (mut lines, mut hashes): (String, Vec<(String, String)>) = (String::new(), Vec::new());
    for line in text.lines() {
        let (covered, hash) = line.split_once(",\"hash\":\"").unwrap();
        let mut covered = covered.replacen("\"look\":{", "\"later\":1,\"look\":{\"later\":[2],", 1);
        if let Some((before, after)) = hashes.last() {
            covered = covered.replace(before, after);
        }
        let now = content_hash(covered.as_bytes());
        writeln!(lines, "{covered},\"hash\":\"{now}\"}}").unwrap();
        hashes.push((hash.strip_suffix("\"}").unwrap().to_owned(), now));
    }
    std::fs::write(run.join("ledger.jsonl"), lines).unwrap();
    let last = &hashes.last().unwrap().1;
    edit(&run.join("ledger.head"), |head| head["hash"] = json!(last));
    hashes
}

/// The log with unknown keys and an unknown event; where the first `bytes` bytes of it end now.
fn add_to_log(run: &Path, bytes: usize) -> usize {
    let path = run.join("events.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    let (mut lines, mut seen, mut end) = (String::new(), 0, 0);
    for line in text.split_inclusive('\n') {
        let mut event: Value = serde_json::from_str(line).unwrap();
        add_keys(&mut event);
        writeln!(lines, "{event}\n{}", json!({ "event": "eclipse", "step": "dark" })).unwrap();
        seen += line.len();
        if seen <= bytes {
            end = lines.len();
        }
    }
    std::fs::write(path, lines).unwrap();
    end
}

#[test]
fn every_command_reads_a_run_of_this_version() {
    Golden::new().is_read();
}

#[test]
fn every_command_reads_a_run_of_the_first_versions() {
    let golden = Golden::of("first");
    golden.is_read();
    // Its table of metrics has the columns that it had.
    let table = golden.run("unfinished").join("metrics.csv");
    let heading = std::fs::read_to_string(table).unwrap();
    assert!(
        heading.starts_with("event,epoch,step,split,loss,accuracy,learning_rate,"),
        "{heading}"
    );
}

#[test]
fn every_command_reads_a_run_from_before_most_files_said_a_version() {
    let golden = Golden::of("unversioned");
    golden.is_read();
    // It went on as it was: without a head in `steps.bin`.
    let steps = std::fs::metadata(golden.run("unfinished").join("steps.bin")).unwrap();
    assert_eq!(steps.len(), 24 * 212);
    // The ledger went on in this version.
    assert_eq!(golden.0.run(&["evaluate", "finished"]).stderr(), "");
    let verified = golden.json(&["runs", "verify", "finished"]);
    assert_eq!(verified["runs"][0]["fault"], Value::Null);
    // A finished run has a look, whether its summary names it or not.
    for file in ["ledger.jsonl", "ledger.head"] {
        std::fs::remove_file(golden.run("finished").join(file)).unwrap();
    }
    let run = golden.0.run(&["runs", "verify", "finished"]);
    assert_eq!(run.status(), 65);
    let said = "the look with which the run finished is missing";
    assert!(run.stdout().trim_end().ends_with(said), "{}", run.stdout());
}

#[test]
fn what_is_added_within_a_version_is_passed_over() {
    let golden = Golden::new();
    for name in ["finished", "again", "unfinished"] {
        let run = golden.run(name);
        for file in ["manifest.json", "model.json", "summary.json", "ledger.head"] {
            if run.join(file).exists() {
                edit(&run.join(file), add_keys);
            }
        }
        if name != "unfinished" {
            let hashes = add_to_ledger(&run);
            edit(&run.join("summary.json"), |summary| {
                let now = hashes.iter().find(|(before, _)| summary["look"] == json!(before));
                summary["look"] = json!(now.unwrap().1);
            });
            add_to_log(&run, 0);
        }
    }
    let log = golden.run("unfinished").join("events.jsonl");
    let text = std::fs::read_to_string(&log).unwrap();
    for path in golden.checkpoints() {
        std::fs::write(&log, &text).unwrap();
        let change = |state: &mut Value| {
            let events = usize::try_from(state["events"].as_u64().unwrap()).unwrap();
            state["events"] = json!(add_to_log(&golden.run("unfinished"), events));
            add_keys(state);
        };
        edit_checkpoint(&path, change, &[("later", b"more")]);
    }
    golden.is_read();
}

const EVALUATE: &[&str] = &["evaluate", "finished"];
const REPORT: &[&str] = &["report", "finished"];
const COMPARE: &[&str] = &["compare", "finished", "again"];
const VERIFY: &[&str] = &["runs", "verify"];
const RESUME: &[&str] = &["resume", "unfinished"];
const DIVERGE: &[&str] = &["diverge", "finished", "unfinished"];

/// Each of these commands refuses `file`, which `change` makes one of a newer version, and says what to do.
fn refused(file: &str, change: impl FnOnce(&Golden), commands: &[&[&str]]) {
    let golden = Golden::new();
    change(&golden);
    for command in commands {
        // What `runs verify` found is on stdout.
        let run = golden.0.run(command);
        let said = run.stderr();
        assert_eq!(run.status(), 65, "{file}: {command:?}: {said}");
        let error = said.lines().find(|line| line.starts_with("error: ")).unwrap();
        assert!(error.contains(" is newer than ") && error.contains(file), "{said}");
        let hint =
            "hint: the run was written by a newer Burnwright; update this one, or use that one";
        assert!(said.contains(hint), "{said}");
    }
}

/// The same of a file of JSON in the finished run that says its version under `key`.
fn refused_json(file: &str, key: &str, commands: &[&[&str]]) {
    refused(file, |golden| newer_json(&golden.run("finished").join(file), key), commands);
}

fn newer_json(path: &Path, key: &str) {
    edit(path, |value| value[key] = json!(value[key].as_u64().unwrap() + 1));
}

/// Makes the version that the first line says one higher.
fn newer_lines(path: &Path) {
    let text = std::fs::read_to_string(path).unwrap();
    let first = text.lines().next().unwrap().to_owned();
    let now = (1..9).find_map(|version| {
        let before = format!("\"version\":{version}");
        first
            .contains(&before)
            .then(|| first.replace(&before, &format!("\"version\":{}", version + 1)))
    });
    let now = now.unwrap();
    std::fs::write(path, text.replace(&first, &now)).unwrap();
}

#[test]
fn a_newer_version_of_what_a_run_says_is_refused() {
    refused(
        "manifest.json",
        |golden| {
            newer_json(&golden.run("finished").join("manifest.json"), "schema");
            newer_json(&golden.run("unfinished").join("manifest.json"), "schema");
        },
        &[EVALUATE, REPORT, COMPARE, RESUME, DIVERGE],
    );
    let predict: &[&str] = &["predict", "finished", "digit.png"];
    refused_json("model.json", "schema", &[EVALUATE, REPORT, COMPARE, predict]);
    let resume: &[&str] = &["resume", "finished"];
    refused_json("summary.json", "schema", &[EVALUATE, REPORT, COMPARE, VERIFY, resume]);
    refused_json("ledger.head", "version", &[EVALUATE, REPORT, COMPARE, VERIFY]);
}

#[test]
fn a_newer_version_of_a_log_is_refused() {
    refused(
        "ledger.jsonl",
        |golden| newer_lines(&golden.run("finished").join("ledger.jsonl")),
        &[EVALUATE, REPORT, COMPARE, VERIFY],
    );
    refused(
        "events.jsonl",
        |golden| {
            newer_lines(&golden.run("finished").join("events.jsonl"));
            newer_lines(&golden.run("unfinished").join("events.jsonl"));
        },
        &[REPORT, &["watch", "finished"], RESUME],
    );
    let newer_steps = |golden: &Golden| {
        let path = golden.run("unfinished").join("steps.bin");
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[8] += 1;
        std::fs::write(path, bytes).unwrap();
    };
    refused("steps.bin", newer_steps, &[DIVERGE, RESUME]);
}

#[test]
fn a_newer_version_of_a_checkpoint_is_refused() {
    let newer_states = |golden: &Golden| {
        for path in golden.checkpoints() {
            edit_checkpoint(&path, |state| state["schema"] = json!(3), &[]);
        }
    };
    refused(".ckpt", newer_states, &[RESUME]);
    let newer_files = |golden: &Golden| {
        for path in golden.checkpoints() {
            let mut bytes = std::fs::read(&path).unwrap();
            bytes[8] += 1;
            let body = bytes.len() - 32;
            let hash = content_hash(&bytes[..body]);
            let digits = hash.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
            let hash = digits.map(|pair| u8::from_str_radix(pair, 16).unwrap());
            bytes.splice(body.., hash);
            std::fs::write(path, bytes).unwrap();
        }
    };
    refused(".ckpt", newer_files, &[RESUME]);
}

#[test]
fn a_list_says_which_runs_a_newer_program_wrote() {
    let golden = Golden::new();
    edit(&golden.run("again").join("manifest.json"), |manifest| manifest["schema"] = json!(3));
    let run = golden.0.run(&["runs"]);
    assert_eq!(run.status(), 0);
    let last = run.stdout().lines().last().unwrap().to_owned();
    assert!(last.starts_with("again       unreadable"), "{last}");
    assert_eq!(
        run.stderr(),
        "warning: again: format version 3 is newer than 2, the newest that is known here: \
         artifacts/again/manifest.json (the run was written by a newer Burnwright; update this one, or use that one)\n"
    );
}
