//! A file of CIFAR's binary form becomes images and labels, or an error that says where it is wrong.
//!
//! The form (Alex Krizhevsky's page): a record an image, without a header. In CIFAR-10 a byte of the class, in CIFAR-100 a byte of the
//! group (the "coarse" label) and one of the class (the "fine" label); then 3072 bytes: 32 rows of 32 red values, as many green ones, as
//! many blue ones.

use std::path::Path;

use crate::compressed::OpenFile;
use crate::{DataError, ImageShape};

/// The shape of every image.
pub(crate) const SHAPE: ImageShape = ImageShape { channels: 3, height: 32, width: 32 };

const IMAGE_BYTES: usize = 3 * 32 * 32;

/// Which of the two data sets a file is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CifarForm {
    /// CIFAR-10: a label an image, below 10.
    Ten,
    /// CIFAR-100: a group below 20 and a class below 100 an image.
    Hundred,
}

impl CifarForm {
    /// How many classes there are.
    pub fn class_count(self) -> usize {
        match self {
            Self::Ten => 10,
            Self::Hundred => 100,
        }
    }

    /// How many groups there are; each class of CIFAR-100 belongs to one.
    pub fn group_count(self) -> Option<usize> {
        match self {
            Self::Ten => None,
            Self::Hundred => Some(20),
        }
    }

    fn label_bytes(self) -> usize {
        match self {
            Self::Ten => 1,
            Self::Hundred => 2,
        }
    }
}

/// Colour images of 32 x 32 pixels with their labels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CifarImages {
    /// Pixels of all images: `[image, channel, row, column]`, channels red, green, blue.
    pub pixels: Vec<u8>,
    /// The class of each image: in CIFAR-100 the fine label.
    pub classes: Vec<u8>,
    /// The group of each image, the coarse label of CIFAR-100; of CIFAR-10, nothing.
    pub groups: Vec<u8>,
}

impl CifarImages {
    /// How many images there are.
    pub fn len(&self) -> usize {
        self.classes.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.classes.is_empty()
    }

    /// Adds the images of another file.
    pub fn append(&mut self, mut other: Self) {
        self.pixels.append(&mut other.pixels);
        self.classes.append(&mut other.classes);
        self.groups.append(&mut other.groups);
    }
}

/// Parses the file at `path`: plain, `.gz` or `.zst` by its name.
pub fn parse_cifar(path: &Path, form: CifarForm) -> Result<CifarImages, DataError> {
    read_cifar(OpenFile::at(path)?, form)
}

/// Reads a file. Every label is checked.
pub(crate) fn read_cifar(mut file: OpenFile, form: CifarForm) -> Result<CifarImages, DataError> {
    // There is no header to announce a length: a small file must not make the program allocate at will.
    let limit = (64 << 20).max(file.file_bytes.saturating_mul(256));
    let bytes = file.read_up_to(limit)?;
    if bytes.len() as u64 == limit {
        let file_bytes = file.file_bytes;
        return Err(DataError::Unpacked { limit, file_bytes, path: file.path });
    }
    let record = form.label_bytes() + IMAGE_BYTES;
    if !bytes.len().is_multiple_of(record) {
        return Err(DataError::Records { got: bytes.len(), record, path: file.path });
    }
    let labels = |place: usize| bytes.iter().skip(place).step_by(record).copied().collect();
    let classes: Vec<u8> = labels(form.label_bytes() - 1);
    let groups: Vec<u8> = if form.group_count().is_some() { labels(0) } else { Vec::new() };
    check_labels(&classes, form.class_count(), &file.path)?;
    if let Some(count) = form.group_count() {
        check_labels(&groups, count, &file.path)?;
    }
    Ok(CifarImages { pixels: without_labels(bytes, record), classes, groups })
}

fn check_labels(labels: &[u8], classes: usize, path: &Path) -> Result<(), DataError> {
    let too_large = |(_, label): &(usize, &u8)| usize::from(**label) >= classes;
    match labels.iter().enumerate().find(too_large) {
        None => Ok(()),
        Some((index, &label)) => {
            let (label, place) = (u32::from(label), path.display().to_string());
            Err(DataError::Label { label, index, classes, place })
        }
    }
}

/// Moves the images of all records together, in their place: a second copy of them would double the memory.
fn without_labels(mut bytes: Vec<u8>, record: usize) -> Vec<u8> {
    let count = bytes.len() / record;
    for image in 0..count {
        let end = (image + 1) * record;
        bytes.copy_within(end - IMAGE_BYTES..end, image * IMAGE_BYTES);
    }
    bytes.truncate(count * IMAGE_BYTES);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A record whose pixels begin with `first` red, green and blue.
    fn record(labels: &[u8], first: [u8; 3]) -> Vec<u8> {
        let mut bytes = labels.to_vec();
        for value in first {
            bytes.push(value);
            bytes.resize(bytes.len() + 1023, 0);
        }
        bytes
    }

    fn parse(name: &str, bytes: &[u8], form: CifarForm) -> Result<CifarImages, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let prefix = format!("{}/", folder.path().display());
        parse_cifar(&path, form).map_err(|error| error.to_string().replace(&prefix, ""))
    }

    #[test]
    fn channels_are_planes_and_labels_are_apart() {
        let bytes = [record(&[9], [1, 2, 3]), record(&[0], [4, 5, 6])].concat();
        let images = parse("data", &bytes, CifarForm::Ten).unwrap();
        assert_eq!((images.len(), &*images.classes, &*images.groups), (2, &[9, 0][..], &[][..]));
        let firsts: Vec<u8> = images.pixels.iter().copied().step_by(1024).collect();
        assert_eq!(firsts, [1, 2, 3, 4, 5, 6]);
        let packed = zstd::encode_all(&bytes[..], 1).unwrap();
        assert_eq!(parse("data.zst", &packed, CifarForm::Ten), Ok(images));
    }

    #[test]
    fn of_a_hundred_the_group_comes_first() {
        let bytes = [record(&[19, 99], [1, 2, 3]), record(&[0, 7], [4, 5, 6])].concat();
        let images = parse("data", &bytes, CifarForm::Hundred).unwrap();
        assert_eq!((&*images.classes, &*images.groups), (&[99, 7][..], &[19, 0][..]));
        assert_eq!(images.pixels.len(), 2 * IMAGE_BYTES);
    }

    #[test]
    fn each_fault_is_named() {
        let error = |bytes: &[u8], form| parse("data", bytes, form).unwrap_err();
        let good = record(&[1], [1, 2, 3]);
        assert_eq!(
            error(&good[..3000], CifarForm::Ten),
            "file of 3000 bytes, expected a multiple of the 3073 bytes of an image with its label: data"
        );
        assert_eq!(
            error(&good, CifarForm::Hundred),
            "file of 3073 bytes, expected a multiple of the 3074 bytes of an image with its label: data"
        );
        assert_eq!(
            error(&[good, record(&[10], [0; 3])].concat(), CifarForm::Ten),
            "label 10 at sample 1 is not below the 10 classes: data"
        );
        assert_eq!(
            error(&record(&[1, 100], [0; 3]), CifarForm::Hundred),
            "label 100 at sample 0 is not below the 100 classes: data"
        );
        assert_eq!(
            error(&record(&[20, 1], [0; 3]), CifarForm::Hundred),
            "label 20 at sample 0 is not below the 20 classes: data"
        );
    }

    #[test]
    fn a_file_packed_without_limit_is_refused() {
        let bytes =
            zstd::encode_all(std::io::Read::take(std::io::repeat(0), 3073 * 40_000), 1).unwrap();
        let error = parse("data.zst", &bytes, CifarForm::Ten).unwrap_err();
        assert!(error.starts_with("67108864 bytes or more are packed in a file of "), "{error}");
    }

    #[test]
    fn no_image_is_no_error() {
        assert!(parse("data", &[], CifarForm::Ten).unwrap().is_empty());
    }

    proptest! {
        #[test]
        fn any_bytes_are_an_error_or_images(records in 0_usize..4, extra in 0_usize..3, value: u8) {
            let bytes = vec![value; records * 3074 + extra];
            for form in [CifarForm::Ten, CifarForm::Hundred] {
                if let Ok(images) = parse("data", &bytes, form) {
                    prop_assert_eq!(images.len() * IMAGE_BYTES, images.pixels.len());
                }
            }
        }
    }
}
