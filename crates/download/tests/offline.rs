//! What the cache says and does without a network.
#![expect(clippy::unwrap_used, reason = "tests may panic")]

mod support;

use std::time::{Duration, Instant};

use burnwright_download::{Cache, DataSet, Member, Packing, data_sets, find};
use support::{digits, gzip, member, names, published};

fn set() -> &'static DataSet {
    digits(b"1234", &["https://a.example/digits.gz".into(), "https://b.example/digits.gz".into()])
}

fn error(folder: &std::path::Path, set: &'static DataSet) -> String {
    let error = Cache::new(folder).open(set).unwrap_err().to_string();
    error.replace(&folder.display().to_string(), "cache")
}

#[test]
fn what_is_wanted_is_listed_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let started = Instant::now();
    assert_eq!(
        error(folder.path(), find("mnist").unwrap()),
        "the data set mnist is not whole; wanted:
  train-images-idx3-ubyte.gz, 9912422 bytes, SHA-256 440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609, from https://ossci-datasets.s3.amazonaws.com/mnist/train-images-idx3-ubyte.gz or https://storage.googleapis.com/cvdf-datasets/mnist/train-images-idx3-ubyte.gz
  train-labels-idx1-ubyte.gz, 28881 bytes, SHA-256 3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c, from https://ossci-datasets.s3.amazonaws.com/mnist/train-labels-idx1-ubyte.gz or https://storage.googleapis.com/cvdf-datasets/mnist/train-labels-idx1-ubyte.gz
  t10k-images-idx3-ubyte.gz, 1648877 bytes, SHA-256 8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6, from https://ossci-datasets.s3.amazonaws.com/mnist/t10k-images-idx3-ubyte.gz or https://storage.googleapis.com/cvdf-datasets/mnist/t10k-images-idx3-ubyte.gz
  t10k-labels-idx1-ubyte.gz, 4542 bytes, SHA-256 f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6, from https://ossci-datasets.s3.amazonaws.com/mnist/t10k-labels-idx1-ubyte.gz or https://storage.googleapis.com/cvdf-datasets/mnist/t10k-labels-idx1-ubyte.gz
in the folder: cache/mnist"
    );
    for set in data_sets() {
        let error = error(folder.path(), set);
        assert_eq!(error.matches("SHA-256").count(), set.remotes.len(), "{error}");
    }
    assert!(started.elapsed() < Duration::from_secs(1));
    assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none(), "something was written");
}

#[test]
fn an_archive_that_was_put_there_by_hand_is_unpacked_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("set")).unwrap();
    std::fs::write(folder.path().join("set/digits.gz"), gzip(b"1234")).unwrap();
    let files = Cache::new(folder.path()).open(set()).unwrap();
    assert_eq!(std::fs::read(files.folder.join("digits")).unwrap(), b"1234");
    assert_eq!(names(folder.path()), [".lock", "SHA256SUMS", "digits", "digits.gz"]);
}

#[test]
fn an_unpacked_file_with_the_pinned_hash_is_enough() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("set")).unwrap();
    std::fs::write(folder.path().join("set/digits"), b"1234").unwrap();
    Cache::new(folder.path()).open(set()).unwrap();
}

#[test]
fn an_unpacked_file_without_a_known_hash_is_not_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let members = vec![Member { sha256: None, ..member("digits", "digits", b"1234") }];
    let set = published("digits.gz", &gzip(b"1234"), Packing::Gzip, members, &["x".to_owned()]);
    std::fs::create_dir(folder.path().join("set")).unwrap();
    std::fs::write(folder.path().join("set/digits"), b"1234").unwrap();
    let got = error(folder.path(), set);
    assert!(got.contains("; digits there did not come from the published archive\n"), "{got}");
    // With the archive it is: what it unpacks to is noted, and held against the file from then on.
    std::fs::write(folder.path().join("set/digits.gz"), gzip(b"1234")).unwrap();
    Cache::new(folder.path()).open(set).unwrap();
    std::fs::remove_file(folder.path().join("set/digits.gz")).unwrap();
    Cache::new(folder.path()).open(set).unwrap();
    std::fs::write(folder.path().join("set/digits"), b"1235").unwrap();
    let got = error(folder.path(), set);
    assert!(got.contains("; digits there has SHA-256 "), "{got}");
    for note in ["", "\n  \n", "03ac digits", "\u{fffd}  digits"] {
        std::fs::write(folder.path().join("set/digits"), b"1234").unwrap();
        std::fs::write(folder.path().join("set/SHA256SUMS"), note).unwrap();
        error(folder.path(), set);
    }
}

#[test]
fn every_fault_of_what_is_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("set")).unwrap();
    std::fs::write(folder.path().join("set/digits"), b"5678").unwrap();
    std::fs::write(folder.path().join("set/digits.gz"), b"<html>").unwrap();
    let length = set().bytes();
    let expected = format!(
        "; digits there has SHA-256 f8638b979b2f4f793ddb6dbd197e0ee25a7a6ea32b0ae22f5e3c5d119d839e75, \
         expected 03ac674216f3e15c761ee1a5e255f067953623c8b388b4459e13f978d7c846f4\
         ; digits.gz there has 6 bytes, expected {length}\nin the folder: cache/set"
    );
    let got = error(folder.path(), set());
    assert!(got.ends_with(&expected), "{got}");
    // Nothing of somebody else's was touched.
    assert_eq!(std::fs::read(folder.path().join("set/digits")).unwrap(), b"5678");
    assert_eq!(std::fs::read(folder.path().join("set/digits.gz")).unwrap(), b"<html>");
}

#[test]
fn what_is_no_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("set/digits")).unwrap();
    assert_eq!(error(folder.path(), set()), "not a regular file: cache/set/digits");
    let file = folder.path().join("file");
    std::fs::write(&file, b"").unwrap();
    let error = Cache::new(&file).open(set()).unwrap_err().to_string();
    assert!(error.starts_with("cannot read ("), "{error}");
}
