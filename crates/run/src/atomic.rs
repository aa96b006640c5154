//! A file is written whole or not at all.

use std::path::Path;

use crate::RunError;
use crate::disk::{self, Appending};

/// Writes `bytes` to `path` so that a reader, or a crash at any instant, finds the old file or the new one: temporary name in
/// the same folder, fsync, rename, fsync of the folder.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), RunError> {
    let folder = disk::folder_of(path);
    let writing = |source| RunError::writing(path, bytes.len() as u64, source);
    // Where it cannot be made, there is nothing of ours to remove.
    let mut unfinished = Appending::create_unfinished(folder).map_err(writing)?;
    let written = unfinished.append(bytes).and_then(|()| unfinished.sync());
    let unfinished = unfinished.into_path();
    let result = written
        .map_err(writing)
        .and_then(|()| disk::rename(&unfinished, path).map_err(RunError::io("rename", path)));
    if result.is_err() {
        // The error says what happened; what is left over is swept when the run is taken up again.
        let _ = disk::remove(&unfinished);
    }
    result?;
    disk::sync_folder(folder).map_err(RunError::io("write", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        write_atomically(&path, b"one").unwrap();
        write_atomically(&path, b"two").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_missing_folder_is_an_error() {
        let error = write_atomically(Path::new("/nonexistent/file"), b"").unwrap_err();
        assert!(error.to_string().starts_with("cannot write /nonexistent/file"), "{error}");
    }
}
