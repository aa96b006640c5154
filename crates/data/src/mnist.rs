//! MNIST: the one inside the binary, or four IDX files in a folder.

use std::path::Path;

#[cfg(feature = "bundled-mnist")]
use crate::compressed::OpenFile;
use crate::named::{self, Named};
#[cfg(feature = "bundled-mnist")]
use crate::named::{Storage, TEST, TRAIN};
use crate::{DataError, Splits};
#[cfg(feature = "bundled-mnist")]
use crate::{Images, Source};

/// The number of classes: the digits.
pub const CLASS_COUNT: usize = 10;

/// Reads the four files of a folder: `train-images-idx3-ubyte` and so on, plain, `.gz` or `.zst`.
pub fn from_folder(folder: &Path) -> Result<Splits, DataError> {
    published().open(folder)
}

/// What is known of it by its name.
fn published() -> &'static Named {
    named::find("mnist").expect("it is in the table")
}

/// The MNIST that travels inside the binary.
#[cfg(feature = "bundled-mnist")]
pub fn bundled() -> Result<Splits, DataError> {
    // The training images are most of the work; the test set is unpacked beside them.
    let train = std::thread::spawn(|| pair_bundled(0));
    let test = pair_bundled(2)?;
    let train = train.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    Ok(Splits::new(train, test))
}

/// The test samples inside the binary, without unpacking the training samples.
#[cfg(feature = "bundled-mnist")]
pub fn bundled_test() -> Result<std::sync::Arc<dyn Source>, DataError> {
    Ok(std::sync::Arc::new(pair_bundled(2)?))
}

#[cfg(feature = "bundled-mnist")]
const BUNDLED: [(&str, &[u8]); 4] = [
    (TRAIN[0], include_bytes!("../bundled/train-images-idx3-ubyte.zst")),
    (TRAIN[1], include_bytes!("../bundled/train-labels-idx1-ubyte.zst")),
    (TEST[0], include_bytes!("../bundled/t10k-images-idx3-ubyte.zst")),
    (TEST[1], include_bytes!("../bundled/t10k-labels-idx1-ubyte.zst")),
];

#[cfg(feature = "bundled-mnist")]
fn pair_bundled(first: usize) -> Result<Images, DataError> {
    let open = |(name, bytes): (&str, &'static [u8])| OpenFile::from_zstd(name, bytes);
    published().images_of([open(BUNDLED[first])?, open(BUNDLED[first + 1])?], Storage::Mnist)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Target;
    use sha2::{Digest, Sha256};

    #[test]
    fn bundled_files_are_the_published_ones() {
        let published = [
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ];
        for ((name, compressed), published) in BUNDLED.into_iter().zip(published) {
            let digest = Sha256::digest(zstd::decode_all(compressed).unwrap());
            let hex = digest.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
            assert_eq!(hex, published, "{name}");
        }
    }

    #[test]
    fn bundled_mnist_is_whole() {
        let splits = bundled().unwrap();
        assert_eq!((splits.train.len(), splits.test.len()), (60_000, 10_000));
        assert_eq!(splits.train.shape().to_string(), "1 x 28 x 28");
        // The first training image is a five, the first test image a seven.
        assert_eq!(
            (splits.train.target(0).unwrap(), splits.test.target(0).unwrap()),
            (Target::Class(5), Target::Class(7))
        );
    }

    fn folder_with(images: u32, labels: &[u8]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let mut image_bytes = 0x0803_u32.to_be_bytes().to_vec();
        for dimension in [images, 1, 1] {
            image_bytes.extend(dimension.to_be_bytes());
        }
        image_bytes.resize(16 + images as usize, 9);
        let mut label_bytes = 0x0801_u32.to_be_bytes().to_vec();
        label_bytes.extend(u32::try_from(labels.len()).unwrap().to_be_bytes());
        label_bytes.extend(labels);
        for [image_file, label_file] in [TRAIN, TEST] {
            std::fs::write(folder.path().join(image_file), &image_bytes).unwrap();
            std::fs::write(folder.path().join(label_file), &label_bytes).unwrap();
        }
        folder
    }

    fn error_of(folder: &tempfile::TempDir) -> String {
        let Err(error) = from_folder(folder.path()) else { panic!("accepted") };
        error.to_string().replace(&format!("{}/", folder.path().display()), "")
    }

    #[test]
    fn a_folder_of_four_files_is_a_data_set() {
        let splits = from_folder(folder_with(2, &[3, 4]).path()).unwrap();
        assert_eq!((splits.train.len(), splits.test.target(1).unwrap()), (2, Target::Class(4)));
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_in_place_of_a_file_is_refused_and_not_waited_for() {
        use std::sync::mpsc::channel;
        let folder = folder_with(1, &[1]);
        let path = folder.path().join(TRAIN[1]);
        std::fs::remove_file(&path).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        let (sender, answer) = channel();
        std::thread::spawn(move || sender.send(error_of(&folder)));
        let error = answer.recv_timeout(std::time::Duration::from_secs(20));
        assert_eq!(error.unwrap(), "not a regular file: train-labels-idx1-ubyte");
        let folder = folder_with(1, &[1]);
        std::fs::remove_file(folder.path().join(TEST[0])).unwrap();
        std::fs::create_dir(folder.path().join(TEST[0])).unwrap();
        assert_eq!(error_of(&folder), "not a regular file: t10k-images-idx3-ubyte");
    }

    #[test]
    fn faults_of_a_folder_are_named() {
        assert_eq!(
            error_of(&folder_with(3, &[3, 4])),
            "label file holds 2 labels but the image file holds 3 images: train-labels-idx1-ubyte"
        );
        assert_eq!(
            error_of(&folder_with(2, &[3, 10])),
            "label 10 at sample 1 is not below the 10 classes: train-labels-idx1-ubyte"
        );
        assert_eq!(
            error_of(&folder_with(0, &[])),
            "the data set of train-labels-idx1-ubyte holds no sample"
        );
        let missing = folder_with(1, &[1]);
        std::fs::remove_file(missing.path().join(TEST[1])).unwrap();
        let error = error_of(&missing);
        assert!(error.starts_with("no t10k-labels-idx1-ubyte (nor"), "{error}");
    }
}
