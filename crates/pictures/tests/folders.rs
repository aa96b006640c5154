//! Folders as people have them, and as they should not be.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

use std::path::Path;

use burnwright_pictures::{
    ClassOrder, FolderListing, Part, PicturesError, list_folder, list_pictures,
};
use tempfile::TempDir;

/// A folder with these files, which are empty: a listing opens none. A path that ends in `/` is a folder.
fn folder(paths: &[&str]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for path in paths {
        let place = root.path().join(path);
        let (folders, is_file) = if path.ends_with('/') {
            (place.as_path(), false)
        } else {
            (place.parent().unwrap(), true)
        };
        std::fs::create_dir_all(folders).unwrap();
        if is_file {
            std::fs::write(place, []).unwrap();
        }
    }
    root
}

fn list(root: &Path) -> Result<FolderListing, PicturesError> {
    list_folder(root, &ClassOrder::Sorted)
}

/// What is wrong with a folder, without the root's own path.
fn refused(paths: &[&str]) -> String {
    let root = folder(paths);
    let error = list(root.path()).unwrap_err().to_string();
    error.replace(root.path().to_str().unwrap(), "ROOT")
}

/// The pictures of a part, each with the name of its class.
fn named(listing: &FolderListing, part: Part) -> Vec<(&str, &str)> {
    let part = listing.parts.iter().find(|found| found.part == part).unwrap();
    let name = |class: usize| listing.classes[class].as_str();
    part.pictures.iter().map(|picture| (picture.path.as_str(), name(picture.class))).collect()
}

#[test]
fn classes_are_folders_and_what_lies_below_them() {
    let root = folder(&[
        "dog/b.PNG",
        "dog/a.jpeg",
        "cat/old/2019/x.WebP",
        "cat/y.tiff",
        "cat/notes.txt",
        "LICENSE",
        "cat/.hidden.png",
        ".git/objects/z.png",
        "__MACOSX/cat/y.tiff",
        "cat/Thumbs.db",
        "list.TXT",
    ]);
    let listing = list(root.path()).unwrap();
    assert_eq!(listing.classes, ["cat", "dog"]);
    assert_eq!(listing.parts.len(), 1);
    assert_eq!(
        named(&listing, Part::Whole),
        [
            ("cat/old/2019/x.WebP", "cat"),
            ("cat/y.tiff", "cat"),
            ("dog/a.jpeg", "dog"),
            ("dog/b.PNG", "dog")
        ]
    );
    let passed_over = listing.passed_over.iter().map(|(end, count)| (end.as_str(), *count));
    assert_eq!(passed_over.collect::<Vec<_>>(), [("txt", 2), ("", 1), ("db", 1)]);
}

#[test]
fn parts_are_told_by_their_names() {
    let root = folder(&[
        "Train/b/1.png",
        "Train/a/1.png",
        "valid/b/2.png",
        "valid/a/",
        "test/a/3.png",
        "test/b/n/4.png",
        "README",
    ]);
    let listing = list(root.path()).unwrap();
    assert_eq!(listing.classes, ["a", "b"]);
    assert_eq!(
        listing.parts.iter().map(|part| part.part).collect::<Vec<_>>(),
        [Part::Train, Part::Validation, Part::Test]
    );
    assert_eq!(named(&listing, Part::Train), [("Train/a/1.png", "a"), ("Train/b/1.png", "b")]);
    assert_eq!(named(&listing, Part::Validation), [("valid/b/2.png", "b")]);
    assert_eq!(named(&listing, Part::Test), [("test/a/3.png", "a"), ("test/b/n/4.png", "b")]);
    assert_eq!(listing.absent, [(Part::Validation, "a".to_owned())]);
}

#[test]
fn classes_come_in_the_order_that_is_wanted() {
    let root = folder(&["2/a.png", "10/a.png", "1/a.png"]);
    let classes =
        |order: &ClassOrder| list_folder(root.path(), order).map(|listing| listing.classes);
    assert_eq!(classes(&ClassOrder::Sorted).unwrap(), ["1", "10", "2"]);
    assert_eq!(classes(&ClassOrder::Natural).unwrap(), ["1", "2", "10"]);
    let given =
        |names: &[&str]| ClassOrder::Given(names.iter().map(|name| (*name).to_owned()).collect());
    let listing = list_folder(root.path(), &given(&["10", "1", "2"])).unwrap();
    assert_eq!(listing.classes, ["10", "1", "2"]);
    assert_eq!(
        named(&listing, Part::Whole),
        [("1/a.png", "1"), ("10/a.png", "10"), ("2/a.png", "2")]
    );
    let error = |names: &[&str]| classes(&given(names)).unwrap_err().to_string();
    assert_eq!(error(&["1", "2", "1"]), "the class order names 1 twice");
    assert!(
        error(&["1", "3", "2"])
            .starts_with("the class order does not fit (no folder: 3) (not in the order: 10): ")
    );
}

#[test]
fn a_folder_without_pictures_says_what_it_holds() {
    assert_eq!(refused(&[]), "no pictures: ROOT");
    assert_eq!(
        refused(&["a/1.heic", "a/2.HEIC", "b/3", "b/4.mov"]),
        "no pictures among 4 files (2 .heic, 1 without extension, 1 .mov): ROOT"
    );
    assert_eq!(refused(&["train/a/1.png", "train/b/1.png", "val/a/"]), "no pictures: ROOT/val");
}

#[test]
fn classes_that_cannot_be_learned_are_refused() {
    assert_eq!(
        refused(&["photos/cat/1.png", "photos/dog/1.png"]),
        "only one class (photos), expected at least 2 folders with pictures: ROOT"
    );
    assert_eq!(
        refused(&["cat/1.png", "dog/", "eel/x.txt"]),
        "no pictures in 2 class folders (dog, eel): ROOT"
    );
    assert_eq!(
        refused(&["train/a/1.png", "train/b/1.png", "train/c/", "val/c/1.png"]),
        "no pictures in 1 class folders (c): ROOT/train"
    );
    assert_eq!(
        refused(&["train/a/1.png", "train/b/1.png", "test/a/1.png", "test/d/1.png"]),
        "1 classes of the test part are not among those to train with (d): ROOT/test"
    );
}

#[test]
fn one_class_names_the_folders_within() {
    let root = folder(&["photos/cat/1.png", "photos/dog/1.png"]);
    let Err(PicturesError::OneClass { folders, .. }) = list(root.path()) else { panic!("listed") };
    assert_eq!(folders, ["cat", "dog"]);
}

#[test]
fn pictures_outside_of_class_folders_are_refused() {
    assert_eq!(
        refused(&["1.png", "2.png"]),
        "2 pictures lie beside the folders (1.png, 2.png), expected each in the folder of its class: ROOT"
    );
    assert_eq!(
        refused(&["x.png", "cat/1.png", "dog/1.png"]),
        "1 pictures lie beside the folders (x.png), expected each in the folder of its class: ROOT"
    );
    assert_eq!(
        refused(&["train/a/1.png", "train/b/1.png", "test/9.png"]),
        "1 pictures lie beside the folders (test/9.png), expected each in the folder of its class: ROOT/test"
    );
}

#[test]
fn a_file_and_nothing_are_no_folders() {
    let root = folder(&["a.png"]);
    for path in ["a.png", "nowhere"] {
        let error = list(&root.path().join(path)).unwrap_err();
        assert!(matches!(error, PicturesError::NotAFolder { .. }), "{error}");
    }
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_in_a_circle_end() {
        let root = folder(&["cat/1.png", "dog/deep/1.png"]);
        symlink(root.path().join("dog"), root.path().join("dog/deep/again")).unwrap();
        let error = list(root.path()).unwrap_err();
        let PicturesError::LinkCircle { target, path } = &error else { panic!("{error}") };
        assert_eq!(*target, root.path().join("dog"));
        assert_eq!(*path, root.path().join("dog/deep/again"));
    }

    #[test]
    fn links_are_followed_and_broken_ones_named() {
        let root = folder(&["cat/1.png", "dog/1.png"]);
        let other = folder(&["x/2.png"]);
        symlink(other.path().join("x"), root.path().join("eel")).unwrap();
        symlink("nowhere", root.path().join("dog/todo.txt")).unwrap();
        let listing = list(root.path()).unwrap();
        assert_eq!(listing.classes, ["cat", "dog", "eel"]);
        symlink("nowhere", root.path().join("dog/2.png")).unwrap();
        let error = list(root.path()).unwrap_err();
        let PicturesError::Io { path, .. } = &error else { panic!("{error}") };
        assert_eq!(*path, root.path().join("dog/2.png"));
    }

    #[test]
    fn names_that_are_not_text_are_errors() {
        let name = OsStr::from_bytes(b"caf\xe9");
        for file in
            [Path::new(name).join("1.png"), Path::new("dog").join(name).with_extension("png")]
        {
            let root = folder(&["cat/1.png", "dog/1.png"]);
            std::fs::create_dir_all(root.path().join(&file).parent().unwrap()).unwrap();
            std::fs::write(root.path().join(&file), []).unwrap();
            let error = list(root.path()).unwrap_err();
            assert!(matches!(error, PicturesError::NotUtf8 { .. }), "{error}");
        }
    }

    #[test]
    fn a_socket_is_no_picture() {
        let root = folder(&["cat/1.png", "dog/1.png"]);
        let _listener =
            std::os::unix::net::UnixListener::bind(root.path().join("dog/2.png")).unwrap();
        let error = list(root.path()).unwrap_err();
        assert!(matches!(error, PicturesError::NotAFile { .. }), "{error}");
    }
}

#[test]
fn pictures_are_listed_wherever_they_lie() {
    let root =
        folder(&["b.png", "cat/a.jpg", "cat/old/c.gif", "empty/", "note.txt", ".hidden/d.png"]);
    let found = list_pictures(root.path()).unwrap();
    assert_eq!(found.pictures, ["b.png", "cat/a.jpg", "cat/old/c.gif"]);
    assert_eq!(found.passed_over, [("txt".to_owned(), 1)]);
    let error = list_pictures(folder(&["note.txt"]).path()).unwrap_err();
    assert!(matches!(error, PicturesError::NoPictures { .. }), "{error}");
}
