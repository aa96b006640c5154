//! An IDX file becomes images or labels, or an error that says where it is wrong.
//!
//! The format (Yann LeCun's MNIST page): a big-endian magic number `0x000008NN` (type 8: unsigned byte, NN dimensions), one
//! big-endian u32 a dimension, then the bytes.

use std::path::Path;

use crate::DataError;
use crate::compressed::OpenFile;

const IMAGES_MAGIC: u32 = 0x0803;
const LABELS_MAGIC: u32 = 0x0801;
const LARGEST_SIDE: usize = 4096;

/// Grey images of one size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdxImages {
    /// Rows of each image.
    pub rows: usize,
    /// Columns of each image.
    pub columns: usize,
    /// Pixels of all images, row by row: `[image, row, column]`.
    pub pixels: Vec<u8>,
}

impl IdxImages {
    /// How many images there are.
    pub fn len(&self) -> usize {
        self.pixels.len() / (self.rows * self.columns)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.pixels.is_empty()
    }
}

/// One label an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdxLabels {
    /// The labels, in the order of the images.
    pub labels: Vec<u8>,
}

/// Reads an image file.
pub(crate) fn read_images(mut file: OpenFile) -> Result<IdxImages, DataError> {
    let header = read_header::<16>(&mut file, IMAGES_MAGIC, "images")?;
    let [count, rows, columns] = [4, 8, 12].map(|offset| word(&header, offset) as usize);
    if !(1..=LARGEST_SIDE).contains(&rows) || !(1..=LARGEST_SIDE).contains(&columns) {
        return Err(DataError::Dimensions { rows, columns, path: file.path });
    }
    let pixels = read_body(&mut file, count as u64 * (rows * columns) as u64)?;
    Ok(IdxImages { rows, columns, pixels })
}

/// Reads a label file.
pub(crate) fn read_labels(mut file: OpenFile) -> Result<IdxLabels, DataError> {
    let header = read_header::<8>(&mut file, LABELS_MAGIC, "labels")?;
    let labels = read_body(&mut file, u64::from(word(&header, 4)))?;
    Ok(IdxLabels { labels })
}

/// Parses the image file at `path`: plain, `.gz` or `.zst` by its name.
pub fn parse_images(path: &Path) -> Result<IdxImages, DataError> {
    read_images(OpenFile::at(path)?)
}

/// Parses the label file at `path`: plain, `.gz` or `.zst` by its name.
pub fn parse_labels(path: &Path) -> Result<IdxLabels, DataError> {
    read_labels(OpenFile::at(path)?)
}

fn read_header<const LENGTH: usize>(
    file: &mut OpenFile,
    expected: u32,
    kind: &'static str,
) -> Result<[u8; LENGTH], DataError> {
    let bytes = file.read_up_to(LENGTH as u64)?;
    if bytes.len() >= 4 && word(&bytes, 0) != expected {
        return Err(DataError::Magic {
            got: word(&bytes, 0),
            expected,
            kind,
            path: file.path.clone(),
        });
    }
    bytes.try_into().map_err(|bytes: Vec<u8>| DataError::Header {
        got: bytes.len(),
        expected: LENGTH,
        path: file.path.clone(),
    })
}

fn read_body(file: &mut OpenFile, announced: u64) -> Result<Vec<u8>, DataError> {
    // A small file must not make the program allocate at will: zstd can pack blank images well beyond a thousand to one.
    if announced > (64 << 20).max(file.file_bytes.saturating_mul(256)) {
        return Err(DataError::Oversized {
            announced,
            file_bytes: file.file_bytes,
            path: file.path.clone(),
        });
    }
    let body = file.read_up_to(announced + 1)?;
    if body.len() as u64 != announced {
        return Err(DataError::Length {
            got: body.len() as u64,
            expected: announced,
            path: file.path.clone(),
        });
    }
    Ok(body)
}

fn word(bytes: &[u8], offset: usize) -> u32 {
    bytes[offset..offset + 4].iter().fold(0, |word, &byte| word << 8 | u32::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Write;

    fn images_file(count: u32, rows: u32, columns: u32, body: &[u8]) -> Vec<u8> {
        let mut bytes = IMAGES_MAGIC.to_be_bytes().to_vec();
        for dimension in [count, rows, columns] {
            bytes.extend(dimension.to_be_bytes());
        }
        bytes.extend(body);
        bytes
    }

    fn parse(name: &str, bytes: &[u8]) -> Result<IdxImages, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let prefix = format!("{}/", folder.path().display());
        parse_images(&path).map_err(|error| error.to_string().replace(&prefix, ""))
    }

    #[test]
    fn images_are_read_plain_and_compressed() {
        let bytes = images_file(2, 2, 2, &[1, 2, 3, 4, 5, 6, 7, 8]);
        let expected = IdxImages { rows: 2, columns: 2, pixels: vec![1, 2, 3, 4, 5, 6, 7, 8] };
        assert_eq!(parse("images", &bytes), Ok(expected.clone()));
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(&bytes).unwrap();
        assert_eq!(parse("images.gz", &gz.finish().unwrap()), Ok(expected.clone()));
        assert_eq!(parse("images.zst", &zstd::encode_all(&bytes[..], 1).unwrap()), Ok(expected));
    }

    #[test]
    fn each_fault_is_named() {
        let good = images_file(2, 2, 2, &[0; 8]);
        let error = |bytes: &[u8]| parse("images", bytes).unwrap_err();
        assert_eq!(error(&[]), "file of 0 bytes ends inside its 16-byte IDX header: images");
        assert_eq!(error(&good[..9]), "file of 9 bytes ends inside its 16-byte IDX header: images");
        assert_eq!(error(&good[..20]), "file holds 4 bytes after its header, expected 8: images");
        let long = [&good[..], &[0; 5]].concat();
        assert_eq!(error(&long), "file holds 9 bytes after its header, expected 8: images");
        let mut labels = good.clone();
        labels[3] = 1;
        assert_eq!(
            error(&labels),
            "IDX magic number at byte 0 is 0x00000801, expected 0x00000803 (images): images"
        );
        assert_eq!(
            error(&images_file(2, 0, 2, &[])),
            "images of 0 x 2 pixels at byte 8, expected 1 to 4096 each: images"
        );
        assert_eq!(
            error(&images_file(u32::MAX, 4096, 4096, &[])),
            "header announces 72057594021150720 bytes in a file of 16 bytes: images"
        );
    }

    #[test]
    fn truncated_compressed_files_are_errors() {
        let bytes = images_file(2, 2, 2, &[7; 8]);
        let zst = zstd::encode_all(&bytes[..], 1).unwrap();
        let error = parse("images.zst", &zst[..zst.len() - 3]).unwrap_err();
        assert!(error.starts_with("cannot decompress"), "{error}");
        let error = parse("images.gz", &bytes).unwrap_err();
        assert!(error.starts_with("cannot decompress"), "{error}");
    }

    proptest! {
        #[test]
        fn any_bytes_are_an_error_or_images(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            if let Ok(images) = parse("images", &bytes) {
                prop_assert_eq!(images.len() * images.rows * images.columns, images.pixels.len());
            }
        }

        #[test]
        fn what_was_written_is_read(rows in 1_u32..5, columns in 1_u32..5, count in 0_u32..5) {
            let body: Vec<u8> = (0..count * rows * columns).map(|i| u8::try_from(i).unwrap()).collect();
            let images = parse("images", &images_file(count, rows, columns, &body)).unwrap();
            prop_assert_eq!(images.pixels, body);
        }
    }
}
