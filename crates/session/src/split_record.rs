//! The parts of a user's data, by the hashes of their examples: written when a run is begun, held against what is there when it is taken up
//! or judged.

use std::sync::Arc;

use burnwright_data::{MOST_HASHED, Source};
use burnwright_run::{Manifest, Moved, RunDirectory, SplitRecord, hexadecimal};

use crate::SessionError;

/// What is learned from, what is held out of it, and what a model is judged by; none of data whose examples have no hashes, or of more than
/// [`MOST_HASHED`] examples.
pub(crate) fn split_record(
    [train, validation]: &[Arc<dyn Source>; 2],
    test: &Arc<dyn Source>,
) -> Option<SplitRecord> {
    let count = train.len() + validation.len() + test.len();
    let hashes = |source: &Arc<dyn Source>| -> Option<Vec<[u8; 16]>> {
        (0..source.len()).map(|index| source.content_hash(index)).collect()
    };
    if count > MOST_HASHED {
        return None;
    }
    Some(SplitRecord::new(&hashes(train)?, &hashes(validation)?, &hashes(test)?))
}

/// Refuses examples that are in other parts than when the run was begun. Those that were added, changed or removed are for the fingerprints to
/// find.
pub(crate) fn check_split(
    run: &RunDirectory,
    manifest: &Manifest,
    parts: &[Arc<dyn Source>; 2],
    test: &Arc<dyn Source>,
) -> Result<(), SessionError> {
    let Some(expected) = &manifest.split_digest else { return Ok(()) };
    let Some(now) = split_record(parts, test) else { return Ok(()) };
    if now.digest() == *expected {
        return Ok(());
    }
    let moved = now.moved(&run.split(expected)?);
    let Some(Moved { hash, from, to }) = moved.first() else { return Ok(()) };
    let [train, validation] = parts;
    let name = [train, validation, test].into_iter().find_map(|part| {
        let is_it =
            |&index: &usize| part.content_hash(index).is_some_and(|own| hexadecimal(&own) == *hash);
        part.name((0..part.len()).find(is_it)?)
    });
    // default: a row has no name but its hash.
    let example = name.unwrap_or_else(|| format!("the row with the hash {hash}"));
    Err(SessionError::SplitMoved { count: moved.len(), example, from, to })
}
