//! Files of pictures become pictures in memory, one or many at once; knows no classes.

use std::fs::File;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::{Colours, Picture, PicturesError, decode};

/// The longest file that is read: as many bytes as a picture may take to decode.
const MOST_FILE_BYTES: u64 = 256 << 20;

/// Reads the bytes of a picture's file, at most 256 MiB.
///
/// # Errors
///
/// Not there, not readable, not a regular file (after following links), or too large.
pub fn read_file(path: &Path) -> Result<Vec<u8>, PicturesError> {
    read_bytes(path, MOST_FILE_BYTES)
}

/// Reads the bytes of a regular file that has at most so many.
pub(crate) fn read_bytes(path: &Path, most: u64) -> Result<Vec<u8>, PicturesError> {
    let failed = |source| PicturesError::Io { source, path: path.to_owned() };
    let too_large = |bytes| {
        let path = path.to_owned();
        Err(PicturesError::FileTooLarge { bytes, most, path })
    };
    // Asked before it is opened: to open a pipe waits for somebody who writes into it.
    let metadata = std::fs::metadata(path).map_err(failed)?;
    if !metadata.is_file() {
        return Err(PicturesError::NotAFile { path: path.to_owned() });
    }
    if metadata.len() > most {
        return too_large(metadata.len());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0)); // default: it grows
    let file = File::open(path).map_err(failed)?;
    // One byte more than is allowed tells that the file has grown meanwhile.
    file.take(most + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > most { too_large(bytes.len() as u64) } else { Ok(bytes) }
}

/// Reads and decodes a picture's file, as [`decode()`] does its bytes. Errors end with the path.
pub fn decode_file(path: &Path, colours: Colours) -> Result<Picture, PicturesError> {
    decode(&read_file(path)?, colours)
        .map_err(|error| PicturesError::InFile { reason: Box::new(error), path: path.to_owned() })
}

/// A file that cannot be read as a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadablePicture {
    /// The file, from the root, as it was given.
    pub path: String,
    /// What is wrong with it, without the path.
    pub reason: String,
}

/// Decodes all files on all cores and lists those that cannot be read, in the order in which they were given. Pictures are decoded one a
/// thread and not kept.
///
/// `watch` is called after each file, by many threads at once; where it breaks, the check ends early and the value is returned.
pub fn check_all<B: Send>(
    root: &Path,
    paths: &[impl AsRef<str> + Sync],
    watch: impl Fn() -> ControlFlow<B> + Sync,
) -> ControlFlow<B, Vec<UnreadablePicture>> {
    let check = |path: &str| {
        let file: PathBuf = root.join(path);
        let reason = match read_file(&file) {
            Ok(bytes) => decode(&bytes, Colours::Rgb).err().map(|error| error.to_string()),
            Err(error) => Some(error.without_path()),
        };
        reason.map(|reason| UnreadablePicture { path: path.to_owned(), reason })
    };
    let results = paths.par_iter().map(|path| {
        let unreadable = check(path.as_ref());
        watch().map_continue(|()| unreadable)
    });
    // Collecting keeps the order, and stops soon after the first break.
    let outcome: Result<Vec<Option<UnreadablePicture>>, B> = results
        .map(|flow| match flow {
            ControlFlow::Continue(unreadable) => Ok(unreadable),
            ControlFlow::Break(value) => Err(value),
        })
        .collect();
    match outcome {
        Ok(unreadable) => ControlFlow::Continue(unreadable.into_iter().flatten().collect()),
        Err(value) => ControlFlow::Break(value),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/decoding");

    #[test]
    fn all_unreadable_files_are_listed_in_order() {
        let root = tempfile::tempdir().unwrap();
        let place = |name: &str| root.path().join(name);
        let good = read_file(&Path::new(FIXTURES).join("jpeg-420.jpg")).unwrap();
        for number in 0..40 {
            std::fs::write(place(&format!("{number:02}.jpg")), &good).unwrap();
        }
        std::fs::write(place("07.jpg"), &good[..good.len() / 2]).unwrap();
        std::fs::write(place("23.jpg"), "not a picture").unwrap();
        std::fs::create_dir(place("40.jpg")).unwrap();
        // A file of zeros that take no room.
        File::create(place("41.jpg")).unwrap().set_len(MOST_FILE_BYTES + 1).unwrap();
        let paths: Vec<String> = (0..43).rev().map(|number| format!("{number:02}.jpg")).collect();
        let seen = AtomicUsize::new(0);
        let watch = || {
            seen.fetch_add(1, Ordering::Relaxed);
            ControlFlow::<()>::Continue(())
        };
        let ControlFlow::Continue(found) = check_all(root.path(), &paths, watch) else {
            panic!("nothing breaks it")
        };
        assert_eq!(seen.into_inner(), 43);
        let found: Vec<String> =
            found.iter().map(|found| format!("{}: {}", found.path, found.reason)).collect();
        assert_eq!(
            found,
            [
                "42.jpg: cannot read (No such file or directory (os error 2))",
                "41.jpg: file of 268435457 bytes, expected at most 268435456",
                "40.jpg: not a regular file",
                "23.jpg: not a PNG, JPEG, GIF, BMP, WebP or TIFF picture: it looks like text",
                "07.jpg: broken JPEG (it ends before its end marker)",
            ]
        );
    }

    #[test]
    fn a_check_can_be_ended() {
        let paths = vec!["jpeg-420.jpg"; 50];
        let flow = check_all(Path::new(FIXTURES), &paths, || ControlFlow::Break("enough"));
        assert_eq!(flow, ControlFlow::Break("enough"));
    }

    #[test]
    fn errors_of_files_end_with_the_path() {
        let path = Path::new(FIXTURES).join("make.py");
        let error = decode_file(&path, Colours::Grey).unwrap_err().to_string();
        let expected = "not a PNG, JPEG, GIF, BMP, WebP or TIFF picture: it looks like text: ";
        assert_eq!(error, format!("{expected}{}", path.display()));
    }
}
