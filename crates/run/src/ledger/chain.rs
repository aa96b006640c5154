//! Lines of a ledger, their head, and what a run says of them in; the looks, and the first thing that is wrong, out.

use serde::{Deserialize, Serialize};

use super::line::{FIRST, Look, hash_of, read_line};
use crate::FormFault;

/// What comes before the first line.
pub(super) const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

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

/// What a ledger holds.
#[derive(Clone, Debug, Default, PartialEq)]
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

/// The number of lines there were, and the hash of the last.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Head {
    #[serde(default)]
    pub(super) version: Option<u64>,
    pub(super) looks: usize,
    pub(super) hash: String,
}

/// The lines of a ledger, as far as they follow from one another.
#[derive(Debug, Default)]
pub(super) struct Chain {
    looks: Vec<Look>,
    /// The hash of each line that was read.
    pub(super) hashes: Vec<String>,
    pub(super) lines: usize,
    /// Whether the first line is of the first version.
    began_early: bool,
    fault: Option<LedgerFault>,
    /// Bytes up to the end of the last whole line.
    pub(super) whole_bytes: u64,
}

impl Chain {
    /// Reads the whole lines of a file. Only a version that is not known is an error.
    pub(super) fn of(bytes: &[u8]) -> Result<Self, FormFault> {
        let whole_bytes = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
        let mut chain = Self { whole_bytes: whole_bytes as u64, ..Self::default() };
        for text in bytes[..whole_bytes].split_inclusive(|&byte| byte == b'\n') {
            chain.add(text.strip_suffix(b"\n").expect("each of these lines has an end"))?;
        }
        Ok(chain)
    }

    /// Takes the next line, without its end.
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

    pub(super) fn last(&self) -> &str {
        self.hashes.last().map_or(GENESIS, String::as_str)
    }

    /// The head is written after the line, so a crash may leave it one behind, never ahead.
    pub(super) fn into_looks(
        mut self,
        head: Option<Result<Head, LedgerFault>>,
        claim: Claim<'_>,
    ) -> Looks {
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
