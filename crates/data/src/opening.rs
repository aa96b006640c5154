//! The `[data]` section of a recipe in, the examples that it names out.

use crate::config::{FILES, sources};
use crate::{DataConfig, DataError, Splits, Wanted, folder, manifest, mnist, named, table};

impl DataConfig {
    /// Reads the data set, whose targets are what they look like. One that a program brings itself is nowhere to be read from, and an
    /// error.
    pub fn open(&self) -> Result<Splits, DataError> {
        self.open_wanting(Wanted::Any)
    }

    /// Whether each setting is for what is read: one that is passed over would be believed.
    fn check_source(&self) -> Result<(), DataError> {
        let is_one_of = |kinds: &[&str]| kinds.contains(&self.source.as_str());
        let (pictures, learned) = (["folder", "manifest"], ["manifest", "table"]);
        let settings = [
            ("class_order", self.class_order.is_some(), "a folder or a manifest", &pictures[..]),
            ("target", self.target.is_some(), "a manifest or a table", &learned),
            ("test_path", self.test_path.is_some(), "a table", &["table"]),
            ("test", self.test > 0.0, "a folder, a manifest or a table", &FILES),
        ];
        for (key, is_set, of, kinds) in settings {
            if is_set && !is_one_of(kinds) {
                return Err(DataError::NotForSource { key, of, source_kind: self.source.clone() });
            }
        }
        Ok(())
    }

    /// The same, with targets of a kind where the data leave a choice: a column of whole numbers may be classes or numbers.
    pub fn open_wanting(&self, wanted: Wanted) -> Result<Splits, DataError> {
        self.check_source()?;
        match (self.source.as_str(), &self.path) {
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
            (name, _) => {
                Err(DataError::UnknownDataset { name: name.to_owned(), expected: sources() })
            }
        }
    }
}
