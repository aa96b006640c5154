//! The bytes of a checkpoint: named parts, each with its BLAKE3, and one BLAKE3 over everything.
//!
//! ```text
//!  0  8  magic "BWCKPT\r\n"
//!  8  4  version, 1           all numbers little-endian
//! 12  4  parts
//! 16  8  length of the file
//! 24 64  a part: name (16, padded with 0), offset (8), length (8), BLAKE3 (32); as many as there are
//!        the parts, one after the other
//!    32  BLAKE3 of all bytes before
//! ```

use std::ops::Range;

use crate::{Form, UnknownVersion};

const MAGIC: &[u8; 8] = b"BWCKPT\r\n";
const VERSION: u32 = 1;
const FORM: Form = Form::new("version", 1, VERSION as u64);
const HEADER: usize = 24;
const NAME: usize = 16;
const ENTRY: usize = 64;
const HASH: usize = 32;
/// More than any version has had.
const MOST_PARTS: usize = 64;

/// Why bytes are no checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointFault {
    /// Too short for anything.
    #[error("holds {got} bytes, expected at least {}", HEADER + HASH)]
    Short {
        /// Bytes there are.
        got: usize,
    },
    /// Something else.
    #[error("does not begin as a checkpoint does")]
    Magic,
    /// Of another version of the format.
    #[error(transparent)]
    Version(#[from] UnknownVersion),
    /// Cut short, or with something behind its end.
    #[error("holds {got} bytes, expected {expected}")]
    Length {
        /// Bytes there are.
        got: usize,
        /// Bytes that its header announces.
        expected: u64,
    },
    /// Not the bytes that were written.
    #[error("was changed: its BLAKE3 differs")]
    Changed,
    /// Not the bytes that were written, in a part of it.
    #[error("was changed: the BLAKE3 of its part \"{part}\" differs")]
    PartChanged {
        /// The part.
        part: String,
    },
    /// The table of contents makes no sense.
    #[error("has a broken table of contents at entry {entry}")]
    Table {
        /// The entry, from 0.
        entry: usize,
    },
}

/// A checkpoint whose hashes were verified.
#[derive(Debug)]
pub struct Checkpoint {
    bytes: Vec<u8>,
    parts: Vec<(String, Range<usize>)>,
}

impl Checkpoint {
    /// Verifies the bytes of a checkpoint.
    pub fn decode(bytes: Vec<u8>) -> Result<Self, CheckpointFault> {
        if bytes.len() < HEADER + HASH {
            return Err(CheckpointFault::Short { got: bytes.len() });
        }
        if &bytes[..8] != MAGIC {
            return Err(CheckpointFault::Magic);
        }
        let expected = u64::from_le_bytes(array(&bytes[16..24]));
        if bytes.len() as u64 != expected {
            return Err(CheckpointFault::Length { got: bytes.len(), expected });
        }
        let (body, trailer) = bytes.split_at(bytes.len() - HASH);
        if blake3::hash(body).as_bytes() != trailer {
            return Err(CheckpointFault::Changed);
        }
        // Only now: a damaged number is no version. What comes before and after stays as it is in every version.
        let version = u32::from_le_bytes(array(&bytes[8..12]));
        FORM.check(version.into())?;
        let parts = table(body)?;
        Ok(Self { bytes, parts })
    }

    /// The bytes of a part.
    pub fn part(&self, name: &str) -> Option<&[u8]> {
        let (_, range) = self.parts.iter().find(|(part, _)| part == name)?;
        Some(&self.bytes[range.clone()])
    }
}

fn table(body: &[u8]) -> Result<Vec<(String, Range<usize>)>, CheckpointFault> {
    let count = u32::from_le_bytes(array(&body[12..16])) as usize;
    let first = HEADER + count.min(MOST_PARTS + 1) * ENTRY;
    if count > MOST_PARTS || first > body.len() {
        return Err(CheckpointFault::Table { entry: 0 });
    }
    let mut end = first;
    let mut parts = Vec::with_capacity(count);
    for (entry, line) in body[HEADER..first].chunks_exact(ENTRY).enumerate() {
        let broken = CheckpointFault::Table { entry };
        let (name, rest) = line.split_at(NAME);
        let name = name.split(|&byte| byte == 0).next().expect("a split has a first part");
        let name = std::str::from_utf8(name).map_err(|_| broken.clone())?.to_owned();
        let offset = u64::from_le_bytes(array(&rest[..8]));
        let length = u64::from_le_bytes(array(&rest[8..16]));
        let length = usize::try_from(length).map_err(|_| broken.clone())?;
        let range = end..end.checked_add(length).ok_or(broken.clone())?;
        if offset != end as u64 || range.end > body.len() {
            return Err(broken);
        }
        if blake3::hash(&body[range.clone()]).as_bytes() != &rest[16..] {
            return Err(CheckpointFault::PartChanged { part: name });
        }
        end = range.end;
        parts.push((name, range));
    }
    if end == body.len() { Ok(parts) } else { Err(CheckpointFault::Table { entry: count }) }
}

/// The bytes of a checkpoint with these parts: at most 64, each with a name of its own of at most 16 bytes.
pub fn encode(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let first = HEADER + parts.len() * ENTRY;
    let length = first + parts.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() + HASH;
    let mut file = Vec::with_capacity(length);
    file.extend_from_slice(MAGIC);
    file.extend_from_slice(&VERSION.to_le_bytes());
    let count = u32::try_from(parts.len()).expect("there are at most 64 parts");
    file.extend_from_slice(&count.to_le_bytes());
    file.extend_from_slice(&(length as u64).to_le_bytes());
    let mut offset = first as u64;
    for (name, bytes) in parts {
        let mut padded = [0; NAME];
        let used = padded.get_mut(..name.len()).expect("the name of a part has at most 16 bytes");
        used.copy_from_slice(name.as_bytes());
        file.extend_from_slice(&padded);
        file.extend_from_slice(&offset.to_le_bytes());
        file.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        file.extend_from_slice(blake3::hash(bytes).as_bytes());
        offset += bytes.len() as u64;
    }
    for (_, bytes) in parts {
        file.extend_from_slice(bytes);
    }
    let whole = blake3::hash(&file);
    file.extend_from_slice(whole.as_bytes());
    file
}

/// The first bytes of a slice that is known to be long enough.
fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut array = [0; N];
    array.copy_from_slice(&bytes[..N]);
    array
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn small() -> Vec<u8> {
        encode(&[("model", b"weights"), ("state", b"{}"), ("empty", b"")])
    }

    #[test]
    fn the_format_never_changes() {
        let file = small();
        assert_eq!(file.len(), 24 + 3 * 64 + 9 + 32);
        assert_eq!(blake3::hash(&file).to_hex().to_string(), GOLDEN);
    }

    const GOLDEN: &str = "8c0db9841f3e318856565ba5f31027238c5764da6a2c46e5024cb234bcb08cc1";

    #[test]
    fn every_flipped_bit_and_every_cut_is_noticed() {
        let file = small();
        for bit in 0..file.len() * 8 {
            let mut broken = file.clone();
            broken[bit / 8] ^= 1 << (bit % 8);
            assert!(Checkpoint::decode(broken).is_err(), "bit {bit}");
        }
        for length in 0..file.len() {
            assert!(Checkpoint::decode(file[..length].to_vec()).is_err(), "length {length}");
        }
        let longer = [&file[..], b"\0"].concat();
        assert_eq!(
            Checkpoint::decode(longer).unwrap_err().to_string(),
            format!("holds {} bytes, expected {}", file.len() + 1, file.len())
        );
    }

    #[test]
    fn a_whole_hash_that_was_made_to_fit_does_not_hide_a_changed_part() {
        let mut file = small();
        let place = file.len() - HASH - 3;
        file[place] ^= 1;
        let body = file.len() - HASH;
        let whole = *blake3::hash(&file[..body]).as_bytes();
        file[body..].copy_from_slice(&whole);
        let fault = Checkpoint::decode(file).unwrap_err();
        assert_eq!(fault, CheckpointFault::PartChanged { part: "model".to_owned() });
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(one: Vec<u8>, two: Vec<u8>) {
            let checkpoint = Checkpoint::decode(encode(&[("one", &one), ("two", &two)])).unwrap();
            prop_assert_eq!(checkpoint.part("one"), Some(&one[..]));
            prop_assert_eq!(checkpoint.part("two"), Some(&two[..]));
            prop_assert_eq!(checkpoint.part("three"), None);
        }

        #[test]
        fn any_bytes_are_an_error(bytes: Vec<u8>) {
            prop_assert!(Checkpoint::decode(bytes).is_err());
        }
    }
}
