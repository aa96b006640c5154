//! One line of a ledger: a look, the hash of the line before, and its own.
//!
//! The hash of a line is taken of its text up to the comma before it, so it covers what later programs add. A line of version 1,
//! which does not say its version, has a hash of the fields that it had.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Form, FormFault, Scores, content_hash};

/// The version of lines and head that is written.
pub(super) const VERSION: u64 = 3;
pub(super) const FORM: Form = Form::new("version", FIRST, VERSION).or_unsaid(FIRST);
/// The version that does not say so.
pub(super) const FIRST: u64 = 1;

/// What stands between the part of a line that its hash covers, and the hash; and after it.
pub(super) const BEFORE_HASH: &str = ",\"hash\":\"";
pub(super) const AFTER_HASH: &str = "\"}";

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
pub(super) struct Line {
    pub(super) number: usize,
    pub(super) look: Look,
    pub(super) previous: String,
    pub(super) hash: String,
}

/// What the hash of a line covers.
#[derive(Debug, Serialize)]
pub(super) struct Covered<'a> {
    pub(super) version: u64,
    pub(super) number: usize,
    pub(super) look: &'a Look,
    pub(super) previous: &'a str,
}

/// The text of a line with its end, and its hash.
pub(super) fn written(covered: &Covered<'_>) -> (String, String) {
    let text = serde_json::to_string(covered).expect("a look has text and numbers alone");
    let text = text.strip_suffix('}').expect("an object ends so");
    let hash = content_hash(text.as_bytes());
    (format!("{text}{BEFORE_HASH}{hash}{AFTER_HASH}\n"), hash)
}

pub(super) fn read_line(text: &[u8]) -> Result<(u64, Line), FormFault> {
    let version = FORM.version(text)?;
    Ok((version, FORM.read(text)?))
}

/// The hash that a line should have; none where it has no place for one, or says what its version cannot.
pub(super) fn hash_of(version: u64, text: &[u8], line: &Line) -> Option<String> {
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
