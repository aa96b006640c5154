//! The `[data]` section of a recipe.

use std::path::PathBuf;

use burnwright_recipe::checks::{share, within};
use burnwright_recipe::{Fault, settings};

use crate::{AugmentConfig, DataError, Normalize, Splits, mnist};

settings! {
    /// Which data, and how it is fed. Every default is the course's.
    pub struct DataConfig {
        /// The data set's name: `mnist`, or `own:` and a name for one that a program brings itself.
        dataset: String = "mnist".to_owned(), check(|name: &String| known(name));
        /// A folder with the data set's files in place of those inside the binary.
        #[serde(skip_serializing_if = "Option::is_none")]
        root: Option<PathBuf>, without_effect;
        /// Samples a batch.
        batch_size: usize = 64, check(within(1..=1 << 16));
        /// How pixels become floats.
        normalize: Normalize, section;
        /// How training images are varied; not at all, if left out.
        #[serde(skip_serializing_if = "Option::is_none")]
        augment: Option<AugmentConfig>, section;
        /// Share of the training set held out, stratified and seeded.
        validation: f64 = 0.0, check(share);
        /// Whether each epoch has a new random order; otherwise file order.
        shuffle: bool = true;
        /// Threads that make batches; with 0 the training thread makes them. The batches are the same.
        workers: usize = 1, check(within(0..=256)), without_effect; // the second core gathers while the first computes
    }
}

fn known(dataset: &str) -> Option<Fault> {
    let fault = || {
        let expected = "\"mnist\", or \"own:\" and a name for data that a program brings itself";
        Fault::new(format!("is \"{dataset}\", expected {expected}"))
    };
    (dataset != "mnist" && own_name(dataset).is_none()).then(fault)
}

/// What follows `own:`.
fn own_name(dataset: &str) -> Option<&str> {
    dataset.strip_prefix("own:").filter(|name| !name.is_empty())
}

impl DataConfig {
    /// Whether a program brings the data set itself.
    pub fn is_own(&self) -> bool {
        own_name(&self.dataset).is_some()
    }

    /// Reads the data set. One that a program brings itself is nowhere to be read from, and an error.
    pub fn open(&self) -> Result<Splits, DataError> {
        match (self.dataset.as_str(), &self.root) {
            ("mnist", Some(folder)) => mnist::from_folder(folder),
            #[cfg(feature = "bundled-mnist")]
            ("mnist", None) => mnist::bundled(),
            #[cfg(not(feature = "bundled-mnist"))]
            ("mnist", None) => Err(DataError::NotBundled),
            (name, _) if self.is_own() => Err(DataError::NotGiven { name: name.to_owned() }),
            (name, _) => Err(DataError::UnknownDataset { name: name.to_owned() }),
        }
    }
}
