//! `ledger.jsonl`: who looked at the test samples, and when; each line vouches for all before it.
//!
//! A model that is chosen by its test score is no longer judged by it. The ledger cannot prevent that; it says how often the
//! test samples were consulted. Each line holds the hash of the line before it and, at its end, its own; `ledger.head` holds their
//! number and the last hash, so that lines that were edited, removed or cut off at the end are noticed. It is no protection from
//! somebody who writes both files anew.

mod chain;
mod line;

use std::path::{Path, PathBuf};

pub(crate) use self::chain::Claim;
pub use self::chain::{LedgerFault, Looks};
pub use self::line::Look;

use self::chain::{Chain, GENESIS, Head};
use self::line::{Covered, FORM, VERSION, written};
use crate::disk::{self, Appending};
use crate::{FormFault, RunError, write_atomically};

/// The ledger of a run.
#[derive(Clone, Debug)]
pub struct Ledger {
    path: PathBuf,
    head: PathBuf,
}

/// A look that is in the ledger.
#[derive(Debug)]
pub struct Noted {
    /// The hash of its line.
    pub hash: String,
    /// Why it is not certain to stay, or why the head does not vouch for it yet; none where all is well.
    pub fault: Option<RunError>,
}

impl Ledger {
    pub(crate) fn new(folder: &Path) -> Self {
        Self { path: folder.join("ledger.jsonl"), head: folder.join("ledger.head") }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads all looks, and what is wrong with them, also by what the run says. A ledger that is not there holds none; one of a
    /// version that is not known is an error.
    pub(crate) fn read(&self, claim: Claim<'_>) -> Result<Looks, RunError> {
        // The head first, for who adds a look meanwhile writes it last: it is then one behind, as a crash leaves it, and not ahead.
        let head = self.read_head()?;
        let chain = self.chain()?;
        // The first look came between the two.
        let head = if head.is_none() && chain.lines > 0 { self.read_head()? } else { head };
        Ok(chain.into_looks(head, claim))
    }

    /// Adds a look. Whoever adds one at the same time waits. An error means that it is not there.
    ///
    /// What is wrong with the lines before stays as it is, and is still noticed: a ledger is never mended. Only a last line
    /// without an end, as a crash leaves it, is cut off.
    pub fn add(&self, look: &Look) -> Result<Noted, RunError> {
        let io = RunError::io("write", &self.path);
        let mut file = Appending::open(&self.path).map_err(&io)?;
        file.lock().map_err(&io)?;
        let chain = self.chain()?;
        let head = self.read_head()?;
        // A head of no look comes first: lines without a head are then never what a crash leaves.
        if chain.lines == 0 && head.is_none() {
            self.write_head(0, GENESIS)?;
        }
        if chain.whole_bytes < file.length().map_err(&io)? {
            file.truncate(chain.whole_bytes).map_err(&io)?;
        }
        let number = chain.lines + 1;
        let previous = chain.last();
        let (text, hash) = written(&Covered { version: VERSION, number, look, previous });
        let appended = file.append(text.as_bytes());
        appended.map_err(|source| RunError::writing(&self.path, text.len() as u64, source))?;
        let durable =
            file.sync().and_then(|()| disk::sync_folder(disk::folder_of(&self.path))).map_err(&io);
        // The head of a ledger that was cut stays where it was: with a new one nobody would notice.
        let is_whole = chain.into_looks(head, Claim::Nothing).fault.is_none();
        let vouched = if is_whole { self.write_head(number, &hash) } else { Ok(()) };
        Ok(Noted { hash, fault: durable.and(vouched).err() })
    }

    fn write_head(&self, looks: usize, hash: &str) -> Result<(), RunError> {
        let head = Head { version: Some(VERSION), looks, hash: hash.to_owned() };
        let text = serde_json::to_vec(&head).expect("a head has text and numbers alone");
        write_atomically(&self.head, &text)
    }

    fn chain(&self) -> Result<Chain, RunError> {
        // default: a ledger that is not there has no line.
        let bytes = read_if_there(&self.path)?.unwrap_or_default();
        Chain::of(&bytes).map_err(|fault| fault.at(&self.path))
    }

    fn read_head(&self) -> Result<Option<Result<Head, LedgerFault>>, RunError> {
        let Some(bytes) = read_if_there(&self.head)? else { return Ok(None) };
        match FORM.read(&bytes) {
            Ok(head) => Ok(Some(Ok(head))),
            Err(FormFault::Malformed(reason)) => Ok(Some(Err(LedgerFault::Head { reason }))),
            Err(fault) => Err(fault.at(&self.head)),
        }
    }
}

fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, RunError> {
    match disk::read_regular(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(RunError::Io { action: "read", path: path.to_owned(), source }),
    }
}

#[cfg(test)]
mod tests {
    use super::line::{AFTER_HASH, BEFORE_HASH};
    use super::*;
    use crate::{Scores, content_hash};
    use proptest::prelude::*;

    fn look(correct: usize) -> Look {
        Look {
            split: "test".to_owned(),
            command: "evaluate".to_owned(),
            at: "2026-11-24T00:00:00Z".to_owned(),
            weights_digest: "abc".to_owned(),
            scores: Scores::default().of(100).with_count("correct", correct),
        }
    }

    fn add(ledger: &Ledger, look: &Look) {
        assert!(ledger.add(look).unwrap().fault.is_none());
    }

    fn read(ledger: &Ledger) -> Looks {
        ledger.read(Claim::Nothing).unwrap()
    }

    fn ledger_of(count: usize) -> (tempfile::TempDir, Ledger) {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::new(folder.path());
        (0..count).for_each(|number| add(&ledger, &look(number)));
        (folder, ledger)
    }

    fn lines(text: &str, kept: std::ops::Range<usize>) -> String {
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        lines[kept].concat()
    }

    fn edited(ledger: &Ledger, edit: impl FnOnce(String) -> String) -> Looks {
        let text = std::fs::read_to_string(ledger.path()).unwrap();
        std::fs::write(ledger.path(), edit(text)).unwrap();
        read(ledger)
    }

    #[test]
    fn looks_are_counted_by_split() {
        let (_folder, ledger) = ledger_of(3);
        add(&ledger, &Look { split: "validation".to_owned(), ..look(9) });
        let found = read(&ledger);
        assert_eq!((found.at("test"), found.at("validation"), found.fault), (3, 1, None));
        assert_eq!(found.looks[1], look(1));
        let (_folder, none) = ledger_of(0);
        assert_eq!(read(&none), Looks::default());
    }

    #[test]
    fn edits_are_noticed_and_named() {
        let changed = |line| Some(LedgerFault::Changed { line });
        let (_folder, ledger) = ledger_of(3);
        let found = edited(&ledger, |text| text.replacen("\"correct\":1", "\"correct\":99", 1));
        assert_eq!(found.fault, changed(2));
        let (_folder, ledger) = ledger_of(3);
        let found = edited(&ledger, |text| lines(&text, 1..3));
        assert_eq!(found.fault, changed(1));
        let (_folder, ledger) = ledger_of(3);
        let found = edited(&ledger, |text| lines(&text, 0..2));
        assert_eq!(found.fault, Some(LedgerFault::Cut { got: 2, expected: 3 }));
        // The next look does not mend it.
        add(&ledger, &look(7));
        assert_eq!(read(&ledger).fault, changed(3));
        let (_folder, ledger) = ledger_of(2);
        std::fs::remove_file(&ledger.head).unwrap();
        assert!(matches!(read(&ledger).fault, Some(LedgerFault::Head { .. })));
        let (_folder, ledger) = ledger_of(2);
        let found = edited(&ledger, |text| format!("{text}nonsense\n"));
        assert!(matches!(found.fault, Some(LedgerFault::Malformed { line: 3, .. })), "{found:?}");
    }

    #[test]
    fn a_ledger_that_was_cut_to_its_first_line_and_lost_its_head_is_noticed() {
        let (_folder, ledger) = ledger_of(3);
        std::fs::remove_file(&ledger.head).unwrap();
        let found = edited(&ledger, |text| lines(&text, 0..1));
        assert_eq!(found.fault.unwrap().to_string(), "its head cannot be read: it is missing");
    }

    #[test]
    fn what_a_finished_run_says_is_missed() {
        let (_folder, ledger) = ledger_of(2);
        let first = ledger.chain().unwrap().hashes[0].clone();
        let fault = |claim| ledger.read(claim).unwrap().fault.map(|fault| fault.to_string());
        assert_eq!((fault(Claim::Look(&first)), fault(Claim::SomeLook)), (None, None));
        assert_eq!(
            fault(Claim::Look("abc")).unwrap(),
            "the look with which the run finished is missing: summary.json names its hash, abc"
        );
        for file in [&ledger.path, &ledger.head] {
            std::fs::remove_file(file).unwrap();
        }
        assert_eq!(fault(Claim::Nothing), None);
        for claim in [Claim::SomeLook, Claim::Look(&first)] {
            let said = fault(claim).unwrap();
            assert!(said.starts_with("the look with which the run finished is missing"), "{said}");
        }
    }

    /// A ledger as a program wrote it that knew no other version.
    const FIRST_LINES: &str = concat!(
        r#"{"number":1,"look":{"split":"test","command":"train","at":"2026-11-24T09:05:14Z","weights_digest":"07095f9ae0b81315db968d3d1ef7181af9b14573586b16128e0f28c06d8414ed","correct":3579,"total":10000},"previous":"0000000000000000000000000000000000000000000000000000000000000000","hash":"a6c52dab303cc6ed1b993ba99a3283662bced386b8456230680b3917e01f6372"}"#,
        "\n",
        r#"{"number":2,"look":{"split":"test","command":"evaluate","at":"2026-11-24T09:05:14Z","weights_digest":"07095f9ae0b81315db968d3d1ef7181af9b14573586b16128e0f28c06d8414ed","correct":3579,"total":10000},"previous":"a6c52dab303cc6ed1b993ba99a3283662bced386b8456230680b3917e01f6372","hash":"16c673d4c1da535060f11ce4f053def5ad1de3709c860507a612a1500bd6ebe6"}"#,
        "\n",
    );
    const FIRST_HEAD: &str =
        r#"{"looks":2,"hash":"16c673d4c1da535060f11ce4f053def5ad1de3709c860507a612a1500bd6ebe6"}"#;

    #[test]
    fn lines_of_the_first_version_still_verify_and_go_on_in_this_one() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::new(folder.path());
        let first: String = FIRST_LINES.split_inclusive('\n').next().unwrap().to_owned();
        std::fs::write(ledger.path(), &first).unwrap();
        // Killed before the head.
        assert_eq!(read(&ledger).fault, None);
        assert!(ledger.read(Claim::SomeLook).unwrap().fault.is_some());
        std::fs::write(ledger.path(), FIRST_LINES).unwrap();
        assert_eq!(
            read(&ledger).fault.unwrap().to_string(),
            "its head cannot be read: it is missing"
        );
        std::fs::write(&ledger.head, FIRST_HEAD).unwrap();
        assert_eq!((read(&ledger).looks.len(), read(&ledger).fault), (2, None));
        add(&ledger, &look(5));
        assert_eq!((read(&ledger).looks.len(), read(&ledger).fault), (3, None));
        // A key that this version did not have was not written, and no hash covers it.
        let found =
            edited(&ledger, |text| text.replacen("\"number\":1", "\"more\":0,\"number\":1", 1));
        assert_eq!(found.fault, Some(LedgerFault::Changed { line: 1 }));
    }

    #[test]
    fn what_a_later_program_adds_to_a_line_is_passed_over_and_covered_by_its_hash() {
        let (_folder, ledger) = ledger_of(1);
        let text = std::fs::read_to_string(ledger.path()).unwrap();
        let (covered, _) = text.split_once(BEFORE_HASH).unwrap();
        let more =
            covered.replacen("\"look\":{", "\"device\":\"flex\",\"look\":{\"loss\":\"low\",", 1);
        let hash = content_hash(more.as_bytes());
        std::fs::write(ledger.path(), format!("{more}{BEFORE_HASH}{hash}{AFTER_HASH}\n")).unwrap();
        let head = format!(r#"{{"version":3,"looks":1,"hash":"{hash}","more":true}}"#);
        std::fs::write(&ledger.head, head).unwrap();
        assert_eq!(read(&ledger), Looks { looks: vec![look(0)], fault: None });
        add(&ledger, &look(1));
        assert_eq!(read(&ledger), Looks { looks: vec![look(0), look(1)], fault: None });
        let found = edited(&ledger, |text| text.replacen("\"low\"", "\"high\"", 1));
        assert_eq!(found.fault, Some(LedgerFault::Changed { line: 1 }));
    }

    #[test]
    fn a_newer_ledger_is_neither_read_nor_written() {
        let (_folder, ledger) = ledger_of(2);
        let text = std::fs::read_to_string(ledger.path()).unwrap();
        let newer = text.replacen("\"version\":3", "\"version\":4", 1);
        std::fs::write(ledger.path(), &newer).unwrap();
        for error in [ledger.read(Claim::Nothing).unwrap_err(), ledger.add(&look(2)).unwrap_err()] {
            assert!(matches!(error, RunError::Version { .. }), "{error}");
        }
        assert_eq!(std::fs::read_to_string(ledger.path()).unwrap(), newer);
        std::fs::write(ledger.path(), text).unwrap();
        std::fs::write(&ledger.head, r#"{"version":4}"#).unwrap();
        let error = ledger.read(Claim::Nothing).unwrap_err();
        assert!(matches!(error, RunError::Version { .. }), "{error}");
    }

    #[test]
    fn what_a_crash_leaves_is_no_fault() {
        // Killed within the line: it never was. Killed before the head: it is one behind.
        let (_folder, ledger) = ledger_of(2);
        let head = std::fs::read(&ledger.head).unwrap();
        assert_eq!(edited(&ledger, |text| text + "{\"number\":3,\"lo").fault, None);
        add(&ledger, &look(2));
        assert_eq!(read(&ledger).fault, None);
        std::fs::write(&ledger.head, head).unwrap();
        assert_eq!(read(&ledger).fault, None);
        let (_folder, first) = ledger_of(1);
        first.write_head(0, GENESIS).unwrap();
        assert_eq!(read(&first).fault, None);
        let (_folder, none) = ledger_of(0);
        none.write_head(0, GENESIS).unwrap();
        assert_eq!(read(&none), Looks::default());
    }

    #[test]
    fn whoever_looks_at_the_same_time_waits() {
        let (_folder, ledger) = ledger_of(0);
        std::thread::scope(|scope| {
            let adding = || (0..10).for_each(|number| add(&ledger, &look(number)));
            let threads = [(); 4].map(|()| scope.spawn(adding));
            // And who reads meanwhile finds nothing wrong.
            while threads.iter().any(|thread| !thread.is_finished()) {
                assert_eq!(read(&ledger).fault, None);
            }
        });
        let found = read(&ledger);
        assert_eq!((found.looks.len(), found.fault), (40, None));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn no_byte_of_a_line_changes_unnoticed(place: prop::sample::Index, byte: u8) {
            let (_folder, ledger) = ledger_of(3);
            let mut bytes = std::fs::read(ledger.path()).unwrap();
            let place = place.index(bytes.len());
            let before = read(&ledger);
            prop_assume!(bytes[place] != byte);
            bytes[place] = byte;
            std::fs::write(ledger.path(), &bytes).unwrap();
            // A digit of its version was made another: that is noticed, too.
            let Ok(after) = ledger.read(Claim::Nothing) else { return Ok(()) };
            prop_assert!(after.fault.is_some() || after.looks == before.looks, "{after:?}");
        }
    }
}
