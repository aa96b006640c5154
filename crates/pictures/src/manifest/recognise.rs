//! Whether a path leads to a list of pictures, told by the beginning of its file; reads none whole.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_json::{Map, Value};

use super::layout::{NAMES, part_folders};
use super::rows::{SEPARATORS, within};

/// How much of a file is read.
const MOST_BYTES: u64 = 1 << 20;
/// The column that a list of pictures has.
const FILE_NAME: &str = "file_name";

/// Whether [`crate::list_manifest`] is what reads a path: a folder with `metadata.csv` or `metadata.jsonl` in it or in a folder called after
/// a part, or such a file, which have `file_name`; or another file that ends in `.csv`, `.tsv` or `.jsonl`, one of whose `file_name` is a
/// file that is there. What cannot be read is no manifest here: whoever reads it says why.
pub fn is_manifest(path: &Path) -> bool {
    if path.is_file() {
        return is_list(path);
    }
    let inside = |folder: &Path| {
        NAMES.iter().map(|name| folder.join(name)).any(|file| file.is_file() && is_list(&file))
    };
    inside(path) || part_folders(path).iter().any(|folder| inside(folder))
}

/// Whether a file is a list of pictures.
fn is_list(path: &Path) -> bool {
    let Some(names) = file_names(path) else { return false };
    let called = path.file_name().is_some_and(|name| NAMES.iter().any(|known| name == *known));
    let folder = path.parent().unwrap_or(Path::new("")); // default: a file's name alone lies in the current folder
    let is_there = |name: &String| within(name).is_some_and(|name| folder.join(name).is_file());
    called || names.iter().any(is_there)
}

/// The file names in the beginning of a list; none where it has no such column.
fn file_names(path: &Path) -> Option<Vec<String>> {
    let extension = path.extension()?.to_string_lossy().to_lowercase();
    if !["csv", "tsv", "jsonl", "ndjson"].contains(&extension.as_str()) {
        return None;
    }
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(MOST_BYTES).read_to_end(&mut bytes).ok()?;
    if bytes.len() as u64 == MOST_BYTES {
        // The last line is cut off.
        bytes.truncate(bytes.iter().rposition(|&byte| byte == b'\n')? + 1);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes); // default: no byte order mark
    let text = String::from_utf8_lossy(bytes);
    if extension == "jsonl" || extension == "ndjson" { of_json(&text) } else { of_cells(&text) }
}

fn of_json(text: &str) -> Option<Vec<String>> {
    let name = |line: &str| {
        let object: Map<String, Value> = serde_json::from_str(line).ok()?;
        Some(object.get(FILE_NAME)?.as_str()?.to_owned())
    };
    let names: Vec<String> = text.lines().filter_map(name).collect();
    (!names.is_empty()).then_some(names)
}

fn of_cells(text: &str) -> Option<Vec<String>> {
    let mut found = None;
    for separator in SEPARATORS {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .trim(csv::Trim::Headers)
            .flexible(true)
            .from_reader(text.as_bytes());
        let place = reader.headers().ok()?.iter().position(|name| name == FILE_NAME);
        let Some(place) = place else { continue };
        let records = reader.records().filter_map(Result::ok);
        found = Some(records.filter_map(|row| Some(row.get(place)?.to_owned())).collect());
        break;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_told_from_a_table_by_its_files() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::create_dir(root.join("train")).unwrap();
        std::fs::write(root.join("a.png"), "").unwrap();
        let is = |name: &str, text: &str| {
            let path = root.join(name);
            std::fs::write(&path, text).unwrap();
            let told = is_manifest(&path);
            let of_folder = is_manifest(root);
            std::fs::remove_file(path).unwrap();
            (told, of_folder)
        };
        assert_eq!(is("list.csv", "file_name,price\nb.png,1\na.png,2\n"), (true, false));
        assert_eq!(is("list.tsv", "price\tfile_name\r\n1\ta.png\r\n"), (true, false));
        assert_eq!(is("list.jsonl", "{\"file_name\": \"a.png\", \"label\": 1}\n"), (true, false));
        // A table with a column of that name, and one that names a file elsewhere.
        assert_eq!(is("list.csv", "file_name,price\nb.png,1\n"), (false, false));
        assert_eq!(is("list.csv", "file_name,price\n../train/../a.png,1\n"), (false, false));
        assert_eq!(is("list.csv", "name,price\na.png,1\n"), (false, false));
        assert_eq!(is("list.txt", "file_name,price\na.png,1\n"), (false, false));
        // Named as one, its files are missed with an error.
        assert_eq!(is("metadata.csv", "file_name,price\nb.png,1\n"), (true, true));
        assert_eq!(is("metadata.csv", "name,price\nb.png,1\n"), (false, false));
        assert_eq!(is("train/metadata.csv", "file_name,price\nb.png,1\n"), (true, true));
        assert_eq!(is("metadata.jsonl", ""), (false, false));
        assert!(!is_manifest(&root.join("none")));
    }
}
