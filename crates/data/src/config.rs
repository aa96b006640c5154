//! The `[data]` section of a recipe.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::mnist::{self, Splits};
use crate::{AugmentConfig, DataError, Normalize};

/// Which data, and how it is fed. Every default is the course's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DataConfig {
    /// The data set's name; `mnist` is the only one so far.
    pub dataset: String,
    /// A folder with the data set's files in place of those inside the binary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root: Option<PathBuf>,
    /// Samples a batch.
    pub batch_size: usize,
    /// How pixels become floats.
    pub normalize: Normalize,
    /// How training images are varied; not at all, if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub augment: Option<AugmentConfig>,
    /// Share of the training set held out, stratified and seeded.
    pub validation: f64,
    /// Whether each epoch has a new random order; otherwise file order.
    pub shuffle: bool,
    /// Threads that make batches; with 0 the training thread makes them. The batches are the same.
    pub workers: usize,
}

impl Default for DataConfig {
    fn default() -> Self {
        Self {
            dataset: "mnist".to_owned(),
            root: None,
            batch_size: 64,
            normalize: Normalize::default(),
            augment: None,
            validation: 0.0,
            shuffle: true,
            workers: 1, // the second core gathers while the first computes
        }
    }
}

impl DataConfig {
    /// Reads the data set.
    pub fn open(&self) -> Result<Splits, DataError> {
        match (self.dataset.as_str(), &self.root) {
            ("mnist", Some(folder)) => mnist::from_folder(folder),
            #[cfg(feature = "bundled-mnist")]
            ("mnist", None) => mnist::bundled(),
            #[cfg(not(feature = "bundled-mnist"))]
            ("mnist", None) => Err(DataError::NotBundled),
            (name, _) => Err(DataError::UnknownDataset { name: name.to_owned() }),
        }
    }
}
