//! The `[data]` section of a recipe in, the examples that it names out.

use crate::config::FILES;
use crate::{DataConfig, DataError, Splits, Wanted, folder, manifest, mnist, named, table};

impl DataConfig {
    /// Reads the data set, whose targets are what they look like. One that a program brings itself is nowhere to be read from, and an
    /// error.
    pub fn open(&self) -> Result<Splits, DataError> {
        self.open_wanting(Wanted::Any)
    }

    /// The same, with targets of a kind where the data leave a choice: a column of whole numbers may be classes or numbers.
    pub fn open_wanting(&self, wanted: Wanted) -> Result<Splits, DataError> {
        let has_order = ["folder", "manifest"].contains(&self.source.as_str());
        if self.class_order.is_some() && !has_order {
            return Err(DataError::NoClassOrder { source_kind: self.source.clone() });
        }
        match (self.source.as_str(), &self.path) {
            ("mnist", Some(folder)) => mnist::from_folder(folder),
            #[cfg(feature = "bundled-mnist")]
            ("mnist", None) => mnist::bundled(),
            #[cfg(not(feature = "bundled-mnist"))]
            ("mnist", None) => Err(DataError::NotBundled),
            ("folder", Some(root)) => folder::open(root, self),
            ("manifest", Some(path)) => manifest::open(path, self, wanted),
            ("table", Some(path)) => table::open(path, self, wanted),
            (name, None) if FILES.contains(&name) => {
                Err(DataError::NoPath { source_kind: name.to_owned() })
            }
            (name, path) if named::find(name).is_some() => {
                let named = named::find(name).expect("it has just been found");
                let no_path = || DataError::NoPath { source_kind: name.to_owned() };
                named.open(path.as_deref().ok_or_else(no_path)?)
            }
            (name, _) if self.is_own() => Err(DataError::NotGiven { name: name.to_owned() }),
            (name, _) => Err(DataError::UnknownDataset { name: name.to_owned() }),
        }
    }
}
