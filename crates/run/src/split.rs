//! `split.json`: which example of a user's data is in which part, by the hash of its content.

use serde::{Deserialize, Serialize};

use crate::Form;

/// The version of the file's format.
pub const SPLIT_SCHEMA: u32 = 1;
pub(crate) const FORM: Form = Form::new("schema", 1, SPLIT_SCHEMA as u64);
/// The longest file that is read.
pub(crate) const MOST_BYTES: u64 = 64 << 20;

/// The examples of each part by the hash of their content, in hexadecimal and sorted, as often as they occur.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitRecord {
    /// [`SPLIT_SCHEMA`].
    pub schema: u32,
    /// What was learned from.
    pub train: Vec<String>,
    /// What was held out of it.
    pub validation: Vec<String>,
    /// What the model is judged by.
    pub test: Vec<String>,
}

impl SplitRecord {
    /// The parts of some hashes.
    pub fn new(train: &[[u8; 16]], validation: &[[u8; 16]], test: &[[u8; 16]]) -> Self {
        let written = |hashes: &[[u8; 16]]| {
            let mut hashes: Vec<String> = hashes.iter().map(hexadecimal).collect();
            hashes.sort_unstable();
            hashes
        };
        Self {
            schema: SPLIT_SCHEMA,
            train: written(train),
            validation: written(validation),
            test: written(test),
        }
    }

    /// The parts, each with its name.
    pub fn parts(&self) -> [(&'static str, &[String]); 3] {
        [("train", &self.train), ("validation", &self.validation), ("test", &self.test)]
    }

    /// BLAKE3 over a line for each part and each of its examples, as hexadecimal.
    pub fn digest(&self) -> String {
        let mut hash = blake3::Hasher::new();
        for (part, hashes) in self.parts() {
            for line in std::iter::once(part).chain(hashes.iter().map(String::as_str)) {
                hash.update(line.as_bytes());
                hash.update(b"\n");
            }
        }
        hash.finalize().to_hex().to_string()
    }

    /// The hashes that are in other parts than before, each with the part that has lost it and the one that has gained it. An example that was
    /// added or is gone has not moved.
    pub fn moved(&self, before: &Self) -> Vec<Moved> {
        let (lost, gained) = (before.missing_in(self), self.missing_in(before));
        let mut moved = Vec::new();
        for &(hash, from) in &lost {
            let first = gained.partition_point(|(other, _)| *other < hash);
            if let Some(&(_, to)) = gained.get(first).filter(|(other, _)| *other == hash) {
                moved.push(Moved { hash: hash.to_owned(), from, to });
            }
        }
        moved.dedup_by(|left, right| left.hash == right.hash);
        moved
    }

    /// The hashes that a part of this has more often than the same part of another, sorted.
    fn missing_in<'a>(&'a self, other: &Self) -> Vec<(&'a str, &'static str)> {
        let mut missing = Vec::new();
        for ((part, mine), (_, theirs)) in self.parts().into_iter().zip(other.parts()) {
            let mut theirs = theirs.iter().peekable();
            for hash in mine {
                while theirs.next_if(|their| *their < hash).is_some() {}
                if theirs.next_if_eq(&hash).is_none() {
                    missing.push((hash.as_str(), part));
                }
            }
        }
        missing.sort_unstable();
        missing
    }
}

/// A hash that is in another part than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// In hexadecimal.
    pub hash: String,
    /// The part that it was in.
    pub from: &'static str,
    /// The part that it is in.
    pub to: &'static str,
}

/// A hash as it is written.
pub fn hexadecimal(hash: &[u8; 16]) -> String {
    let number = u128::from_be_bytes(*hash);
    format!("{number:032x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(parts: [&[u8]; 3]) -> SplitRecord {
        let [train, validation, test] =
            parts.map(|part| part.iter().map(|&byte| [byte; 16]).collect::<Vec<_>>());
        SplitRecord::new(&train, &validation, &test)
    }

    #[test]
    fn the_digest_depends_on_parts_and_contents_not_on_order() {
        let one = record([&[1, 2, 3], &[4], &[5]]);
        assert_eq!(one.digest(), record([&[3, 1, 2], &[4], &[5]]).digest());
        for other in [record([&[1, 2], &[3, 4], &[5]]), record([&[1, 2, 9], &[4], &[5]])] {
            assert_ne!(one.digest(), other.digest());
        }
        assert_eq!(one.train[0], "01010101010101010101010101010101");
        assert_eq!(hexadecimal(&[0xAB; 16]).len(), 32);
        assert!(hexadecimal(&[0; 16]).len() == 32);
    }

    #[test]
    fn what_has_moved_is_told_from_what_was_added_or_is_gone() {
        let before = record([&[1, 2, 2, 3], &[4], &[5]]);
        let moves = |parts| {
            let moved = record(parts).moved(&before);
            moved.iter().map(|one| (one.hash[..2].to_owned(), one.from, one.to)).collect::<Vec<_>>()
        };
        assert_eq!(moves([&[1, 2, 2, 3], &[4], &[5]]), []);
        assert_eq!(moves([&[1, 2, 3], &[4], &[]]), []);
        assert_eq!(moves([&[1, 2, 2, 3, 7], &[4], &[5, 8]]), []);
        assert_eq!(
            moves([&[1, 2, 2, 5], &[4], &[3]]),
            [("03".to_owned(), "train", "test"), ("05".to_owned(), "test", "train")]
        );
        // One of two copies.
        assert_eq!(moves([&[1, 2, 3], &[2, 4], &[5]]), [("02".to_owned(), "train", "validation")]);
    }
}
