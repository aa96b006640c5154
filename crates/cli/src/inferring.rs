//! Data that were typed in place of a recipe: which words are data, and the recipe that is made of them.

use std::path::Path;

use burnwright_session::{Inferred, Wish};

use crate::arguments::DataFlags;
use crate::failure::Failure;

/// Extensions of tables and of lists of pictures.
const TABLES: [&str; 6] = ["csv", "tsv", "jsonl", "ndjson", "gz", "zst"];

/// Whether a word names data: a folder, or what is no recipe by its name and is there, whatever it is, or is called as a table is.
pub(crate) fn is_data(typed: &str) -> bool {
    let path = Path::new(typed);
    let ends_in = |end: &str| path.extension().is_some_and(|found| found.eq_ignore_ascii_case(end));
    let is_there = || path.symlink_metadata().is_ok();
    path.is_dir() || (!ends_in("toml") && (is_there() || TABLES.into_iter().any(ends_in)))
}

/// The recipe that is trained on data, before the settings that `--set` changes in it.
pub(crate) fn infer(path: &Path, flags: &DataFlags) -> Result<Inferred, Failure> {
    let asked = format!("burnwright train {}{}", path.display(), flags.words());
    let wish = Wish {
        target: flags.target.as_deref(),
        test: flags.test.as_deref(),
        class_order: flags.class_order.as_deref(),
        skip_bad: flags.skip_bad,
        asked: &asked,
    };
    Ok(burnwright_session::infer(path, wish)?)
}
