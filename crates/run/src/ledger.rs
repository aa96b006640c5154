//! `ledger.jsonl`: who looked at the test samples, and when; each line vouches for all before it.
//!
//! A model that is chosen by its test score is no longer judged by it. The ledger cannot prevent that; it says how often the
//! test samples were consulted. Each line holds the hash of the line before it and its own; `ledger.head` holds their number and
//! the last hash, so that lines that were edited, removed or cut off at the end are noticed. It is no protection from
//! somebody who writes both files anew.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::disk::{self, Appending};
use crate::{RunError, content_hash, write_atomically};

/// What comes before the first line.
const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// A look at the samples of a split.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Look {
    /// The split, such as `test`.
    pub split: String,
    /// The command that looked, such as `evaluate`.
    pub command: String,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// The digest of the weights that were judged.
    pub weights_digest: String,
    /// Samples classified rightly.
    pub correct: usize,
    /// Samples.
    pub total: usize,
}

/// A line of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    number: usize,
    look: Look,
    previous: String,
    hash: String,
}

/// The number of lines there were, and the hash of the last.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    looks: usize,
    hash: String,
}

/// What is wrong with a ledger.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
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
}

/// The ledger of a run.
#[derive(Clone, Debug)]
pub struct Ledger {
    path: PathBuf,
    head: PathBuf,
}

/// What a ledger holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looks {
    /// Those that can be read, in order.
    pub looks: Vec<Look>,
    /// The first thing that is wrong.
    pub fault: Option<LedgerFault>,
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

    /// Reads all looks, and what is wrong with them. A ledger that is not there holds none.
    pub fn read(&self) -> Result<Looks, RunError> {
        Ok(self.chain()?.into_looks(self.read_head()?))
    }

    /// Adds a look. Whoever adds one at the same time waits.
    ///
    /// What is wrong with the lines before stays as it is, and is still noticed: a ledger is never mended. Only a last line
    /// without an end, as a crash leaves it, is cut off.
    pub fn add(&self, look: Look) -> Result<(), RunError> {
        let io = RunError::io("write", &self.path);
        let mut file = Appending::open(&self.path).map_err(&io)?;
        file.lock().map_err(&io)?;
        let chain = self.chain()?;
        let head = self.read_head()?;
        if chain.whole_bytes < file.length().map_err(&io)? {
            file.truncate(chain.whole_bytes).map_err(&io)?;
        }
        let line = Line::after(&chain, look);
        let mut text = serde_json::to_vec(&line).map_err(|error| RunError::Malformed {
            what: format!("a look cannot be written as JSON: {error}"),
            path: self.path.clone(),
        })?;
        text.push(b'\n');
        file.append(&text).map_err(|source| RunError::writing(&self.path, text.len(), source))?;
        file.sync().map_err(&io)?;
        disk::sync_folder(self.path.parent().unwrap_or(Path::new("."))).map_err(&io)?;
        // The head of a ledger that was cut stays where it was: with a new one nobody would notice.
        if chain.into_looks(head).fault.is_some() {
            return Ok(());
        }
        let head = Head { looks: line.number, hash: line.hash };
        let text = serde_json::to_vec(&head).map_err(|error| RunError::Malformed {
            what: format!("a head cannot be written as JSON: {error}"),
            path: self.head.clone(),
        })?;
        write_atomically(&self.head, &text)
    }

    fn chain(&self) -> Result<Chain, RunError> {
        let bytes = read_if_there(&self.path)?.unwrap_or_default();
        let whole_bytes = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
        let mut chain = Chain { whole_bytes: whole_bytes as u64, ..Chain::default() };
        for text in bytes[..whole_bytes].split_inclusive(|&byte| byte == b'\n') {
            chain.add(text);
        }
        Ok(chain)
    }

    fn read_head(&self) -> Result<Option<Result<Head, LedgerFault>>, RunError> {
        let parse = |bytes: Vec<u8>| {
            serde_json::from_slice(&bytes)
                .map_err(|error| LedgerFault::Head { reason: error.to_string() })
        };
        Ok(read_if_there(&self.head)?.map(parse))
    }
}

/// The lines of a ledger, as far as they follow from one another.
#[derive(Debug, Default)]
struct Chain {
    looks: Vec<Look>,
    /// The hash of each line that was read.
    hashes: Vec<String>,
    lines: usize,
    fault: Option<LedgerFault>,
    /// Bytes up to the end of the last whole line.
    whole_bytes: u64,
}

impl Chain {
    fn add(&mut self, text: &[u8]) {
        self.lines += 1;
        let line: Line = match serde_json::from_slice(text) {
            Ok(line) => line,
            Err(error) => {
                let (line, reason) = (self.lines, error.to_string());
                return self.note(LedgerFault::Malformed { line, reason });
            }
        };
        if line.hash != line.own_hash() || line.previous != self.last() || line.number != self.lines
        {
            self.note(LedgerFault::Changed { line: self.lines });
        }
        self.hashes.push(line.hash);
        self.looks.push(line.look);
    }

    fn note(&mut self, fault: LedgerFault) {
        self.fault.get_or_insert(fault);
    }

    fn last(&self) -> &str {
        self.hashes.last().map_or(GENESIS, String::as_str)
    }

    /// The head is written after the line, so a crash may leave it one behind, never ahead.
    fn into_looks(mut self, head: Option<Result<Head, LedgerFault>>) -> Looks {
        match head {
            None if self.lines > 1 => {
                self.note(LedgerFault::Head { reason: "it is missing".to_owned() });
            }
            None => {}
            Some(Err(fault)) => self.note(fault),
            Some(Ok(head)) if head.looks > self.lines => {
                self.note(LedgerFault::Cut { got: self.lines, expected: head.looks });
            }
            Some(Ok(head)) => {
                let found = head.looks.checked_sub(1).and_then(|place| self.hashes.get(place));
                if found.is_none_or(|hash| *hash != head.hash) {
                    self.note(LedgerFault::Changed { line: head.looks });
                }
            }
        }
        Looks { looks: self.looks, fault: self.fault }
    }
}

impl Line {
    fn after(chain: &Chain, look: Look) -> Self {
        let (number, previous) = (chain.lines + 1, chain.last().to_owned());
        let mut line = Self { number, look, previous, hash: String::new() };
        line.hash = line.own_hash();
        line
    }

    /// BLAKE3 over all fields but the hash itself, each with its length.
    fn own_hash(&self) -> String {
        let Self { number, look, previous, .. } = self;
        let Look { split, command, at, weights_digest, correct, total } = look;
        let numbers = [number, correct, total].map(ToString::to_string);
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
            correct,
            total: 100,
        }
    }

    fn ledger_of(count: usize) -> (tempfile::TempDir, Ledger) {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::new(folder.path());
        (0..count).for_each(|number| ledger.add(look(number)).unwrap());
        (folder, ledger)
    }

    fn lines(text: &str, kept: std::ops::Range<usize>) -> String {
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        lines[kept].concat()
    }

    fn edited(ledger: &Ledger, edit: impl FnOnce(String) -> String) -> Looks {
        let text = std::fs::read_to_string(ledger.path()).unwrap();
        std::fs::write(ledger.path(), edit(text)).unwrap();
        ledger.read().unwrap()
    }

    #[test]
    fn looks_are_counted_by_split() {
        let (_folder, ledger) = ledger_of(3);
        ledger.add(Look { split: "validation".to_owned(), ..look(9) }).unwrap();
        let found = ledger.read().unwrap();
        assert_eq!((found.at("test"), found.at("validation"), found.fault), (3, 1, None));
        assert_eq!(found.looks[1], look(1));
        let (_folder, none) = ledger_of(0);
        assert_eq!(none.read().unwrap(), Looks::default());
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
        ledger.add(look(7)).unwrap();
        assert_eq!(ledger.read().unwrap().fault, changed(3));
        let (_folder, ledger) = ledger_of(2);
        std::fs::remove_file(&ledger.head).unwrap();
        assert!(matches!(ledger.read().unwrap().fault, Some(LedgerFault::Head { .. })));
        let (_folder, ledger) = ledger_of(2);
        let found = edited(&ledger, |text| format!("{text}nonsense\n"));
        assert!(matches!(found.fault, Some(LedgerFault::Malformed { line: 3, .. })), "{found:?}");
    }

    #[test]
    fn what_a_crash_leaves_is_no_fault() {
        // Killed within the line: it never was. Killed before the head: it is one behind.
        let (_folder, ledger) = ledger_of(2);
        let head = std::fs::read(&ledger.head).unwrap();
        assert_eq!(edited(&ledger, |text| text + "{\"number\":3,\"lo").fault, None);
        ledger.add(look(2)).unwrap();
        assert_eq!(ledger.read().unwrap().fault, None);
        std::fs::write(&ledger.head, head).unwrap();
        assert_eq!(ledger.read().unwrap().fault, None);
        let (_folder, first) = ledger_of(1);
        std::fs::remove_file(&first.head).unwrap();
        assert_eq!(first.read().unwrap().fault, None);
    }

    #[test]
    fn whoever_looks_at_the_same_time_waits() {
        let (_folder, ledger) = ledger_of(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..10).for_each(|number| ledger.add(look(number)).unwrap()));
            }
        });
        let found = ledger.read().unwrap();
        assert_eq!((found.looks.len(), found.fault), (40, None));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn no_byte_of_a_line_changes_unnoticed(place: prop::sample::Index, byte: u8) {
            let (_folder, ledger) = ledger_of(3);
            let mut bytes = std::fs::read(ledger.path()).unwrap();
            let place = place.index(bytes.len());
            let before = ledger.read().unwrap();
            prop_assume!(bytes[place] != byte);
            bytes[place] = byte;
            std::fs::write(ledger.path(), &bytes).unwrap();
            let after = ledger.read().unwrap();
            prop_assert!(after.fault.is_some() || after.looks == before.looks, "{after:?}");
        }
    }
}
