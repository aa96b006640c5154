//! What a file is to hold in, the file out: it follows the log of a run, and can be made again from it.

use std::io::ErrorKind;
use std::path::Path;

use crate::RunError;
use crate::disk::{Appending, read_regular};

/// A file beside the log. It is not made durable: what a crash loses is made again from the log.
#[derive(Debug)]
pub struct Growing {
    file: Appending,
}

impl Growing {
    /// Makes the file hold `whole`. What it begins with already stays, so that whoever reads along sees it grow.
    pub fn open(path: &Path, whole: &[u8]) -> Result<Self, RunError> {
        let io = RunError::io("write", path);
        let held = match read_regular(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            read => read.map_err(&io)?,
        };
        let same = held.iter().zip(whole).take_while(|(held, wanted)| held == wanted).count();
        let mut file = Appending::open(path).map_err(&io)?;
        if same < held.len() {
            file.truncate(same as u64).map_err(&io)?;
        }
        let mut growing = Self { file };
        growing.append(&whole[same..])?;
        Ok(growing)
    }

    /// Adds bytes to its end.
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), RunError> {
        if bytes.is_empty() {
            return Ok(());
        }
        let written = self.file.append(bytes);
        written.map_err(|source| RunError::writing(self.file.path(), bytes.len() as u64, source))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn whatever_was_there_it_holds_what_it_is_to(
            before in prop::option::of("[ab]{0,12}"),
            whole in "[ab]{0,12}",
            more in "[ab]{0,4}",
        ) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("file");
            if let Some(before) = before {
                std::fs::write(&path, before).unwrap();
            }
            Growing::open(&path, whole.as_bytes()).unwrap().append(more.as_bytes()).unwrap();
            prop_assert_eq!(std::fs::read_to_string(&path).unwrap(), whole + &more);
        }
    }
}
