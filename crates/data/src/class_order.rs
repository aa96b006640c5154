//! The setting `data.class_order` becomes an order of classes.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use burnwright_pictures::ClassOrder;

use crate::DataError;

/// By the bytes of their names.
const SORTED: &str = "sorted";
/// As people count.
const NATURAL: &str = "natural";
/// The longest file that is read.
const MOST_BYTES: u64 = 16 << 20;

/// Whether the setting names a file, not an order.
pub(crate) fn is_file(setting: &Path) -> bool {
    ![SORTED, NATURAL].map(Path::new).contains(&setting)
}

/// The order that the setting names; sorted where there is none. A file has a class a line; empty lines, and blanks at the end of one, do not
/// count.
pub(crate) fn read(setting: Option<&Path>) -> Result<ClassOrder, DataError> {
    let Some(path) = setting.filter(|setting| *setting != Path::new(SORTED)) else {
        return Ok(ClassOrder::Sorted);
    };
    if path == Path::new(NATURAL) {
        return Ok(ClassOrder::Natural);
    }
    let failed = |source| DataError::Io { path: path.to_owned(), source };
    // Asked before it is opened: to open a pipe waits for somebody who writes into it.
    let metadata = std::fs::metadata(path).map_err(failed)?;
    let malformed = |reason: String| DataError::ClassFile { reason, path: path.to_owned() };
    if !metadata.is_file() {
        return Err(DataError::NotAFile { path: path.to_owned() });
    }
    let mut bytes = Vec::new();
    File::open(path)
        .map_err(failed)?
        .take(MOST_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(malformed(format!("holds more than {MOST_BYTES} bytes")));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes); // default: no byte order mark
    let text = std::str::from_utf8(bytes)
        .map_err(|error| malformed(format!("is not UTF-8 at byte {}", error.valid_up_to())))?;
    let classes: Vec<String> = text
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect();
    if classes.is_empty() {
        return Err(malformed("is empty".to_owned()));
    }
    Ok(ClassOrder::Given(classes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_a_word_or_a_file_with_a_class_a_line() {
        assert_eq!(read(None).unwrap(), ClassOrder::Sorted);
        assert_eq!(read(Some(Path::new("sorted"))).unwrap(), ClassOrder::Sorted);
        assert_eq!(read(Some(Path::new("natural"))).unwrap(), ClassOrder::Natural);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("classes.txt");
        let of = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            read(Some(&path)).map_err(|error| {
                error.to_string().replace(&folder.path().display().to_string(), "FOLDER")
            })
        };
        let given = |names: &[&str]| {
            Ok(ClassOrder::Given(names.iter().map(|name| (*name).to_owned()).collect()))
        };
        assert_eq!(of(b"\xEF\xBB\xBFcat\r\n\r\ntree frog \r\n"), given(&["cat", "tree frog"]));
        let said = |text: &str| Err(text.to_owned());
        assert_eq!(
            of(b"cat\n\xFF"),
            said("the list of classes is not UTF-8 at byte 4: FOLDER/classes.txt")
        );
        assert_eq!(of(b"\n"), said("the list of classes is empty: FOLDER/classes.txt"));
        assert!(matches!(read(Some(folder.path())), Err(DataError::NotAFile { .. })));
        let missing = read(Some(&folder.path().join("none"))).unwrap_err();
        assert!(missing.to_string().starts_with("cannot read"), "{missing}");
    }
}
