//! The whole way through the program, on a tiny real data set: train, evaluate, predict, list.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

mod support;

use support::Workplace;

#[test]
fn train_prints_the_lines_of_the_course() {
    let run = Workplace::new().train(&["--set", "training.epochs=2"]);
    assert_eq!(run.status(), 0, "{}", run.stderr());
    let lines: Vec<String> = run.stdout().lines().map(ToOwned::to_owned).collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines[0].starts_with("Epoch [1/2], Loss: "), "{lines:?}");
    assert!(lines[1].starts_with("Epoch [2/2], Loss: "), "{lines:?}");
    assert!(lines[2].starts_with("Accuracy of the model on the test images: "), "{lines:?}");
    assert!(run.stderr().contains("109,386"), "{}", run.stderr());
}

#[test]
fn json_is_one_object_and_the_run_directory_agrees_with_it() {
    let workplace = Workplace::new();
    let train = workplace.train(&["--json", "--set", "training.epochs=3"]).json();
    assert_eq!((train["epochs"].as_u64(), train["steps"].as_u64()), (Some(3), Some(30)));
    assert_eq!(train["interrupted"], false);
    let test = &train["test"];
    assert!(test["accuracy"].as_f64().unwrap() > 0.5, "{train}");

    let run = workplace.path("artifacts/course-001");
    for file in [
        "manifest.json",
        "recipe.toml",
        "events.jsonl",
        "model.safetensors",
        "model.json",
        "summary.json",
    ] {
        assert!(run.join(file).is_file(), "{file}");
    }
    let evaluated = workplace.run(&["evaluate", "--json", "--device", "flex"]).json();
    for key in ["accuracy", "correct", "total", "loss"] {
        assert_eq!(evaluated[key], test[key], "{key}");
    }
    assert_eq!(evaluated["weights_digest"], train["weights_digest"]);
    let confusion = evaluated["confusion"].as_array().unwrap().iter();
    let total: u64 = confusion
        .flat_map(|row| row.as_array().unwrap())
        .filter_map(serde_json::Value::as_u64)
        .sum();
    assert_eq!(total, 200);
    let [low, high] = [0, 1].map(|end| evaluated["interval"][end].as_f64().unwrap());
    let accuracy = evaluated["accuracy"].as_f64().unwrap();
    assert!(0.0 < low && low < accuracy && accuracy < high && high < 1.0, "{evaluated}");
}

#[test]
fn the_same_command_gives_the_same_weights_and_another_seed_gives_others() {
    let workplace = Workplace::new();
    let digest = |more: &[&str]| {
        let common = ["--json", "--view", "quiet", "--set", "training.epochs=2"];
        let run = workplace.train(&[&common[..], more].concat());
        run.json()["weights_digest"].as_str().unwrap().to_owned()
    };
    let once = digest(&[]);
    assert_eq!(digest(&[]), once);
    assert_eq!(digest(&["--set", "data.workers=3"]), once);
    assert_ne!(digest(&["--set", "training.seed=1"]), once);
}

#[test]
fn validation_early_stopping_and_its_split() {
    let workplace = Workplace::new();
    let train = workplace
        .train(&["--json", "--set", "data.validation=0.25", "--set", "early_stopping.patience=2"])
        .json();
    assert!(train["validation"]["accuracy"].as_f64().is_some(), "{train}");
    let total = |split: &str| {
        let run = workplace.run(&["evaluate", "--json", "--device", "flex", "--split", split]);
        run.json()["total"].as_u64().unwrap()
    };
    assert_eq!(total("train") + total("validation"), 640);
    assert_eq!(total("test"), 200);
}

#[test]
fn weights_of_a_run_start_another() {
    let workplace = Workplace::new();
    let first = workplace.train(&["--json", "--set", "training.epochs=1"]).json();
    let file = "artifacts/course-001/model.safetensors";
    let second = workplace.train(&["--init-from", file, "--json", "--set", "training.epochs=1"]);
    assert!(
        second.stderr().contains("initial weights: 6 matched (fc1.bias"),
        "{}",
        second.stderr()
    );
    let loss = |run: &serde_json::Value| run["train"]["loss"].as_f64().unwrap();
    assert!(loss(&second.json()) < loss(&first));

    let other = workplace.train(&["--init-from", file, "--set", "model.hidden=[64]"]);
    assert_eq!(other.status(), 65);
    assert!(other.stderr().contains("2 left over (fc3.bias, fc3.weight)"), "{}", other.stderr());
}

#[test]
fn predict_takes_files_folders_and_stdin_and_goes_on_after_a_bad_one() {
    let workplace = Workplace::new();
    workplace.train(&["--view", "quiet", "--set", "training.epochs=8"]);
    std::fs::create_dir(workplace.path("digits")).unwrap();
    let seven = workplace.write_digit("digits/a.png", 0, |pixel| pixel);
    workplace.write_digit("digits/b.png", 0, |pixel| 255 - pixel);
    std::fs::write(workplace.path("digits/c.png"), "no picture").unwrap();

    let run = workplace.run(&[
        "predict",
        "course-001",
        "digits",
        "missing.png",
        "--device",
        "flex",
        "--json",
    ]);
    assert_eq!(run.status(), 65, "{}", run.stderr());
    let answer = run.json();
    let predictions = answer["predictions"].as_array().unwrap();
    assert_eq!(predictions.len(), 2);
    let facts = |of: usize| (predictions[of]["label"].clone(), predictions[of]["inverted"].clone());
    assert_eq!(facts(0), (seven.to_string().into(), false.into()));
    assert_eq!(facts(1), (seven.to_string().into(), true.into()));
    assert_eq!(predictions[0]["probability"], predictions[1]["probability"]);
    assert_eq!(answer["errors"].as_array().unwrap().len(), 2);

    let plain = workplace.run(&["predict", "digits/a.png", "--top", "2", "--device", "flex"]);
    assert!(plain.stdout().starts_with("digits/a.png: 7 ("), "{}", plain.stdout());
    assert_eq!(plain.stdout().matches('%').count(), 2);
    let inverted = workplace.run(&["predict", "digits/b.png", "--device", "flex"]);
    assert!(inverted.stdout().ends_with("[inverted: dark on light]\n"), "{}", inverted.stdout());

    let mut command = workplace.command(&["predict", "-", "--device", "flex"]);
    command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"digits/a.png\ndigits/b.png\n")
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 2);
}

#[cfg(unix)]
#[test]
fn predict_ends_where_a_person_would_expect() {
    let workplace = Workplace::new();
    workplace.train(&["--view", "quiet", "--set", "training.max_steps=3"]);
    // A link that leads to its own folder is not followed.
    std::fs::create_dir(workplace.path("loop")).unwrap();
    std::os::unix::fs::symlink(".", workplace.path("loop/link.png")).unwrap();
    assert_eq!(workplace.run(&["predict", "loop", "--device", "flex"]).status(), 66);
    // A word that is no run and no picture is a mistake, not a reason to ask another run.
    workplace.write_digit("a.png", 0, |pixel| pixel);
    let typo = workplace.run(&["predict", "curse-001", "a.png", "--device", "flex"]);
    assert_eq!((typo.status(), typo.stdout()), (66, String::new()));
    // A name that is not UTF-8, and a pipe that never ends.
    let odd: std::ffi::OsString = std::os::unix::ffi::OsStringExt::from_vec(b"x\xff.png".to_vec());
    let output = workplace.command(&["predict", "--json", "--device", "flex"]).arg(odd).output();
    assert_eq!(output.unwrap().status.code(), Some(66));
    assert_eq!(workplace.run(&["predict", "/dev/zero", "--device", "flex"]).status(), 74);
}

#[cfg(unix)]
#[test]
fn predict_ends_when_nobody_reads() {
    let workplace = Workplace::new();
    workplace.train(&["--view", "quiet", "--set", "training.max_steps=3"]);
    workplace.write_digit("a.png", 0, |pixel| pixel);
    let paths = "a.png\n".repeat(100_000);
    let mut command = workplace.command(&["predict", "-", "--device", "flex"]);
    command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    // The program ends before it has read them all, which closes its end of the pipe.
    let written = std::io::Write::write_all(&mut stdin, paths.as_bytes());
    assert!(written.is_err(), "all paths were read though nobody reads the answers");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_run_finds_its_data_from_any_folder() {
    let workplace = Workplace::new();
    workplace.train(&["--view", "quiet", "--set", "training.max_steps=3"]);
    let mut command = workplace.command(&["evaluate", "--json", "--device", "flex"]);
    command.arg(workplace.path("artifacts/course-001")).current_dir("/");
    assert_eq!(command.output().unwrap().status.code(), Some(0));
}

#[test]
fn runs_are_listed_with_their_state() {
    let workplace = Workplace::new();
    workplace.train(&["--view", "quiet", "--name", "mine", "--set", "training.max_steps=3"]);
    let run = workplace.run(&["runs"]);
    let lines: Vec<String> = run.stdout().lines().map(ToOwned::to_owned).collect();
    assert!(lines[0].starts_with("run   state     recipe  device  score"), "{lines:?}");
    assert!(lines[1].starts_with("mine  finished  course  flex    accuracy "), "{lines:?}");
    let json = workplace.run(&["runs", "--json"]).json();
    assert_eq!(json["runs"][0]["state"], "finished");
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let workplace = Workplace::new();
    workplace.train(&["--view", "quiet", "--set", "training.max_steps=3"]);
    for arguments in
        [&["evaluate", "--device", "flex"][..], &["recipes", "course"], &["runs"], &["--help"]]
    {
        let mut command = workplace.command(arguments);
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        let mut child = command.spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_a_readable_directory() {
    use std::time::{Duration, Instant};
    let workplace = Workplace::new();
    let arguments =
        ["train", "--device", "flex", "--set", "data.path=data", "--set", "training.epochs=100000"];
    let mut command = workplace.command(&arguments);
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    let mut child = command.spawn().unwrap();
    let log = workplace.path("artifacts/course-001/events.jsonl");
    let begun = Instant::now();
    let size = || std::fs::metadata(&log).map_or(0, |metadata| metadata.len());
    while size() < 2000 && begun.elapsed() < Duration::from_mins(1) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let kill = std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(kill.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(143));
    assert!(!workplace.path("artifacts/course-001/summary.json").exists());
    let runs = workplace.run(&["runs", "--json"]).json();
    assert_eq!(runs["runs"][0]["state"], "unfinished");
    let evaluated = workplace.run(&["evaluate", "course-001", "--json", "--device", "flex"]).json();
    assert_eq!(evaluated["total"], 200);
}
