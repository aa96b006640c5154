//! Lists of pictures as people have them, and as they should not be.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

use std::path::Path;

use burnwright_pictures::{
    ClassOrder, ManifestListing, ManifestOptions, ManifestTarget, Part, PicturesError, TargetKind,
    list_manifest,
};
use tempfile::TempDir;

/// A folder with these files and what they hold; a listing opens no picture, so that these hold nothing.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let place = root.path().join(path);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(place, text).unwrap();
    }
    root
}

/// A folder with `a.png`, `b.png`, `sub/c.png` and this manifest.
fn with(name: &str, text: &str) -> TempDir {
    folder(&[("a.png", ""), ("b.png", ""), ("sub/c.png", ""), (name, text)])
}

fn list(root: &Path) -> Result<ManifestListing, PicturesError> {
    list_manifest(root, &ManifestOptions::default())
}

/// What is wrong with a manifest, without the root's own path.
fn refused(name: &str, text: &str) -> String {
    let root = with(name, text);
    let error = list(root.path()).unwrap_err().to_string();
    error.replace(root.path().to_str().unwrap(), "ROOT")
}

fn class(name: &str) -> ManifestTarget {
    ManifestTarget::Class(name.to_owned())
}

fn labels(names: &[&str]) -> ManifestTarget {
    ManifestTarget::Labels(names.iter().map(|name| (*name).to_owned()).collect())
}

/// The pictures of a part with their targets.
fn targets(listing: &ManifestListing, part: Part) -> Vec<(&str, ManifestTarget)> {
    let part = listing.parts.iter().find(|found| found.part == part).unwrap();
    part.pictures.iter().map(|picture| (picture.path.as_str(), picture.target.clone())).collect()
}

#[test]
fn csv_gives_classes() {
    let texts = [
        "file_name,label\nb.png,dog\na.png,cat\nsub/c.png,\"a, quoted dog\"\n",
        "\u{feff}file_name;label\r\nb.png;dog\r\na.png;cat\r\n./sub/c.png;a, quoted dog\r\n",
        "label\tfile_name\ndog\tb.png\ncat\ta.png\na, quoted dog\tsub/c.png",
        "id,file_name,width,label\n1,b.png,3,dog\n2,a.png,3,cat\n3,sub/c.png,3,\"a, quoted dog\"\n",
    ];
    for text in texts {
        let root = with("metadata.csv", text);
        let listing = list(root.path()).unwrap();
        assert_eq!((listing.kind, listing.target_column.as_str()), (TargetKind::Class, "label"));
        assert_eq!(
            targets(&listing, Part::Whole),
            [
                ("a.png", class("cat")),
                ("b.png", class("dog")),
                ("sub/c.png", class("a, quoted dog"))
            ]
        );
        assert_eq!(listing.classes(&ClassOrder::Sorted).unwrap(), ["a, quoted dog", "cat", "dog"]);
    }
}

#[test]
fn csv_gives_labels_and_numbers() {
    let root = with("metadata.csv", "file_name,label\na.png,dog|cat\nb.png,\nsub/c.png,dog\n");
    let listing = list(root.path()).unwrap();
    let expected = [
        ("a.png", labels(&["cat", "dog"])),
        ("b.png", labels(&[])),
        ("sub/c.png", labels(&["dog"])),
    ];
    assert_eq!(targets(&listing, Part::Whole), expected);
    let root = with("metadata.csv", "file_name,age\na.png,1.5\nb.png,-2\nsub/c.png,3e2\n");
    let number = ManifestTarget::Number;
    assert_eq!(
        targets(&list(root.path()).unwrap(), Part::Whole),
        [("a.png", number(1.5)), ("b.png", number(-2.0)), ("sub/c.png", number(300.0))]
    );
}

#[test]
fn json_lines_give_all_kinds() {
    let listed = |values: [&str; 3]| {
        let row = |(name, value)| {
            format!("{{\"file_name\": \"{name}\", \"label\": {value}, \"x\": {{}}}}\n\n")
        };
        let names = ["a.png", "b.png", "sub/c.png"];
        let text: String = names.into_iter().zip(values).map(row).collect();
        let root = with("metadata.jsonl", &text);
        let listing = list(root.path()).unwrap();
        targets(&listing, Part::Whole).into_iter().map(|(_, target)| target).collect::<Vec<_>>()
    };
    assert_eq!(listed(["\"a|b\"", "\"é\"", "\"c\""]), [class("a|b"), class("é"), class("c")]);
    assert_eq!(
        listed(["[\"b\", \"a\", \"b\"]", "[]", "null"]),
        [labels(&["a", "b"]), labels(&[]), labels(&[])]
    );
    assert_eq!(listed(["true", "false", "true"]), [class("true"), class("false"), class("true")]);
    let numbers = [0.5, 2.0, -1.0].map(ManifestTarget::Number);
    assert_eq!(listed(["0.5", "2", "-1"]), numbers);
}

#[test]
fn what_is_given_is_not_inferred() {
    let root = with("list.csv", "file,label,grade\na.png,x,1\nb.png,y,2\nsub/c.png,x,3\n");
    let options = ManifestOptions {
        file_column: Some("file".to_owned()),
        target_column: Some("grade".to_owned()),
        kind: Some(TargetKind::Class),
    };
    let listing = list_manifest(&root.path().join("list.csv"), &options).unwrap();
    assert_eq!(listing.root, root.path());
    assert_eq!(
        targets(&listing, Part::Whole),
        [("a.png", class("1")), ("b.png", class("2")), ("sub/c.png", class("3"))]
    );
}

#[test]
fn parts_have_a_manifest_each_or_name_themselves_in_one() {
    let one = "file_name,label\ntrain/a.png,cat\ntrain/b.png,dog\nval/c.png,cat\n";
    let pictures = [("train/a.png", ""), ("train/b.png", ""), ("val/c.png", "")];
    let single = folder(&[&pictures[..], &[("metadata.csv", one)]].concat());
    let train = "file_name,label\na.png,cat\nb.png,dog\n";
    let validation = "{\"file_name\": \"c.png\", \"label\": \"cat\"}";
    let each = [("train/metadata.csv", train), ("val/metadata.jsonl", validation)];
    let each = folder(&[&pictures[..], &each].concat());
    for root in [single, each] {
        let listing = list(root.path()).unwrap();
        assert_eq!(
            targets(&listing, Part::Train),
            [("train/a.png", class("cat")), ("train/b.png", class("dog"))]
        );
        assert_eq!(targets(&listing, Part::Validation), [("val/c.png", class("cat"))]);
        assert_eq!(listing.parts.len(), 2);
    }
    for (validation, called) in [("eel", "classes"), ("eel|cat", "labels")] {
        let unknown = one.replace("val/c.png,cat", &format!("val/c.png,{validation}"));
        let root = folder(&[&pictures[..], &[("metadata.csv", &unknown)]].concat());
        let error = list(root.path()).unwrap_err().to_string();
        let expected = format!(
            "1 {called} of the validation part are not among those to train with (eel): {}",
            root.path().display()
        );
        assert_eq!(error, expected);
    }
}

#[test]
fn hidden_folders_beside_parts_are_passed_over() {
    let rows = "file_name,label\na.png,cat\nb.png,dog\n";
    let part = |part: &str| {
        ["a.png", "b.png", "metadata.csv"]
            .map(|name| (format!("{part}/{name}"), if name == "metadata.csv" { rows } else { "" }))
    };
    let files = [part("train"), part("test")].concat();
    let hidden =
        [".cache/x", ".git/HEAD", "__MACOSX/train/a.png"].map(|path| (path.to_owned(), ""));
    let files = [&files[..], &hidden].concat();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (&**path, *text)).collect();
    let root = folder(&files);
    let listing = list(root.path()).unwrap();
    let parts: Vec<Part> = listing.parts.iter().map(|part| part.part).collect();
    assert_eq!(parts, [Part::Train, Part::Test]);
}

#[test]
fn rows_that_cannot_be_used_are_named_by_their_line() {
    let path = "ROOT/metadata.csv";
    let csv = |rows: &str| refused("metadata.csv", &format!("file_name,label\n{rows}"));
    assert_eq!(csv("a.png,x\nb.png\n"), format!("line 3: 1 cells, expected 2: {path}"));
    assert_eq!(csv("a.png,x\r\n\r\n\nb.png\n"), format!("line 5: 1 cells, expected 2: {path}"));
    assert_eq!(csv("a.png,x\n\nb.png,\n"), format!("line 4: no target: {path}"));
    assert_eq!(csv("a.png,x\na.png,y\n"), format!("line 3: a.png is also in line 2: {path}"));
    assert_eq!(csv("a.png,x\n./a.png,y\n"), format!("line 3: a.png is also in line 2: {path}"));
    for name in ["../a.png", "/etc/passwd", "sub/../../b.png"] {
        let expected = format!("line 2: file name {name:?} does not stay in the folder: {path}");
        assert_eq!(csv(&format!("{name},x\n")), expected);
    }
    assert!(csv("a.png,\"x\nb.png,y\n").starts_with("only one class"));
    let json = |text: &str| refused("metadata.jsonl", text);
    assert_eq!(
        json("{\"file_name\": \"a.png\", \"label\": 1}\n[1]\n"),
        "line 2: not a JSON object (invalid type: sequence, expected a map at line 1 column 0): ROOT/metadata.jsonl"
    );
    assert_eq!(
        json("{\"file_name\": \"a.png\", \"label\": 1}\n{\"file_name\": 7, \"label\": 2}"),
        "line 2: no text called file_name: ROOT/metadata.jsonl"
    );
    let deep = format!("{{\"file_name\": \"a.png\", \"label\": {}", "[".repeat(100_000));
    assert!(json(&deep).starts_with("line 1: not a JSON object (recursion limit exceeded"));
}

#[test]
fn columns_that_are_missing_or_unclear_are_errors() {
    assert_eq!(
        refused("metadata.csv", "file,label\na.png,x\n"),
        "no column file_name among 2 (file, label): ROOT/metadata.csv"
    );
    assert_eq!(
        refused("metadata.csv", "file_name,height,width\na.png,1,2\n"),
        "which of 3 columns is the target (file_name, height, width): ROOT/metadata.csv"
    );
    assert_eq!(refused("metadata.csv", "file_name,label\n"), "no rows: ROOT/metadata.csv");
    assert_eq!(refused("metadata.csv", ""), "no column file_name among 0 (): ROOT/metadata.csv");
    assert_eq!(
        refused("metadata.csv", "file_name,label,label\na.png,x,y\n"),
        "which of 3 columns is the target (file_name, label, label): ROOT/metadata.csv"
    );
    assert_eq!(
        refused("metadata.csv", "file_name,file_name,label\na.png,x,y\n"),
        "line 1: two columns are called file_name: ROOT/metadata.csv"
    );
    assert_eq!(refused("other.csv", ""), "no metadata.csv or metadata.jsonl: ROOT");
}

#[test]
fn files_that_are_not_there_are_listed_at_once() {
    let rows: Vec<String> = (0..25).map(|number| format!("no/{number:02}.png,x\n")).collect();
    let rows = rows.concat();
    assert_eq!(
        refused("metadata.csv", &format!("file_name,label\na.png,y\nsub,x\n{rows}")),
        "26 files are not there (sub, no/00.png, no/01.png, no/02.png, no/03.png, no/04.png, no/05.png, no/06.png, no/07.png, \
         no/08.png and 16 more): ROOT/metadata.csv"
    );
}

#[test]
fn one_class_and_what_is_not_text_are_errors() {
    assert_eq!(
        refused("metadata.csv", "file_name,label\na.png,x\nb.png,x\n"),
        "only one class (x) in the list, expected at least 2: ROOT"
    );
    let root = with("metadata.csv", "");
    std::fs::write(root.path().join("metadata.csv"), b"file_name,label\na.png,caf\xe9\n").unwrap();
    let error = list(root.path()).unwrap_err().to_string();
    assert!(error.starts_with("not UTF-8 at byte 25: "), "{error}");
}
