//! The chores as they are called, on this workspace.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

use std::io;
use std::process::{Command, Output};

fn xtask(words: &[&str]) -> io::Result<Output> {
    Command::new(env!("CARGO_BIN_EXE_xtask")).args(words).output()
}

#[test]
fn this_workspace_is_tidy() {
    let output = xtask(&["tidy"]).unwrap();
    assert!(output.status.success(), "\n{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn unknown_words_are_refused() {
    for words in [&["tydi"][..], &[], &["tidy", "now"]] {
        let output = xtask(words).unwrap();
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("usage: cargo xtask COMMAND"));
    }
}

/// `cargo test` after `cargo run` would compile everything above such a package again, Burn among it.
#[test]
fn development_dependencies_add_no_feature_to_what_the_program_is_made_of() {
    let features = |edges: &str| -> std::collections::BTreeSet<String> {
        let words = ["tree", "--workspace", "--prefix", "none", "--format", "{p}|{f}", "--edges"];
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(words).arg(edges).current_dir(env!("CARGO_MANIFEST_DIR"));
        let output = cargo.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().map(|line| line.trim_end_matches(" (*)").to_owned()).collect()
    };
    let name = |line: &str| line.split('|').next().unwrap().to_owned();
    let program = features("normal,build");
    let known: Vec<String> = program.iter().map(|line| name(line)).collect();
    let tests = features("normal,build,dev");
    // A package may be there twice, for the program and for a build script.
    let added = tests.difference(&program).filter(|line| known.contains(&name(line)));
    let changed: Vec<&String> = program.difference(&tests).chain(added).collect();
    assert!(changed.is_empty(), "{changed:#?}");
}
