//! The text of a manifest becomes rows of file name and raw target, each with its line; knows no kinds of targets.

use std::collections::BTreeSet;
use std::path::{Component, Path};

use serde_json::{Map, Value};

use super::target::RawTarget;
use crate::PicturesError;
use crate::read_bytes;

/// The longest manifest that is read.
const MOST_BYTES: u64 = 1 << 30;
/// Columns that are taken for the target where several could be.
const TARGETS: [&str; 5] = ["label", "labels", "class", "category", "target"];
/// What may lie between the cells of a row, the likeliest first.
pub(super) const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// A row of a manifest.
#[derive(Debug)]
pub(super) struct Row {
    /// Its first line, counted from 1.
    pub(super) line: u64,
    /// The path of the picture from the root.
    pub(super) name: String,
    /// What the target's cell holds.
    pub(super) target: RawTarget,
}

/// How the rows of a manifest are read.
pub(super) struct Rows<'a> {
    pub(super) file_column: &'a str,
    pub(super) target_column: Option<&'a str>,
    pub(super) path: &'a Path,
}

impl Rows<'_> {
    /// The name of the target's column, and the rows; `folder` is put before file names.
    pub(super) fn read(&self, folder: &str) -> Result<(String, Vec<Row>), PicturesError> {
        let bytes = read_bytes(self.path, MOST_BYTES)?;
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes); // default: no byte order mark
        let text = std::str::from_utf8(bytes).map_err(|error| PicturesError::ManifestText {
            byte: error.valid_up_to(),
            path: self.path.to_owned(),
        })?;
        let extension = self.path.extension().map(|end| end.to_string_lossy().to_lowercase());
        let (target, mut rows) = match extension.as_deref() {
            Some("jsonl" | "ndjson") => self.json_lines(text)?,
            _ => self.separated(text)?,
        };
        if rows.is_empty() {
            return Err(PicturesError::ManifestEmpty { path: self.path.to_owned() });
        }
        for row in &mut rows {
            let name = within(&row.name).ok_or_else(|| {
                let reason = format!("file name {:?} does not stay in the folder", row.name);
                self.malformed(row.line, reason)
            })?;
            row.name = if folder.is_empty() { name } else { format!("{folder}/{name}") };
        }
        Ok((target, rows))
    }

    fn malformed(&self, line: u64, reason: String) -> PicturesError {
        PicturesError::ManifestRow { line, reason, path: self.path.to_owned() }
    }

    fn separated(&self, text: &str) -> Result<(String, Vec<Row>), PicturesError> {
        let reader = |separator| {
            csv::ReaderBuilder::new()
                .delimiter(separator)
                .trim(csv::Trim::Headers)
                .from_reader(text.as_bytes())
        };
        let failed = |error: &csv::Error| {
            let line = error.position().map_or(1, |place| first_line(text, place));
            let reason = match error.kind() {
                csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                    format!("{len} cells, expected {expected_len}")
                }
                _ => error.to_string(),
            };
            self.malformed(line, reason)
        };
        let headers = |separator: &u8| reader(*separator).headers().cloned();
        let fits = |separator: &u8| {
            headers(separator)
                .is_ok_and(|headers| headers.iter().any(|name| name == self.file_column))
        };
        let separator = SEPARATORS.into_iter().find(fits).unwrap_or(SEPARATORS[0]); // default: the column is then missed
        let names = headers(&separator).map_err(|error| failed(&error))?;
        let names: Vec<&str> = names.iter().collect();
        let (file, target) = self.columns(&names)?;
        let mut rows = Vec::new();
        for record in reader(separator).records() {
            let record = record.map_err(|error| failed(&error))?;
            let line = record.position().map_or(1, |place| first_line(text, place));
            let cell = |place: usize| record.get(place).expect("all rows are of one length");
            let target = RawTarget::Cell(cell(target).trim().to_owned());
            rows.push(Row { line, name: cell(file).to_owned(), target });
        }
        Ok((names[target].to_owned(), rows))
    }

    fn json_lines(&self, text: &str) -> Result<(String, Vec<Row>), PicturesError> {
        let mut objects = Vec::new();
        let mut names = BTreeSet::new();
        for (line, text) in (1..).zip(text.lines()).filter(|(_, text)| !text.trim().is_empty()) {
            let object: Map<String, Value> = serde_json::from_str(text)
                .map_err(|error| self.malformed(line, format!("not a JSON object ({error})")))?;
            names.extend(object.keys().cloned());
            objects.push((line, object));
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let (file, target) = self.columns(&names)?;
        let (file, target) = (names[file], names[target]);
        let row = |(line, mut object): (u64, Map<String, Value>)| {
            let Some(Value::String(name)) = object.remove(file) else {
                return Err(self.malformed(line, format!("no text called {file}")));
            };
            let found = RawTarget::of_json(object.remove(target));
            let target = found.map_err(|reason| self.malformed(line, reason))?;
            Ok(Row { line, name, target })
        };
        let rows: Result<Vec<Row>, PicturesError> = objects.into_iter().map(row).collect();
        Ok((target.to_owned(), rows?))
    }

    /// The places of the file names and the targets among the columns.
    fn columns(&self, names: &[&str]) -> Result<(usize, usize), PicturesError> {
        let columns = || names.iter().map(|name| (*name).to_owned()).collect::<Vec<String>>();
        let place = |wanted: &str| {
            let mut places = (0..names.len()).filter(|place| names[*place] == wanted);
            match (places.next(), places.next()) {
                (Some(place), None) => Ok(place),
                (None, _) => Err(PicturesError::ManifestColumn {
                    wanted: wanted.to_owned(),
                    columns: columns(),
                    path: self.path.to_owned(),
                }),
                _ => Err(self.malformed(1, format!("two columns are called {wanted}"))),
            }
        };
        let file = place(self.file_column)?;
        if let Some(target) = self.target_column {
            return Ok((file, place(target)?));
        }
        let others: Vec<usize> = (0..names.len()).filter(|place| *place != file).collect();
        let usual = |place: &&usize| TARGETS.contains(&names[**place].to_lowercase().as_str());
        let usual: Vec<usize> = others.iter().filter(usual).copied().collect();
        match (others.as_slice(), usual.as_slice()) {
            ([target], _) | (_, [target]) => Ok((file, *target)),
            _ => Err(PicturesError::ManifestTarget {
                columns: columns(),
                path: self.path.to_owned(),
            }),
        }
    }
}

/// The line that a row begins in: the reader counts empty lines before it as its own.
fn first_line(text: &str, place: &csv::Position) -> u64 {
    let start = usize::try_from(place.byte()).ok().and_then(|byte| text.get(byte..));
    let empty =
        start.into_iter().flat_map(str::bytes).take_while(|byte| matches!(byte, b'\r' | b'\n'));
    place.line() + empty.filter(|byte| *byte == b'\n').count() as u64
}

/// A file name with `/` between its parts, where it stays in its folder; the same on every system.
pub(super) fn within(name: &str) -> Option<String> {
    if name.contains(['\0', '\\']) {
        return None;
    }
    let mut parts = Vec::new();
    for component in Path::new(name).components() {
        match component {
            Component::Normal(part) => parts.push(part.to_str()?),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    let joined = parts.join("/");
    let drive = joined.as_bytes().get(1) == Some(&b':');
    (!joined.is_empty() && !drive).then_some(joined)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn file_names_stay_in_their_folder() {
        assert_eq!(within("a/b.png").as_deref(), Some("a/b.png"));
        assert_eq!(within("./a//b.png").as_deref(), Some("a/b.png"));
        assert_eq!(within("...png").as_deref(), Some("...png"));
        for name in [
            "",
            ".",
            "/etc/passwd",
            "..",
            "a/../../b",
            "a/..",
            "C:/x.png",
            "./C:",
            "..\\x.png",
            "a\0",
        ] {
            assert_eq!(within(name), None, "{name:?}");
        }
    }

    proptest! {
        #[test]
        fn no_name_leaves_the_folder(name in "[a./\\\\:]{0,12}") {
            if let Some(path) = within(&name) {
                let inside = Path::new(&path).components().all(|part| matches!(part, Component::Normal(_)));
                prop_assert!(inside, "{path}");
                prop_assert_eq!(within(&path), Some(path));
            }
        }
    }
}
