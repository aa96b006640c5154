//! What the program says of itself to shells and to `man`.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

mod support;

use std::io::Write;
use std::process::{Command, Stdio};

use support::Workplace;

#[test]
fn every_shell_gets_a_script_that_knows_the_commands() {
    let workplace = Workplace::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = workplace.run(&["completions", shell]);
        assert_eq!((run.status(), run.stderr()), (0, String::new()), "{shell}");
        for word in ["predict", "annotate", "jsonl", "fingerprint"] {
            // Elvish and PowerShell are not told the values of flags.
            let values = !matches!(shell, "elvish" | "powershell");
            let said = run.stdout().contains(word);
            assert!(said || (word == "jsonl" && !values), "{shell}: {word}");
        }
    }
    assert_eq!(workplace.run(&["completions", "tcsh"]).status(), 2);
}

#[test]
fn bash_can_read_its_script() {
    let Ok(child) = Command::new("bash").arg("-n").stdin(Stdio::piped()).spawn() else { return };
    let mut child = child;
    let script = Workplace::new().run(&["completions", "bash"]).stdout();
    child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
}

#[test]
fn the_manual_page_has_a_section_for_each_command() {
    let run = Workplace::new().run(&["man"]);
    assert_eq!((run.status(), run.stderr()), (0, String::new()));
    let page = run.stdout();
    let sections: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix(".SH ")).collect();
    insta::assert_snapshot!(sections.join("\n"), @r#"
    NAME
    SYNOPSIS
    DESCRIPTION
    "BURNWRIGHT TRAIN"
    "BURNWRIGHT INIT"
    "BURNWRIGHT RESUME"
    "BURNWRIGHT EVALUATE"
    "BURNWRIGHT PREDICT"
    "BURNWRIGHT REPORT"
    "BURNWRIGHT WATCH"
    "BURNWRIGHT COMPARE"
    "BURNWRIGHT DIVERGE"
    "BURNWRIGHT DATA INSPECT"
    "BURNWRIGHT DATA PREVIEW"
    "BURNWRIGHT DATA FETCH"
    "BURNWRIGHT DATA FINGERPRINT"
    "BURNWRIGHT RUNS"
    "BURNWRIGHT RUNS VERIFY"
    "BURNWRIGHT RECIPES"
    "BURNWRIGHT DEVICES"
    "BURNWRIGHT COMPLETIONS"
    "BURNWRIGHT SCHEMA"
    "BURNWRIGHT MAN"
    NOTES
    VERSION
    "#);
    assert!(page.contains("annotate"), "{page}");
}
