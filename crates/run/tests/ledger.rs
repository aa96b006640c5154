//! A look that is in the ledger is there, whatever becomes of the ledger's head.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

use std::io::Error;
use std::sync::Mutex;

use burnwright_run::disk::{Answer, Change, Watcher, set_watcher};
use burnwright_run::{Look, RunDirectory, Scores};

/// The name of the file that cannot be given its name now.
static REFUSED: Mutex<&str> = Mutex::new("");

struct Refusing;

impl Watcher for Refusing {
    fn before(&self, change: Change<'_>) -> Answer {
        let refused = *REFUSED.lock().unwrap();
        match change {
            Change::Rename(_, to) | Change::Append(to, _)
                if !refused.is_empty() && to.ends_with(refused) =>
            {
                Answer::Refuse(Error::other("refused by the test"))
            }
            _ => Answer::Go,
        }
    }
}

fn look(command: &str) -> Look {
    Look {
        split: "test".to_owned(),
        command: command.to_owned(),
        at: "2026-11-24T00:00:00Z".to_owned(),
        weights_digest: "abc".to_owned(),
        scores: Scores::default().of(2).with_count("correct", 1),
    }
}

#[test]
fn an_error_means_that_the_look_is_not_there_and_a_fault_that_it_is() {
    set_watcher(Box::new(Refusing));
    let folder = tempfile::tempdir().unwrap();
    let run = RunDirectory::create(folder.path(), "course", None).unwrap();
    let commands = || -> Vec<String> {
        let found = run.looks().unwrap();
        assert_eq!(found.fault, None);
        found.looks.into_iter().map(|look| look.command).collect()
    };
    assert!(run.ledger().add(&look("one")).unwrap().fault.is_none());

    *REFUSED.lock().unwrap() = "ledger.jsonl";
    let error = run.ledger().add(&look("two")).unwrap_err().to_string();
    assert!(error.ends_with("ledger.jsonl: refused by the test"), "{error}");
    assert_eq!(commands(), ["one"]);

    *REFUSED.lock().unwrap() = "ledger.head";
    let fault = run.ledger().add(&look("three")).unwrap().fault.unwrap().to_string();
    assert!(fault.ends_with("ledger.head: refused by the test"), "{fault}");
    assert_eq!(commands(), ["one", "three"]);

    *REFUSED.lock().unwrap() = "";
    assert!(run.ledger().add(&look("four")).unwrap().fault.is_none());
    assert_eq!(commands(), ["one", "three", "four"]);
}
