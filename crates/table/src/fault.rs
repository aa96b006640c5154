//! A file that is not text in, the place of the first byte that is not out.

use crate::TableError;
use crate::origin::Origin;

const CHUNK: usize = 1 << 16;

/// The first byte that is not text, its place and its line. A file that has become text since counts as one that ended.
pub(crate) fn first_fault(
    origin: Origin<'_>,
    max_bytes: u64,
) -> Result<(u8, u64, u64), TableError> {
    let mut opened = origin.open(max_bytes)?;
    let (mut chunk, mut kept) = (vec![0; CHUNK], 0);
    let (mut byte, mut line, mut last) = (0, 1, 0);
    loop {
        let filled = kept + opened.fill(&mut chunk[kept..])?;
        let text = &chunk[..filled];
        let (valid, ends) = match std::str::from_utf8(text) {
            Ok(_) => (filled, filled == kept),
            // A character that the chunk cuts in two goes on in the next one.
            Err(error) => (error.valid_up_to(), error.error_len().is_some() || filled == kept),
        };
        // default: without a zero byte the text ends where it stops being valid.
        let end = text[..valid].iter().position(|&b| b == 0).unwrap_or(valid);
        for &b in &text[..end] {
            line += u64::from(b == b'\r' || (b == b'\n' && last != b'\r'));
            last = b;
        }
        byte += end as u64;
        if end < valid || ends {
            // default: the file was changed between the two readings, and its end stands for the fault.
            let got = text.get(end).copied().unwrap_or(0);
            return Ok((got, byte, line));
        }
        chunk.copy_within(valid..filled, 0);
        kept = filled - valid;
    }
}
