//! Where examples come from: plain memory, or a data set of the user's.

use std::sync::Arc;

use burn::data::dataset::Dataset;
use burnwright_pictures::Picture;
use sha2::{Digest, Sha256};

use crate::target::check_target;
use crate::{DataError, ImageShape, Preparation, Target, Targets};

/// What a sample consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Bytes from 0 to 255, which are normalised.
    Pixels,
    /// Numbers as a model is given them.
    Numbers,
}

/// Samples with what is true of each, that can be read in any order, from any thread.
pub trait Source: Send + Sync {
    /// How many samples there are.
    fn len(&self) -> usize;

    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The shape of every image.
    fn shape(&self) -> ImageShape;

    /// What the targets are.
    fn targets(&self) -> &Targets;

    /// Copies the pixels of a sample, `[channels, height, width]`, into `pixels` and returns its target.
    ///
    /// # Panics
    ///
    /// May panic where `index >= len()` or `pixels` has another length than the shape says.
    fn read(&self, index: usize, pixels: &mut [u8]) -> Result<Target, DataError>;

    /// What a sample consists of.
    fn content(&self) -> Content {
        Content::Pixels
    }

    /// Copies the numbers of a sample whose [`content`](Self::content) is numbers, `[1, 1, columns]`, into `numbers` and returns its
    /// target. Of pixels it gives their bytes.
    ///
    /// # Panics
    ///
    /// As [`read`](Self::read).
    fn read_numbers(&self, index: usize, numbers: &mut [f32]) -> Result<Target, DataError> {
        let mut pixels = vec![0; numbers.len()];
        let target = self.read(index, &mut pixels)?;
        for (number, pixel) in numbers.iter_mut().zip(pixels) {
            *number = f32::from(pixel);
        }
        Ok(target)
    }

    /// The picture that a sample is cut from, where that is more than the sample: what random crops are cut from.
    fn picture(&self, _index: usize) -> Result<Option<Picture>, DataError> {
        Ok(None)
    }

    /// How a file's records became these samples, for whoever gets records later.
    fn preparation(&self) -> Preparation {
        Preparation::None
    }

    /// The places of those samples that the data themselves hold out for validation, ascending; none where that is not theirs to say.
    fn held_out(&self) -> Option<&[u32]> {
        None
    }

    /// The first 16 bytes of a BLAKE3 hash of what a sample is made of, by which its place in a split is known: of its file's bytes, or as
    /// [`burnwright_table::row_hashes`] of a row; none where nobody asks, or of more than [`MOST_HASHED`](crate::MOST_HASHED) samples.
    fn content_hash(&self, _index: usize) -> Option<[u8; 16]> {
        None
    }

    /// Records of its files that could not be read and were left out.
    fn left_out(&self) -> usize {
        0
    }

    /// What a sample is called where it came from, such as the path of its file; none where it has no name.
    fn name(&self, _index: usize) -> Option<String> {
        None
    }

    /// The columns of a row with their values, as a person reads them; nothing where samples are no rows.
    fn columns(&self, _index: usize) -> Vec<(String, String)> {
        Vec::new()
    }

    /// The target of a sample. Training asks for all of them before its first step: a source that knows them without reading the
    /// images should say so here.
    fn target(&self, index: usize) -> Result<Target, DataError> {
        self.read(index, &mut vec![0; self.shape().pixel_count()])
    }

    /// SHA-256 over shape, number of classes or labels, and every target and image in order, as hexadecimal: the same data give the
    /// same fingerprint, whatever file they came from.
    fn fingerprint(&self) -> Result<String, DataError> {
        let shape = self.shape();
        let mut hash = Sha256::new();
        for size in
            [self.len(), shape.channels, shape.height, shape.width, self.targets().names().len()]
        {
            hash.update((size as u64).to_le_bytes());
        }
        // Those of classes, which came first, say nothing more.
        if !matches!(self.targets(), Targets::Classes(_)) {
            hash.update(self.targets().kind());
        }
        let mut pixels = vec![0; shape.pixel_count()];
        let mut numbers = Vec::new();
        if self.content() == Content::Numbers {
            hash.update("numbers");
            numbers = vec![0.0; shape.pixel_count()];
        }
        for index in 0..self.len() {
            let target = match self.content() {
                Content::Pixels => self.read(index, &mut pixels)?,
                Content::Numbers => self.read_numbers(index, &mut numbers)?,
            };
            target.hash_into(&mut |bytes| hash.update(bytes));
            match self.content() {
                Content::Pixels => hash.update(&pixels),
                Content::Numbers => {
                    for number in &numbers {
                        hash.update(number.to_bits().to_le_bytes());
                    }
                }
            }
        }
        Ok(hash.finalize().iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}")))
    }
}

/// Whether each target of a source is one of its targets. `place` names the source in the error.
pub fn check_targets(source: &dyn Source, place: &str) -> Result<(), DataError> {
    for index in 0..source.len() {
        check_target(source.targets(), index, &source.target(index)?, place)?;
    }
    Ok(())
}

/// Images in memory, with what is true of each.
#[derive(Debug)]
pub struct Images {
    shape: ImageShape,
    targets: Targets,
    pixels: Vec<u8>,
    truth: Vec<Target>,
}

impl Images {
    /// Images, `[image, channel, row, column]`, each of one class. `place` names them in errors.
    pub fn new(
        shape: ImageShape,
        classes: Vec<String>,
        pixels: Vec<u8>,
        labels: Vec<u32>,
        place: &str,
    ) -> Result<Self, DataError> {
        let truth = labels.into_iter().map(Target::Class).collect();
        Self::with_targets(shape, Targets::Classes(classes), pixels, truth, place)
    }

    /// Images, `[image, channel, row, column]`, with a target each. `place` names them in errors.
    pub fn with_targets(
        shape: ImageShape,
        targets: Targets,
        pixels: Vec<u8>,
        truth: Vec<Target>,
        place: &str,
    ) -> Result<Self, DataError> {
        if pixels.len() != truth.len() * shape.pixel_count() {
            return Err(DataError::CountMismatch {
                labels: truth.len(),
                images: pixels.len() / shape.pixel_count().max(1),
                path: place.into(),
            });
        }
        let images = Self { shape, targets, pixels, truth };
        for (index, target) in images.truth.iter().enumerate() {
            check_target(&images.targets, index, target, place)?;
        }
        Ok(images)
    }
}

impl Source for Images {
    fn len(&self) -> usize {
        self.truth.len()
    }

    fn shape(&self) -> ImageShape {
        self.shape
    }

    fn targets(&self) -> &Targets {
        &self.targets
    }

    fn read(&self, index: usize, pixels: &mut [u8]) -> Result<Target, DataError> {
        let size = self.shape.pixel_count();
        pixels.copy_from_slice(&self.pixels[index * size..(index + 1) * size]);
        Ok(self.truth[index].clone())
    }

    fn target(&self, index: usize) -> Result<Target, DataError> {
        Ok(self.truth[index].clone())
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

    fn targets(&self) -> &Targets {
        self.source.targets()
    }

    fn read(&self, index: usize, pixels: &mut [u8]) -> Result<Target, DataError> {
        self.source.read(self.samples[index] as usize, pixels)
    }

    fn content(&self) -> Content {
        self.source.content()
    }

    fn read_numbers(&self, index: usize, numbers: &mut [f32]) -> Result<Target, DataError> {
        self.source.read_numbers(self.samples[index] as usize, numbers)
    }

    fn picture(&self, index: usize) -> Result<Option<Picture>, DataError> {
        self.source.picture(self.samples[index] as usize)
    }

    fn preparation(&self) -> Preparation {
        self.source.preparation()
    }

    fn content_hash(&self, index: usize) -> Option<[u8; 16]> {
        self.source.content_hash(self.samples[index] as usize)
    }

    fn name(&self, index: usize) -> Option<String> {
        self.source.name(self.samples[index] as usize)
    }

    fn columns(&self, index: usize) -> Vec<(String, String)> {
        self.source.columns(self.samples[index] as usize)
    }

    fn target(&self, index: usize) -> Result<Target, DataError> {
        self.source.target(self.samples[index] as usize)
    }
}

/// One image with its target: the item of a user's [`Dataset`].
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// `[channels, height, width]`, 0 to 255.
    pub pixels: Vec<u8>,
    /// What is true of it.
    pub target: Target,
}

/// A Burn [`Dataset`] of [`Sample`]s as a [`Source`]; what it hands out is checked.
pub struct FromDataset {
    dataset: Arc<dyn Dataset<Sample>>,
    shape: ImageShape,
    targets: Targets,
}

impl FromDataset {
    /// A data set whose images have this shape and whose targets are of these.
    pub fn new(
        dataset: impl Dataset<Sample> + 'static,
        shape: ImageShape,
        targets: Targets,
    ) -> Self {
        Self { dataset: Arc::new(dataset), shape, targets }
    }
}

impl Source for FromDataset {
    fn len(&self) -> usize {
        self.dataset.len()
    }

    fn shape(&self) -> ImageShape {
        self.shape
    }

    fn targets(&self) -> &Targets {
        &self.targets
    }

    fn read(&self, index: usize, pixels: &mut [u8]) -> Result<Target, DataError> {
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
        check_target(&self.targets, index, &sample.target, "the user's data set")?;
        pixels.copy_from_slice(&sample.pixels);
        Ok(sample.target)
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
