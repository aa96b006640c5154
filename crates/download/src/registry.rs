//! The published data sets: addresses, lengths, hashes.
//!
//! | name | hash of the published files | content |
//! |---|---|---|
//! | `mnist` | as published, not tried | compared with the MNIST inside `burnwright-data` |
//! | `fashion-mnist` | as published, not tried | compared with Debian's package `dataset-fashion-mnist` |
//! | `kmnist` | as published, not tried | not tried |
//! | `emnist-letters` | as published, not tried | not tried |
//! | `cifar10` | as published, not tried | compared with the published SHA-1 of each `.bin` file |
//! | `cifar100` | as published, not tried | not tried |
//!
//! "As published, not tried" means: lengths and SHA-256 are those in the source of TensorFlow Datasets 4.9.10 (`url_checksums`), and
//! the file itself was not at hand when this was written; no address was asked. torchvision 0.29.2 publishes MD5 alone, of the same
//! files; `tests/fixtures/published.tsv` has both. "Compared" means: the unpacked files were at hand, whole, and their SHA-256 is
//! pinned, too. Addresses are those of torchvision, of TensorFlow Datasets, and other ones of the same institutions.

mod cifar;
mod mnist;

use crate::{DataSet, DownloadError};

const ALL: [DataSet; 6] = [
    mnist::MNIST,
    mnist::FASHION_MNIST,
    mnist::KMNIST,
    mnist::EMNIST_LETTERS,
    cifar::CIFAR10,
    cifar::CIFAR100,
];

/// All data sets that can be fetched.
pub fn data_sets() -> &'static [DataSet] {
    &ALL
}

/// The data set called `name`, or an error that lists those there are.
pub fn find(name: &str) -> Result<&'static DataSet, DownloadError> {
    let unknown = || DownloadError::UnknownDataSet {
        name: name.to_owned(),
        known: ALL.iter().map(|set| set.name).collect(),
    };
    ALL.iter().find(|set| set.name == name).ok_or_else(unknown)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::Packing;

    fn is_sha256(text: &str) -> bool {
        text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    }

    /// Names become paths, so they must be plain.
    fn is_plain(name: &str) -> bool {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        !name.is_empty() && !name.starts_with('.') && name.bytes().all(plain)
    }

    #[test]
    fn every_entry_is_complete() {
        for set in data_sets() {
            assert!(is_plain(set.name), "{}", set.name);
            let mut names = BTreeSet::new();
            for remote in set.remotes {
                assert!(is_plain(remote.name) && names.insert(remote.name), "{}", remote.name);
                assert!(is_sha256(remote.sha256), "{}", remote.name);
                assert!(remote.addresses.len() >= 2, "{} has no mirror", remote.name);
                for address in remote.addresses {
                    assert!(address.starts_with("http"), "{address}");
                    assert!(address.ends_with(remote.name), "{address}");
                }
                assert!(remote.packing != Packing::Gzip || remote.members.len() == 1);
                for member in remote.members {
                    assert!(is_plain(member.name) && names.insert(member.name), "{}", member.name);
                    assert!(member.sha256.is_none_or(is_sha256), "{}", member.name);
                }
            }
        }
    }

    #[test]
    fn lengths_and_hashes_are_the_published_ones() {
        let rows = include_str!("../tests/fixtures/published.tsv").lines().skip(1);
        let mut count = 0;
        for row in rows {
            let [set, file, bytes, sha256, _md5, addresses] = *row.split('\t').collect::<Vec<_>>()
            else {
                panic!("{row}")
            };
            let mut remotes = find(set).unwrap().remotes.iter();
            let remote = remotes.find(|remote| remote.name == file).unwrap();
            assert_eq!((remote.bytes.to_string().as_str(), remote.sha256), (bytes, sha256));
            let published = |address: &&str| addresses.split(' ').any(|other| *address == other);
            assert!(remote.addresses.iter().any(published), "{file}: {addresses}");
            count += 1;
        }
        assert_eq!(count, data_sets().iter().map(|set| set.remotes.len()).sum::<usize>());
    }

    #[test]
    fn lengths_follow_from_the_formats() {
        let lengths = |name: &str| -> Vec<u64> {
            let members = find(name).unwrap().remotes.iter().flat_map(|remote| remote.members);
            members.map(|member| member.bytes).collect()
        };
        for name in ["mnist", "fashion-mnist", "kmnist"] {
            let images = |count: u64| 16 + count * 28 * 28;
            assert_eq!(lengths(name), [images(60_000), 8 + 60_000, images(10_000), 8 + 10_000]);
        }
        assert_eq!(
            lengths("emnist-letters"),
            [16 + 124_800 * 784, 8 + 124_800, 16 + 20_800 * 784, 8 + 20_800]
        );
        assert_eq!(lengths("cifar10"), [10_000 * 3073; 6]);
        assert_eq!(lengths("cifar100"), [50_000 * 3074, 10_000 * 3074]);
    }

    #[test]
    fn an_unknown_name_lists_the_known_ones() {
        assert_eq!(
            find("imagenet").unwrap_err().to_string(),
            "no data set is called \"imagenet\"; known: mnist, fashion-mnist, kmnist, emnist-letters, cifar10, cifar100"
        );
    }
}
