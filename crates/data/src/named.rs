//! Data sets that are known by name: which files they consist of, how those are read, what their classes are called.
//!
//! Where the files come from is not known here.

mod table;
#[cfg(feature = "bundled-mnist")]
pub(crate) use table::{TEST, TRAIN};

use std::path::Path;

pub use table::CIFAR100_GROUPS;

use crate::cifar::{self, CifarForm, CifarImages, read_cifar};
use crate::compressed::OpenFile;
use crate::emnist::{letter_classes, transposed};
use crate::idx::{read_images, read_labels};
use crate::{DataError, ImageShape, Images, Source, Splits};

/// A data set that is known by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named {
    /// The name.
    pub name: &'static str,
    /// The classes, in the order of the labels; torchvision's names where they are words.
    pub classes: &'static [&'static str],
    form: Form,
}

/// A file of images, and one of their labels.
type Pair = [&'static str; 2];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Idx { train: Pair, test: Pair, storage: Storage },
    Cifar { form: CifarForm, train: &'static [&'static str], test: &'static str },
}

/// What IDX files hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Storage {
    /// Upright images, labels from 0.
    Mnist,
    /// Images with rows and columns exchanged, labels from 1.
    EmnistLetters,
}

/// All data sets that are known by name.
pub fn all() -> &'static [Named] {
    &table::ALL
}

/// The data set called `name`.
pub fn find(name: &str) -> Option<&'static Named> {
    all().iter().find(|named| named.name == name)
}

/// The data set whose files are all in `folder`, to judge by their names. Those of MNIST are also those of Fashion-MNIST and KMNIST, and
/// MNIST is what they count as.
pub fn of_folder(folder: &Path) -> Option<&'static Named> {
    let is_there = |name: &&str| OpenFile::is_there(folder, name);
    all().iter().find(|named| named.files().iter().all(is_there))
}

impl Named {
    /// The names of its files; each may have the ending `.gz` or `.zst`, too.
    pub fn files(&self) -> Vec<&'static str> {
        match self.form {
            Form::Idx { train, test, .. } => [train, test].concat(),
            Form::Cifar { train, test, .. } => [train, &[test]].concat(),
        }
    }

    /// Reads its files in `folder`: `u8` images of `[channels, height, width]`, each of one of the classes.
    pub fn open(&self, folder: &Path) -> Result<Splits, DataError> {
        if !folder.is_dir() {
            return Err(DataError::FolderMissing { folder: folder.to_owned() });
        }
        let (train, test) = match self.form {
            Form::Idx { train, test, storage } => {
                (self.idx_images(folder, train, storage)?, self.idx_images(folder, test, storage)?)
            }
            Form::Cifar { form, train, test } => {
                (self.cifar_images(folder, train, form)?, self.cifar_images(folder, &[test], form)?)
            }
        };
        let (train_shape, test_shape) = (train.shape(), test.shape());
        if train_shape != test_shape {
            return Err(DataError::ShapeMismatch {
                test: test_shape.to_string(),
                train: train_shape.to_string(),
                folder: folder.to_owned(),
            });
        }
        Ok(Splits::new(train, test))
    }

    fn idx_images(
        &self,
        folder: &Path,
        files: Pair,
        storage: Storage,
    ) -> Result<Images, DataError> {
        let [images, labels] = files;
        let files = [OpenFile::find(folder, images)?, OpenFile::find(folder, labels)?];
        self.images_of(files, storage)
    }

    /// The images of a file with their labels of another.
    pub(crate) fn images_of(
        &self,
        [images, labels]: [OpenFile; 2],
        storage: Storage,
    ) -> Result<Images, DataError> {
        let path = labels.path.clone();
        let (mut images, mut labels) = (read_images(images)?, read_labels(labels)?.labels);
        if images.len() != labels.len() {
            let (labels, images) = (labels.len(), images.len());
            return Err(DataError::CountMismatch { labels, images, path });
        }
        if storage == Storage::EmnistLetters {
            images = transposed(&images);
            labels = letter_classes(labels, &path)?;
        }
        let shape = ImageShape { channels: 1, height: images.rows, width: images.columns };
        self.images(shape, images.pixels, &labels, &path)
    }

    fn cifar_images(
        &self,
        folder: &Path,
        files: &[&'static str],
        form: CifarForm,
    ) -> Result<Images, DataError> {
        let mut all = CifarImages::default();
        let mut path = folder.to_owned();
        for name in files {
            let file = OpenFile::find(folder, name)?;
            path.clone_from(&file.path);
            all.append(read_cifar(file, form)?);
        }
        self.images(cifar::SHAPE, all.pixels, &all.classes, &path)
    }

    fn images(
        &self,
        shape: ImageShape,
        pixels: Vec<u8>,
        labels: &[u8],
        path: &Path,
    ) -> Result<Images, DataError> {
        if labels.is_empty() {
            return Err(DataError::Empty { what: format!("data set of {}", path.display()) });
        }
        let classes = self.classes.iter().map(ToString::to_string).collect();
        let labels = labels.iter().copied().map(u32::from).collect();
        Images::new(shape, classes, pixels, labels, &path.display().to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Target;

    /// An IDX file of one byte a value.
    fn idx(magic: u32, dimensions: &[u32], body: &[u8]) -> Vec<u8> {
        let mut bytes = magic.to_be_bytes().to_vec();
        bytes.extend(dimensions.iter().flat_map(|dimension| dimension.to_be_bytes()));
        bytes.extend(body);
        bytes
    }

    /// A folder with the files of `named`: images of IDX files hold 0 1 2 / 3 4 5, those of CIFAR their label everywhere.
    fn folder_of(named: &Named, label: u8) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in named.files() {
            let bytes = if name.contains("images") {
                idx(0x0803, &[1, 2, 3], &[0, 1, 2, 3, 4, 5])
            } else if name.contains("labels") {
                idx(0x0801, &[1], &[label])
            } else if named.classes.len() == 10 {
                vec![label; 3073]
            } else {
                vec![label; 3074]
            };
            std::fs::write(folder.path().join(name), bytes).unwrap();
        }
        folder
    }

    #[test]
    fn each_data_set_is_read_from_its_files() {
        for named in all() {
            let splits = named.open(folder_of(named, 1).path()).unwrap();
            let training_files = if named.name == "cifar10" { 5 } else { 1 };
            assert_eq!((splits.train.len(), splits.test.len()), (training_files, 1));
            assert_eq!(splits.train.targets().names(), named.classes);
            let (shape, class) = match named.name {
                "cifar10" | "cifar100" => ("3 x 32 x 32", 1),
                "emnist-letters" => ("1 x 3 x 2", 0),
                _ => ("1 x 2 x 3", 1),
            };
            assert_eq!(splits.test.shape().to_string(), shape, "{}", named.name);
            assert_eq!(splits.test.target(0).unwrap(), Target::Class(class), "{}", named.name);
        }
    }

    #[test]
    fn a_folder_is_known_by_its_files() {
        for named in all() {
            let folder = folder_of(named, 1);
            let expected = if named.name.ends_with("mnist") { "mnist" } else { named.name };
            assert_eq!(of_folder(folder.path()).unwrap().name, expected);
            let last = folder.path().join(named.files().last().unwrap());
            std::fs::rename(&last, last.with_added_extension("gz")).unwrap();
            assert_eq!(of_folder(folder.path()).unwrap().name, expected);
            std::fs::remove_file(last.with_added_extension("gz")).unwrap();
            assert_eq!(of_folder(folder.path()), None);
        }
    }

    #[test]
    fn letters_stand_upright() {
        let named = find("emnist-letters").unwrap();
        let splits = named.open(folder_of(named, 26).path()).unwrap();
        let mut pixels = [0; 6];
        assert_eq!(splits.train.read(0, &mut pixels).unwrap(), Target::Class(25));
        assert_eq!(pixels, [0, 3, 1, 4, 2, 5]);
    }

    #[test]
    fn faults_are_named() {
        for named in all() {
            let folder = folder_of(named, 200);
            let error = named.open(folder.path()).unwrap_err().to_string();
            assert!(error.starts_with("label 200 at sample 0 is "), "{error}");
            let last = *named.files().last().unwrap();
            let folder = folder_of(named, 1);
            std::fs::remove_file(folder.path().join(last)).unwrap();
            let error = named.open(folder.path()).unwrap_err().to_string();
            assert!(error.starts_with(&format!("no {last} (nor {last}.gz")), "{error}");
        }
        let missing = all()[0].open(Path::new("/no/such/folder")).unwrap_err().to_string();
        assert!(missing.starts_with("the data folder does not exist"), "{missing}");
    }

    #[test]
    fn classes_are_as_many_as_the_labels() {
        let counts: Vec<usize> = all().iter().map(|named| named.classes.len()).collect();
        assert_eq!(counts, [10, 10, 10, 26, 10, 100]);
        // The page of CIFAR-100 has them by groups of five; the file of names, in this order.
        assert!(find("cifar100").unwrap().classes.is_sorted());
        assert!(CIFAR100_GROUPS.is_sorted());
    }
}
