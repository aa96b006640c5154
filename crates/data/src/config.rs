//! The `[data]` section of a recipe.

use std::path::PathBuf;

use burnwright_recipe::checks::{share, within};
use burnwright_recipe::{Fault, settings};

use crate::augment::is_zero;
use crate::{AugmentConfig, Normalize, PictureConfig, class_order, named};

settings! {
    /// Which data, and how it is fed. Every default is the course's.
    pub struct DataConfig {
        /// What is read: `mnist`, a `folder` of pictures, a `manifest` that lists some with their targets, a `table`, or `own:` and a name for data that a program brings itself.
        source: String = "mnist".to_owned(), check(|name: &String| known(name)), formerly("dataset");
        /// Where it is: a folder, or the file of a manifest or a table. MNIST without one is that inside the binary.
        #[serde(skip_serializing_if = "Option::is_none")]
        path: Option<PathBuf>, without_effect, formerly("root");
        /// The test examples, where they are in a file of their own: of a table.
        #[serde(skip_serializing_if = "Option::is_none")]
        test_path: Option<PathBuf>, without_effect;
        /// The column of a manifest or a table that is learned.
        #[serde(skip_serializing_if = "Option::is_none")]
        target: Option<String>;
        /// The order of a folder's or a manifest's classes, which says what number each has: `sorted` by the bytes of their names, as torchvision
        /// does; `natural`, 2 before 10; or a file with a class a line. A run's fingerprint of its data vouches for it.
        #[serde(skip_serializing_if = "Option::is_none")]
        class_order: Option<PathBuf>, without_effect;
        /// How pictures of a folder or a manifest become images.
        #[serde(skip_serializing_if = "Option::is_none")]
        image: Option<PictureConfig>, section;
        /// How the columns of a table become numbers.
        #[serde(skip_serializing_if = "Option::is_none")]
        table: Option<TableConfig>, section;
        /// Samples a batch.
        batch_size: usize = 64, check(within(1..=1 << 16));
        /// How pixels become floats.
        normalize: Normalize, section;
        /// How training images are varied; not at all, if left out.
        #[serde(skip_serializing_if = "Option::is_none")]
        augment: Option<AugmentConfig>, section;
        /// Share of the training set held out, stratified and seeded.
        validation: f64 = 0.0, check(share);
        /// Share of all examples that models are judged by and never see, where the data have no test examples of their own.
        #[serde(skip_serializing_if = "is_zero")]
        test: f64 = 0.0, check(share);
        /// Which examples these are, and the validation examples with them: not the training seed, so that runs with other seeds are
        /// judged by the same examples.
        #[serde(skip_serializing_if = "is_first")]
        split_seed: u64 = 0, check(within(0..=i64::MAX.cast_unsigned()));
        /// Whether each epoch has a new random order; otherwise file order.
        shuffle: bool = true;
        /// Threads that make batches; with 0 the training thread makes them. The batches are the same.
        workers: usize = 1, check(within(0..=256)), without_effect; // the second core gathers while the first computes
    }
}

settings! {
    /// How the columns of a table become numbers.
    #[derive(Eq)]
    pub struct TableConfig {
        /// Whether numbers are replaced by the normal quantile of their rank, as scikit-learn's `QuantileTransformer` does; otherwise they
        /// are standardised.
        quantiles: bool = false;
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_first(seed: &u64) -> bool {
    *seed == 0
}

fn known(dataset: &str) -> Option<Fault> {
    let fault = || Fault::new(format!("is \"{dataset}\", expected {}", sources()));
    let is_known = FILES.contains(&dataset) || named::find(dataset).is_some();
    (!is_known && own_name(dataset).is_none()).then(fault)
}

/// What `data.source` may be, in words.
pub(crate) fn sources() -> String {
    let known = FILES.into_iter().chain(named::all().iter().map(|named| named.name));
    let known = known.collect::<Vec<_>>().join(", ");
    format!("{known}, or \"own:\" and a name for data that a program brings itself")
}

/// What is read from a path of the user's.
pub(crate) const FILES: [&str; 3] = ["folder", "manifest", "table"];

/// What follows `own:`.
fn own_name(dataset: &str) -> Option<&str> {
    dataset.strip_prefix("own:").filter(|name| !name.is_empty())
}

impl DataConfig {
    /// Its paths, each with its key.
    pub fn paths(&mut self) -> impl Iterator<Item = (&'static str, &mut PathBuf)> {
        let all = [("data.path", &mut self.path), ("data.test_path", &mut self.test_path)];
        let order = self.class_order.as_mut().filter(|order| class_order::is_file(order));
        let all = all.into_iter().filter_map(|(key, path)| Some((key, path.as_mut()?)));
        all.chain(order.map(|order| ("data.class_order", order)))
    }

    /// Whether a program brings the data set itself.
    pub fn is_own(&self) -> bool {
        own_name(&self.source).is_some()
    }
}
