//! `steps.bin`: 24 bytes a step, by which two runs are told apart to the first bit.
//!
//! Little-endian: the hash of the batch (8 bytes), the bits of its loss (4), the step (4), the digest of the weights after the step
//! (8), or 0 where it was not taken. Before the first step stand 24 bytes more: `BWSTEPS\n`, the version (4), step 0 (4), and
//! zeros (8). A file of version 1 has no such head; it begins with step 1.

use std::io::{ErrorKind, Read};
use std::path::Path;

use crate::disk::{Appending, open_regular, read_regular};
use crate::{Form, RunError};

/// What a step did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepRecord {
    /// The hash of its batch.
    pub batch: u64,
    /// The mean loss of its batch.
    pub loss: f32,
    /// The first 8 bytes of a digest of the weights after it; taken once in a while.
    pub weights: Option<u64>,
}

/// Bytes of a record, and of the head.
pub(crate) const STEP_BYTES: usize = 24;

const MAGIC: &[u8; 8] = b"BWSTEPS\n";
/// The version that is written.
const VERSION: u32 = 2;
const FORM: Form = Form::new("version", 1, VERSION as u64);

/// What the file begins with.
fn head() -> [u8; STEP_BYTES] {
    let mut head = [0; STEP_BYTES];
    head[..8].copy_from_slice(MAGIC);
    head[8..12].copy_from_slice(&VERSION.to_le_bytes());
    head
}

/// Bytes before the first record, as the first bytes of the file say. A version that is not known is an error.
fn head_bytes(first: &[u8], path: &Path) -> Result<usize, RunError> {
    let version = first
        .strip_prefix(MAGIC)
        .and_then(|rest| rest.split_first_chunk::<4>())
        // The step of a record is never 0.
        .filter(|(_, rest)| rest.starts_with(&[0; 4]))
        .map(|(version, _)| u32::from_le_bytes(*version));
    let Some(version) = version else { return Ok(0) };
    FORM.check(version.into())
        .map_err(|version| RunError::Version { version, path: path.to_owned() })?;
    Ok(STEP_BYTES)
}

/// Bytes of the file at `path` up to the end of step `steps`; none at step 0, where it begins anew.
pub(crate) fn bytes_of(path: &Path, steps: usize) -> Result<u64, RunError> {
    let mut first = Vec::new();
    match open_regular(path) {
        // A file that is not there will have a head.
        Err(error) if error.kind() == ErrorKind::NotFound => first.extend(head()),
        opened => {
            opened
                .and_then(|file| file.take(STEP_BYTES as u64).read_to_end(&mut first))
                .map_err(RunError::io("read", path))?;
        }
    }
    let head = head_bytes(&first, path)?;
    Ok(if steps == 0 { 0 } else { head as u64 + steps as u64 * STEP_BYTES as u64 })
}

impl StepRecord {
    fn to_bytes(self, step: usize) -> [u8; STEP_BYTES] {
        let mut bytes = [0; STEP_BYTES];
        bytes[..8].copy_from_slice(&self.batch.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.loss.to_bits().to_le_bytes());
        bytes[12..16].copy_from_slice(&low_bits(step).to_le_bytes());
        // default: 0 stands for a digest that was not taken.
        bytes[16..].copy_from_slice(&self.weights.unwrap_or(0).to_le_bytes());
        bytes
    }

    /// The record of `step`; none where these are not its bytes.
    fn from_bytes(bytes: &[u8], step: usize) -> Option<Self> {
        let (batch, rest) = bytes.split_first_chunk::<8>()?;
        let (loss, rest) = rest.split_first_chunk::<4>()?;
        let (number, weights) = rest.split_first_chunk::<4>()?;
        let weights = u64::from_le_bytes(*weights.first_chunk::<8>()?);
        (u32::from_le_bytes(*number) == low_bits(step)).then_some(Self {
            batch: u64::from_le_bytes(*batch),
            loss: f32::from_bits(u32::from_le_bytes(*loss)),
            weights: (weights != 0).then_some(weights),
        })
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a check, not an address")]
fn low_bits(step: usize) -> u32 {
    step as u32
}

/// The file of a run that is being trained.
#[derive(Debug)]
pub(crate) struct StepLog {
    pub(crate) file: Appending,
    steps: usize,
}

impl StepLog {
    /// Opens the log at the end of step `steps`; what it says of later steps goes. At step 0 it begins anew.
    pub(crate) fn open(path: &Path, steps: usize) -> Result<Self, RunError> {
        let expected = bytes_of(path, steps)?;
        let mut file = Appending::open(path).map_err(RunError::io("open", path))?;
        let got = file.length().map_err(RunError::io("read", path))?;
        if got < expected {
            return Err(RunError::LogTooShort { path: path.to_owned(), got, expected });
        }
        if got > expected {
            file.truncate(expected).map_err(RunError::io("cut", path))?;
        }
        if steps == 0 {
            let written = file.append(&head());
            written.map_err(|source| RunError::writing(path, STEP_BYTES as u64, source))?;
        }
        Ok(Self { file, steps })
    }

    /// Adds the records of the steps that follow.
    pub(crate) fn append(&mut self, records: &[StepRecord]) -> Result<(), RunError> {
        let numbered = records.iter().zip(self.steps + 1..);
        let bytes: Vec<u8> = numbered.flat_map(|(record, step)| record.to_bytes(step)).collect();
        let result = self.file.append(&bytes);
        result.map_err(|source| RunError::writing(self.file.path(), bytes.len() as u64, source))?;
        self.steps += records.len();
        Ok(())
    }
}

/// The records of all steps, the first step's first. A last one that is not whole, as a crash leaves it, is passed over.
pub fn read_steps(path: &Path) -> Result<Vec<StepRecord>, RunError> {
    let bytes = read_regular(path).map_err(RunError::io("read", path))?;
    let first = head_bytes(&bytes, path)?;
    // A crash may have torn the head itself: no step was made then.
    let Some(records) = bytes.get(first..) else { return Ok(Vec::new()) };
    let numbered = records.chunks_exact(STEP_BYTES).zip(1..);
    numbered
        .map(|(bytes, step)| {
            StepRecord::from_bytes(bytes, step).ok_or_else(|| RunError::Malformed {
                what: format!(
                    "the record at byte {} is not of step {step}",
                    first + (step - 1) * STEP_BYTES
                ),
                path: path.to_owned(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(step: u64) -> StepRecord {
        let weights = step.is_multiple_of(2).then_some(step + 1);
        StepRecord { batch: step * 3, loss: 0.5, weights }
    }

    #[test]
    fn what_was_logged_is_read_and_can_be_cut_back_to_a_step() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("steps.bin");
        let records: Vec<StepRecord> = (1..=5).map(record).collect();
        StepLog::open(&path, 0).unwrap().append(&records).unwrap();
        assert_eq!(read_steps(&path).unwrap(), records);
        StepLog::open(&path, 3).unwrap().append(&records[3..4]).unwrap();
        assert_eq!(read_steps(&path).unwrap(), records[..4]);
        for length in 0..=24 {
            let head = std::fs::read(&path).unwrap();
            let torn = folder.path().join("torn");
            std::fs::write(&torn, &head[..length]).unwrap();
            assert_eq!(read_steps(&torn).unwrap(), []);
            assert!(StepLog::open(&torn, 1).is_err());
        }
        let error = StepLog::open(&path, 9).unwrap_err().to_string();
        assert!(
            error.starts_with("the log holds 120 bytes, its checkpoint expects 240"),
            "{error}"
        );
        std::fs::write(&path, [1; 50]).unwrap();
        let error = read_steps(&path).unwrap_err().to_string();
        assert!(error.starts_with("the record at byte 0 is not of step 1"), "{error}");
    }

    #[test]
    fn a_file_without_a_head_is_of_the_first_version_and_goes_on_without() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("steps.bin");
        let records: Vec<StepRecord> = (1..=4).map(record).collect();
        let old = records[..3].iter().zip(1..).flat_map(|(record, step)| record.to_bytes(step));
        std::fs::write(&path, old.collect::<Vec<u8>>()).unwrap();
        assert_eq!(read_steps(&path).unwrap(), records[..3]);
        assert_eq!(bytes_of(&path, 3).unwrap(), 72);
        StepLog::open(&path, 3).unwrap().append(&records[3..]).unwrap();
        assert_eq!(read_steps(&path).unwrap(), records);
        StepLog::open(&path, 0).unwrap().append(&records[..2]).unwrap();
        assert_eq!(std::fs::read(&path).unwrap()[..24], head());
        assert_eq!(read_steps(&path).unwrap(), records[..2]);
    }

    #[test]
    fn a_newer_version_is_refused_and_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("steps.bin");
        StepLog::open(&path, 0).unwrap().append(&[record(1)]).unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[8] += 1;
        std::fs::write(&path, &bytes).unwrap();
        let refused = "format version 3 is newer than 2, the newest that is known here";
        let error = read_steps(&path).unwrap_err().to_string();
        assert!(error.starts_with(refused), "{error}");
        let error = StepLog::open(&path, 1).unwrap_err().to_string();
        assert!(error.starts_with(refused), "{error}");
        assert_eq!(std::fs::read(&path).unwrap(), bytes);
    }

    #[test]
    fn the_format_never_changes() {
        assert_eq!(head(), *b"BWSTEPS\n\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
        let record = StepRecord { batch: 0x0102_0304_0506_0708, loss: 1.0, weights: Some(9) };
        assert_eq!(
            record.to_bytes(258),
            [8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 128, 63, 2, 1, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0]
        );
    }
}
