//! A run in the background is one like any other, and belongs to no terminal.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

mod support;

use std::time::{Duration, Instant};

use insta::assert_snapshot;
use support::Workplace;

#[test]
fn it_begins_at_once_and_ends_as_in_the_foreground() {
    let workplace = Workplace::new();
    let front = workplace.train(&["--name", "front", "--view", "quiet", "--json"]).json();
    let begun = workplace.train(&["--detach", "--json"]).json();
    assert_eq!(
        (&begun["run"], &begun["path"]),
        (&"course-001".into(), &"artifacts/course-001".into())
    );
    let summary = workplace.path("artifacts/course-001/summary.json");
    let since = Instant::now();
    while !summary.exists() && since.elapsed() < Duration::from_mins(1) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let back: serde_json::Value = serde_json::from_slice(&std::fs::read(summary).unwrap()).unwrap();
    assert_eq!(back["weights_digest"], front["weights_digest"]);
    assert!(workplace.path("artifacts/course-001/output.log").exists());
    assert_snapshot!(workplace.train(&["--detach", "--name", "front"]).failure(), @r#"
    exit 73
    error: there is a run called "front" already: artifacts/front

    hint: leave --name out for a new number, or choose another
    "#);
    // What keeps it from beginning is said here.
    assert_snapshot!(workplace.train(&["--detach", "--set", "data.root=nowhere"]).failure(), @r#"
    exit 66
    error: the data folder does not exist or is not a folder: nowhere

    hint: check data.root; leave it out to use the MNIST inside the binary
    "#);
}
