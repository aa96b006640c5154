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
