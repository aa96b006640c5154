//! Archives that are not what the table says, though they have the hash that it says.
#![expect(clippy::unwrap_used, reason = "tests may panic")]

mod support;

use std::io::Write;

use burnwright_download::{Cache, Member, Packing};
use proptest::prelude::*;
use support::{gzip, member, names, published};

const ONE: &[u8] = b"the first";
const TWO: &[u8] = b"the second";

/// Paths and contents.
type Entries<'a> = &'a [(&'a str, &'a [u8])];

fn members() -> Vec<Member> {
    vec![member("folder/one.bin", "one.bin", ONE), member("folder/two.bin", "two.bin", TWO)]
}

/// Opens a cache that holds `archive`: the names of the unpacked files, or the error.
fn open(archive: &[u8], packing: Packing, members: Vec<Member>) -> Result<Vec<String>, String> {
    let folder = tempfile::tempdir().unwrap();
    let set = published("archive", archive, packing, members, &["x".to_owned()]);
    std::fs::create_dir(folder.path().join("set")).unwrap();
    std::fs::write(folder.path().join("set/archive"), archive).unwrap();
    let opened = Cache::new(folder.path()).open(set);
    // Whatever an archive says, it writes nowhere else, and leaves nothing that is not whole.
    let outside: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(outside.len(), 1);
    let mut names = names(folder.path());
    assert!(!names.iter().any(|name| name.contains(".part")), "{names:?}");
    match opened {
        Ok(_) => {
            names.retain(|name| name.contains(".bin"));
            Ok(names)
        }
        Err(error) => {
            Err(error.to_string().replace(&format!("{}/set/", folder.path().display()), ""))
        }
    }
}

/// A tar archive of regular files, compressed. Paths are written as they are.
fn tar(files: Entries) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (path, content) in files {
        let mut header = tar::Header::new_gnu();
        header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        archive.append(&header, *content).unwrap();
    }
    gzip(&archive.into_inner().unwrap())
}

/// A zip archive of files that are compressed by gzip, deflated or stored.
fn zip(files: Entries, method: rawzip::CompressionMethod) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut archive = rawzip::ZipArchiveWriter::new(&mut bytes);
    for (path, content) in files {
        let (mut entry, config) =
            archive.new_file(path).compression_method(method).start().unwrap();
        let content = gzip(content);
        let descriptor = if method == rawzip::CompressionMethod::STORE {
            let mut writer = config.wrap(&mut entry);
            writer.write_all(&content).unwrap();
            writer.finish().unwrap().1
        } else {
            let deflated =
                flate2::write::DeflateEncoder::new(&mut entry, flate2::Compression::default());
            let mut writer = config.wrap(deflated);
            writer.write_all(&content).unwrap();
            let (deflated, descriptor) = writer.finish().unwrap();
            deflated.finish().unwrap();
            descriptor
        };
        entry.finish(descriptor).unwrap();
    }
    archive.finish().unwrap();
    bytes
}

#[test]
fn wanted_members_are_unpacked_and_others_passed_over() {
    let files: [(&str, &[u8]); 5] = [
        ("folder/readme.html", b"hello"),
        ("folder/two.bin", TWO),
        ("../../evil.bin", b"evil"),
        ("/evil.bin", b"evil"),
        ("folder/one.bin", ONE),
    ];
    let whole = Ok(vec!["one.bin".to_owned(), "two.bin".to_owned()]);
    assert_eq!(open(&tar(&files), Packing::TarGzip, members()), whole);
    let [readme, two, .., one] = files;
    for method in [rawzip::CompressionMethod::STORE, rawzip::CompressionMethod::DEFLATE] {
        assert_eq!(open(&zip(&[readme, two, one], method), Packing::ZipOfGzip, members()), whole);
    }
    let dotted = tar(&[("./folder/one.bin", ONE), ("./folder/two.bin", TWO)]);
    assert_eq!(open(&dotted, Packing::TarGzip, members()), whole);
}

#[test]
fn what_is_not_as_the_table_says_is_named() {
    let cases: [(Entries, &str); 4] = [
        (
            &[("folder/one.bin", ONE)],
            "cannot unpack two.bin (the archive has no member folder/two.bin): archive",
        ),
        (
            &[("folder/one.bin", b"the firs"), ("folder/two.bin", TWO)],
            "cannot unpack one.bin (it has 8 bytes, expected 9): archive",
        ),
        (
            &[("folder/one.bin", b"the first of many"), ("folder/two.bin", TWO)],
            "cannot unpack one.bin (it has at least 10 bytes, expected 9): archive",
        ),
        (
            &[("folder/one.bin", b"the worst"), ("folder/two.bin", TWO)],
            "one.bin unpacks to SHA-256 ",
        ),
    ];
    for (files, expected) in cases {
        let method = rawzip::CompressionMethod::DEFLATE;
        for (archive, packing) in
            [(tar(files), Packing::TarGzip), (zip(files, method), Packing::ZipOfGzip)]
        {
            let error = open(&archive, packing, members()).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}

#[test]
fn a_link_is_not_followed() {
    let mut archive = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_size(0);
    archive.append_link(&mut header, "folder/one.bin", "/etc/passwd").unwrap();
    let archive = gzip(&archive.into_inner().unwrap());
    assert_eq!(
        open(&archive, Packing::TarGzip, members()).unwrap_err(),
        "cannot unpack one.bin (it is not a regular file in the archive): archive"
    );
}

#[test]
fn no_more_is_unpacked_than_the_table_says() {
    let started = std::time::Instant::now();
    // 200 MB, in 200 KB.
    let bomb = {
        let encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let mut encoder = encoder;
        for _ in 0..200 {
            encoder.write_all(&vec![0; 1 << 20]).unwrap();
        }
        encoder.finish().unwrap()
    };
    let one = vec![member("one.bin", "one.bin", ONE)];
    assert_eq!(
        open(&bomb, Packing::Gzip, one.clone()).unwrap_err(),
        "cannot unpack one.bin (it has at least 10 bytes, expected 9): archive"
    );
    // As a tar archive, it ends at its first block of zeros.
    assert!(open(&bomb, Packing::TarGzip, one).is_err());
    assert!(started.elapsed().as_secs() < 10);
}

#[test]
fn an_archive_that_ends_too_early_is_an_error() {
    let files = [("folder/one.bin", ONE), ("folder/two.bin", TWO)];
    let (tar, zip) = (tar(&files), zip(&files, rawzip::CompressionMethod::DEFLATE));
    for (whole, packing) in [(tar, Packing::TarGzip), (zip, Packing::ZipOfGzip)] {
        for length in [0, 1, whole.len() / 2, whole.len() - 30] {
            let error = open(&whole[..length], packing, members()).unwrap_err();
            assert!(error.starts_with("cannot unpack "), "{error}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_bytes_are_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        for packing in [Packing::TarGzip, Packing::ZipOfGzip] {
            prop_assert!(open(&bytes, packing, members()).is_err());
            prop_assert!(open(&gzip(&bytes), packing, members()).is_err());
        }
        prop_assert!(open(&bytes, Packing::Gzip, vec![members()[0]]).is_err());
    }

    #[test]
    fn any_change_is_an_error_or_harmless(place in 0_usize..1000, byte: u8) {
        let files = [("folder/one.bin", ONE), ("folder/two.bin", TWO)];
        for (mut archive, packing) in [
            (tar(&files), Packing::TarGzip),
            (zip(&files, rawzip::CompressionMethod::DEFLATE), Packing::ZipOfGzip),
        ] {
            let place = place % archive.len();
            archive[place] = byte;
            // The members have pinned hashes: what is unpacked is right, or it is not there.
            if let Ok(names) = open(&archive, packing, members()) {
                prop_assert_eq!(names.len(), 2);
            }
        }
    }
}
