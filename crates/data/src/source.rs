//! Where samples come from: plain memory, or a data set of the user's.

use std::fmt;
use std::sync::Arc;

use burn::data::dataset::Dataset;
use sha2::{Digest, Sha256};

use crate::DataError;

/// The shape of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ImageShape {
    /// Colour channels: 1 for grey, 3 for RGB.
    pub channels: usize,
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
}

impl ImageShape {
    /// Values of one image: channels x height x width.
    pub fn pixel_count(self) -> usize {
        self.channels * self.height * self.width
    }
}

impl fmt::Display for ImageShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} x {} x {}", self.channels, self.height, self.width)
    }
}

/// Labelled images that can be read in any order, from any thread.
pub trait Source: Send + Sync {
    /// How many samples there are.
    fn len(&self) -> usize;

    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The shape of every image.
    fn shape(&self) -> ImageShape;

    /// The names of the classes; a label is a place in this list.
    fn classes(&self) -> &[String];

    /// Copies the pixels of a sample, `[channels, height, width]`, into `pixels` and returns its label.
    ///
    /// # Panics
    ///
    /// May panic where `index >= len()` or `pixels` has another length than the shape says.
    fn read(&self, index: usize, pixels: &mut [u8]) -> Result<u32, DataError>;

    /// The label of a sample. Training asks for all of them before its first step: a source that knows them without reading the
    /// images should say so here.
    fn label(&self, index: usize) -> Result<u32, DataError> {
        self.read(index, &mut vec![0; self.shape().pixel_count()])
    }

    /// SHA-256 over shape, class count, and every label and image in order, as hexadecimal: the same data give the same
    /// fingerprint, whatever file they came from.
    fn fingerprint(&self) -> Result<String, DataError> {
        let shape = self.shape();
        let mut hash = Sha256::new();
        for size in [self.len(), shape.channels, shape.height, shape.width, self.classes().len()] {
            hash.update((size as u64).to_le_bytes());
        }
        let mut pixels = vec![0; shape.pixel_count()];
        for index in 0..self.len() {
            let label = self.read(index, &mut pixels)?;
            hash.update(label.to_le_bytes());
            hash.update(&pixels);
        }
        Ok(hash.finalize().iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}")))
    }
}

/// Whether each label of a source stands for a class. `place` names the source in the error.
pub fn check_labels(source: &dyn Source, place: &str) -> Result<(), DataError> {
    for index in 0..source.len() {
        check_label(source, index, source.label(index)?, place)?;
    }
    Ok(())
}

/// Whether the label of a sample stands for a class. A source may be anybody's: what it says is not trusted.
pub(crate) fn check_label(
    source: &dyn Source,
    index: usize,
    label: u32,
    place: &str,
) -> Result<(), DataError> {
    let classes = source.classes().len();
    if (label as usize) < classes {
        return Ok(());
    }
    Err(DataError::Label { label, index, classes, place: place.to_owned() })
}

/// Labelled images in memory.
#[derive(Debug)]
pub struct Images {
    shape: ImageShape,
    classes: Vec<String>,
    pixels: Vec<u8>,
    labels: Vec<u32>,
}

impl Images {
    /// Images, `[image, channel, row, column]`, with one label each. `place` names them in errors.
    pub fn new(
        shape: ImageShape,
        classes: Vec<String>,
        pixels: Vec<u8>,
        labels: Vec<u32>,
        place: &str,
    ) -> Result<Self, DataError> {
        if pixels.len() != labels.len() * shape.pixel_count() {
            return Err(DataError::CountMismatch {
                labels: labels.len(),
                images: pixels.len() / shape.pixel_count().max(1),
                path: place.into(),
            });
        }
        match labels.iter().position(|&label| label as usize >= classes.len()) {
            Some(index) => Err(DataError::Label {
                label: labels[index],
                index,
                classes: classes.len(),
                place: place.to_owned(),
            }),
            None => Ok(Self { shape, classes, pixels, labels }),
        }
    }
}

impl Source for Images {
    fn len(&self) -> usize {
        self.labels.len()
    }

    fn shape(&self) -> ImageShape {
        self.shape
    }

    fn classes(&self) -> &[String] {
        &self.classes
    }

    fn read(&self, index: usize, pixels: &mut [u8]) -> Result<u32, DataError> {
        let size = self.shape.pixel_count();
        pixels.copy_from_slice(&self.pixels[index * size..(index + 1) * size]);
        Ok(self.labels[index])
    }

    fn label(&self, index: usize) -> Result<u32, DataError> {
        Ok(self.labels[index])
    }
}

/// Some samples of a source, as a source.
pub struct Subset {
    source: Arc<dyn Source>,
    samples: Vec<u32>,
}

impl Subset {
    /// The samples at these places, in this order.
    pub fn new(source: Arc<dyn Source>, samples: Vec<u32>) -> Self {
        Self { source, samples }
    }
}

impl Source for Subset {
    fn len(&self) -> usize {
        self.samples.len()
    }

    fn shape(&self) -> ImageShape {
        self.source.shape()
    }

    fn classes(&self) -> &[String] {
        self.source.classes()
    }

    fn read(&self, index: usize, pixels: &mut [u8]) -> Result<u32, DataError> {
        self.source.read(self.samples[index] as usize, pixels)
    }

    fn label(&self, index: usize) -> Result<u32, DataError> {
        self.source.label(self.samples[index] as usize)
    }
}

/// One image with its label: the item of a user's [`Dataset`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// `[channels, height, width]`, 0 to 255.
    pub pixels: Vec<u8>,
    /// The place of its class in the list of classes.
    pub label: u32,
}

/// A Burn [`Dataset`] of [`Sample`]s as a [`Source`]; what it hands out is checked.
pub struct FromDataset {
    dataset: Arc<dyn Dataset<Sample>>,
    shape: ImageShape,
    classes: Vec<String>,
}

impl FromDataset {
    /// A data set whose images have this shape and whose labels are places in `classes`.
    pub fn new(
        dataset: impl Dataset<Sample> + 'static,
        shape: ImageShape,
        classes: Vec<String>,
    ) -> Self {
        Self { dataset: Arc::new(dataset), shape, classes }
    }
}

impl Source for FromDataset {
    fn len(&self) -> usize {
        self.dataset.len()
    }

    fn shape(&self) -> ImageShape {
        self.shape
    }

    fn classes(&self) -> &[String] {
        &self.classes
    }

    fn read(&self, index: usize, pixels: &mut [u8]) -> Result<u32, DataError> {
        let sample = self
            .dataset
            .get(index)
            .map_err(|error| DataError::Sample { index, reason: error.to_string() })?;
        if sample.pixels.len() != pixels.len() {
            return Err(DataError::SampleShape {
                index,
                got: sample.pixels.len(),
                expected: pixels.len(),
            });
        }
        if sample.label as usize >= self.classes.len() {
            return Err(DataError::Label {
                label: sample.label,
                index,
                classes: self.classes.len(),
                place: "the user's data set".to_owned(),
            });
        }
        pixels.copy_from_slice(&sample.pixels);
        Ok(sample.label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: ImageShape = ImageShape { channels: 1, height: 1, width: 2 };

    fn classes() -> Vec<String> {
        (0..10).map(|digit| digit.to_string()).collect()
    }

    #[test]
    fn label_ten_of_ten_classes_is_refused() {
        let error = Images::new(SHAPE, classes(), vec![0; 4], vec![3, 10], "labels").unwrap_err();
        assert_eq!(error.to_string(), "label 10 at sample 1 is not below the 10 classes: labels");
    }

    #[test]
    fn fingerprint_depends_on_each_pixel_and_label() {
        let of = |pixels: [u8; 4], labels: [u32; 2]| {
            Images::new(SHAPE, classes(), pixels.to_vec(), labels.to_vec(), "")
                .unwrap()
                .fingerprint()
                .unwrap()
        };
        let one = of([1, 2, 3, 4], [0, 1]);
        assert_eq!(one, of([1, 2, 3, 4], [0, 1]));
        assert_ne!(one, of([1, 2, 3, 5], [0, 1]));
        assert_ne!(one, of([1, 2, 3, 4], [0, 2]));
        assert_eq!(one.len(), 64);
    }
}
