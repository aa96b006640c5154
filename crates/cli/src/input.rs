//! Files that a person names, read whole, within reason: no pipe that never ends, nothing larger than its kind can be.

use std::io::{Error, ErrorKind, Read, Result};
use std::path::Path;

/// The largest recipe, in bytes.
pub(crate) const RECIPE: u64 = 1 << 20;
/// The largest file of certificates, in bytes.
pub(crate) const AUTHORITIES: u64 = 16 << 20;
/// The largest picture, in bytes.
pub(crate) const PICTURE: u64 = 256 << 20;
/// The largest file of weights, in bytes.
pub(crate) const WEIGHTS: u64 = 4 << 30;

/// The content of a regular file of at most `limit` bytes.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>> {
    // Before it is opened: opening a pipe waits for its writer.
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(Error::new(ErrorKind::InvalidInput, "not a regular file"));
    }
    // One more, so that the read that finds the end needs no room of its own.
    let length = metadata.len().min(limit).saturating_add(1);
    // default: what no address reaches, on a machine of 32 bits, gets no room beforehand; reading it ends in an error of its own.
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    std::fs::File::open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(Error::new(ErrorKind::InvalidInput, format!("larger than {limit} bytes")));
    }
    Ok(bytes)
}
