//! Bytes in, their SHA-256 in hexadecimal digits out.

use std::io::{ErrorKind, Read, Result};

use sha2::{Digest, Sha256};

/// Bytes that are read at a time.
pub(crate) const PIECE: usize = 1 << 16;

/// A hash that bytes are added to.
#[derive(Clone, Default)]
pub(crate) struct Hasher(Sha256);

impl Hasher {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// 64 lower-case digits.
    pub(crate) fn finish(self) -> String {
        use std::fmt::Write;
        self.0.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
            write!(text, "{byte:02x}").expect("a text takes what is written to it");
            text
        })
    }
}

/// The hash of up to `limit` bytes, and how many there were.
pub(crate) fn hash_up_to(reader: impl Read, limit: u64) -> Result<(Hasher, u64)> {
    let mut hasher = Hasher::default();
    let mut length = 0;
    let mut reader = reader.take(limit);
    let mut buffer = vec![0; PIECE];
    loop {
        match read_piece(&mut reader, &mut buffer)? {
            [] => return Ok((hasher, length)),
            bytes => {
                hasher.update(bytes);
                length += bytes.len() as u64;
            }
        }
    }
}

/// The next bytes, at most as many as `buffer` takes; none mean that there are no more.
pub(crate) fn read_piece<'a>(reader: &mut impl Read, buffer: &'a mut [u8]) -> Result<&'a [u8]> {
    loop {
        match reader.read(buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            read => return read.map(|length| &buffer[..length]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_standards() {
        // FIPS 180-2, appendix B.1.
        let (hasher, length) = hash_up_to(&b"abcdef"[..], 3).unwrap();
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!((hasher.finish().as_str(), length), (expected, 3));
    }
}
