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

/// What `cargo tree` says with more words, a line a package.
fn tree(more: &[&str]) -> Vec<String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["tree", "--prefix", "none"]).args(more).current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = cargo.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| line.trim_end_matches(" (*)").to_owned()).collect()
}

/// In the workspace the examples are built together with the program; alone, as a user's would be, they are not.
#[test]
fn whoever_uses_the_library_compiles_no_command_line() {
    for example in ["example-mnist", "example-own-data", "example-own-loop", "example-own-parts"] {
        let packages = tree(&["--package", example, "--edges", "normal,build"]);
        let has = |name: &str| packages.iter().any(|line| line.split(' ').next() == Some(name));
        assert!(has("burnwright") && has("burn-flex"), "{example}: {packages:?}");
        for absent in
            ["burnwright-cli", "clap", "comfy-table", "ratatui", "schemars", "signal-hook"]
        {
            assert!(!has(absent), "{example} compiles {absent}");
        }
    }
}

/// `cargo test` after `cargo run` would compile everything above such a package again, Burn among it.
#[test]
fn development_dependencies_add_no_feature_to_what_the_program_is_made_of() {
    let features = |edges: &str| -> std::collections::BTreeSet<String> {
        let packages = tree(&["--workspace", "--format", "{p}|{f}", "--edges", edges]);
        packages.into_iter().collect()
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
