//! A file is written whole or not at all.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use crate::RunError;

/// Writes `bytes` to `path` so that a reader, or a crash at any instant, finds the old file or the new one: temporary name in
/// the same folder, fsync, rename, fsync of the folder.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), RunError> {
    let io = |action| move |source| RunError::Io { action, path: path.to_owned(), source };
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file =
        tempfile::Builder::new().prefix(".new-").tempfile_in(folder).map_err(io("write"))?;
    file.write_all(bytes).map_err(io("write"))?;
    file.as_file().sync_all().map_err(io("write"))?;
    make_readable(file.as_file()).map_err(io("write"))?;
    file.persist(path).map_err(|error| io("rename")(error.error))?;
    sync_folder(folder).map_err(io("write"))
}

/// Temporary files are private; what is kept follows the usual mode.
#[cfg(unix)]
fn make_readable(file: &File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_file: &File) -> std::io::Result<()> {
    Ok(())
}

/// Makes a rename or a new file in `folder` durable.
#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })?.sync_all()
}

#[cfg(not(unix))]
pub(crate) fn sync_folder(_folder: &Path) -> std::io::Result<()> {
    Ok(())
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
