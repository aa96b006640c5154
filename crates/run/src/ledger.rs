//! `ledger.jsonl`: who looked at the test samples, and when; each line vouches for all before it.
//!
//! A model that is chosen by its test score is no longer judged by it. The ledger cannot prevent that; it says how often the
//! test samples were consulted. Each line holds the hash of the line before it and, at its end, its own; `ledger.head` holds their
//! number and the last hash, so that lines that were edited, removed or cut off at the end are noticed. It is no protection from
//! somebody who writes both files anew.
//!
//! The hash of a line is taken of its text up to the comma before it, so it covers what later programs add. A line of version 1,
//! which does not say its version, has a hash of the fields that it had.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::disk::{self, Appending};
use crate::{Form, FormFault, RunError, Scores, content_hash, write_atomically};

/// The version of lines and head that is written.
const VERSION: u64 = 3;
const FORM: Form = Form::new("version", FIRST, VERSION).or_unsaid(FIRST);
/// The version that does not say so.
const FIRST: u64 = 1;

/// What comes before the first line.
const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What stands between the part of a line that its hash covers, and the hash; and after it.
const BEFORE_HASH: &str = ",\"hash\":\"";
const AFTER_HASH: &str = "\"}";

/// A look at the samples of a split.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// The split, such as `test`.
    pub split: String,
    /// The command that looked, such as `evaluate`.
    pub command: String,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// The digest of the weights that were judged.
    pub weights_digest: String,
    /// How they did.
    #[serde(flatten)]
    pub scores: Scores,
}

/// What is known of a line of any version.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    number: usize,
    look: Look,
    previous: String,
    hash: String,
}

/// What the hash of a line covers.
#[derive(Debug, Serialize)]
struct Covered<'a> {
    version: u64,
    number: usize,
    look: &'a Look,
    previous: &'a str,
}

/// The number of lines there were, and the hash of the last.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    #[serde(default)]
    version: Option<u64>,
    looks: usize,
    hash: String,
}

/// What is wrong with a ledger.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerFault {
    /// A line is none of a ledger.
    #[error("line {line} is no look: {reason}")]
    Malformed {
        /// From 1.
        line: usize,
        /// What the parser says.
        reason: String,
    },
    /// A line is not as it was written, or not where it was written.
    #[error("line {line} was changed, or a line before it was removed")]
    Changed {
        /// From 1.
        line: usize,
    },
    /// Lines at the end are missing.
    #[error("there are {got} looks, and there were {expected}")]
    Cut {
        /// Lines there are.
        got: usize,
        /// Lines there were.
        expected: usize,
    },
    /// The head is no head.
    #[error("its head cannot be read: {reason}")]
    Head {
        /// What the parser says.
        reason: String,
    },
    /// The run is finished, and the look with which it finished is not there.
    #[error("the look with which the run finished is missing{}", named(hash.as_deref()))]
    Missing {
        /// The hash of its line, where the run's summary names it.
        hash: Option<String>,
    },
}

fn named(hash: Option<&str>) -> String {
    hash.map_or_else(String::new, |hash| format!(": summary.json names its hash, {hash}"))
}

/// What a run says of its ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Claim<'a> {
    /// It is not finished.
    Nothing,
    /// It finished with a look, and does not say with which.
    SomeLook,
    /// It finished with the look of this hash.
    Look(&'a str),
}

/// The ledger of a run.
#[derive(Clone, Debug)]
pub struct Ledger {
    path: PathBuf,
    head: PathBuf,
}

/// What a ledger holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Looks {
    /// Those that can be read, in order.
    pub looks: Vec<Look>,
    /// The first thing that is wrong.
    pub fault: Option<LedgerFault>,
}

/// A look that is in the ledger.
#[derive(Debug)]
pub struct Noted {
    /// The hash of its line.
    pub hash: String,
    /// Why it is not certain to stay, or why the head does not vouch for it yet; none where all is well.
    pub fault: Option<RunError>,
}

impl Looks {
    /// How often a split was consulted.
    pub fn at(&self, split: &str) -> usize {
        self.looks.iter().filter(|look| look.split == split).count()
    }
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
        let whole_bytes = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
        let mut chain = Chain { whole_bytes: whole_bytes as u64, ..Chain::default() };
        for text in bytes[..whole_bytes].split_inclusive(|&byte| byte == b'\n') {
            let text = text.strip_suffix(b"\n").expect("each of these lines has an end");
            chain.add(text).map_err(|fault| fault.at(&self.path))?;
        }
        Ok(chain)
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

/// The lines of a ledger, as far as they follow from one another.
#[derive(Debug, Default)]
struct Chain {
    looks: Vec<Look>,
    /// The hash of each line that was read.
    hashes: Vec<String>,
    lines: usize,
    /// Whether the first line is of the first version.
    began_early: bool,
    fault: Option<LedgerFault>,
    /// Bytes up to the end of the last whole line.
    whole_bytes: u64,
}

impl Chain {
    /// Takes the next line, without its end. Only a version that is not known is an error.
    fn add(&mut self, text: &[u8]) -> Result<(), FormFault> {
        self.lines += 1;
        let (version, line) = match read_line(text) {
            Ok(read) => read,
            Err(FormFault::Malformed(reason)) => {
                self.note(LedgerFault::Malformed { line: self.lines, reason });
                return Ok(());
            }
            Err(fault) => return Err(fault),
        };
        self.began_early |= self.lines == 1 && version == FIRST;
        let is_right = line.previous == self.last() && line.number == self.lines;
        if !is_right || hash_of(version, text, &line).as_ref() != Some(&line.hash) {
            self.note(LedgerFault::Changed { line: self.lines });
        }
        self.hashes.push(line.hash);
        self.looks.push(line.look);
        Ok(())
    }

    fn note(&mut self, fault: LedgerFault) {
        self.fault.get_or_insert(fault);
    }

    fn last(&self) -> &str {
        self.hashes.last().map_or(GENESIS, String::as_str)
    }

    /// The head is written after the line, so a crash may leave it one behind, never ahead.
    fn into_looks(mut self, head: Option<Result<Head, LedgerFault>>, claim: Claim<'_>) -> Looks {
        match head {
            None if self.lines == 0 => {}
            // The first programs wrote no head before the first line.
            None if self.lines == 1 && self.began_early && claim == Claim::Nothing => {}
            None => self.note(LedgerFault::Head { reason: "it is missing".to_owned() }),
            Some(Err(fault)) => self.note(fault),
            Some(Ok(head)) if head.looks > self.lines => {
                self.note(LedgerFault::Cut { got: self.lines, expected: head.looks });
            }
            Some(Ok(head)) => {
                let found = match head.looks.checked_sub(1) {
                    None => Some(GENESIS),
                    Some(place) => self.hashes.get(place).map(String::as_str),
                };
                if found != Some(&head.hash) {
                    self.note(LedgerFault::Changed { line: head.looks });
                }
            }
        }
        let (is_there, hash) = match claim {
            Claim::Nothing => (true, None),
            Claim::SomeLook => (!self.looks.is_empty(), None),
            Claim::Look(hash) => (self.hashes.iter().any(|one| one == hash), Some(hash)),
        };
        if !is_there {
            self.note(LedgerFault::Missing { hash: hash.map(ToOwned::to_owned) });
        }
        Looks { looks: self.looks, fault: self.fault }
    }
}

/// The text of a line with its end, and its hash.
fn written(covered: &Covered<'_>) -> (String, String) {
    let text = serde_json::to_string(covered).expect("a look has text and numbers alone");
    let text = text.strip_suffix('}').expect("an object ends so");
    let hash = content_hash(text.as_bytes());
    (format!("{text}{BEFORE_HASH}{hash}{AFTER_HASH}\n"), hash)
}

fn read_line(text: &[u8]) -> Result<(u64, Line), FormFault> {
    let version = FORM.version(text)?;
    Ok((version, FORM.read(text)?))
}

/// The hash that a line should have; none where it has no place for one, or says what its version cannot.
fn hash_of(version: u64, text: &[u8], line: &Line) -> Option<String> {
    if version == FIRST {
        let said: Value = serde_json::from_slice(text).ok()?;
        let known = serde_json::to_value(line).expect("a line has text and numbers alone");
        return (said == known).then(|| line.hash_of_fields());
    }
    let rest = text.strip_suffix(AFTER_HASH.as_bytes())?;
    let (rest, _) = rest.split_at_checked(rest.len().checked_sub(line.hash.len())?)?;
    rest.strip_suffix(BEFORE_HASH.as_bytes()).map(content_hash)
}

impl Line {
    /// BLAKE3 over all fields of a line of the first version but the hash itself, each with its length.
    fn hash_of_fields(&self) -> String {
        let Self { number, look, previous, .. } = self;
        let Look { split, command, at, weights_digest, scores } = look;
        // default: each line of that version has both; one without has no hash that fits.
        let correct = scores.count("correct").unwrap_or_default();
        // default: as above.
        let total = scores.total.unwrap_or_default();
        let numbers = [number.to_string(), correct.to_string(), total.to_string()];
        let texts = [split, command, at, weights_digest, previous].into_iter().chain(&numbers);
        let bytes: Vec<u8> = texts
            .flat_map(|text| [&(text.len() as u64).to_le_bytes()[..], text.as_bytes()].concat())
            .collect();
        content_hash(&bytes)
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
    use super::*;
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
