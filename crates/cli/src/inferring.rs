//! Data that were typed in place of a recipe: which words are data, and the recipe that is made of them.

use std::path::Path;

use burnwright_model::ModelConfig;
use burnwright_session::{Inferred, Wish, WishedSplit};
use burnwright_training::Recipe;
use burnwright_training::recipe::Override;
use burnwright_view::command_line;

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

/// The recipe that is trained on data, before the settings that `--set` changes in it. What these say of the split and of pictures that
/// cannot be read counts already: the recipe's numbers are those of the training examples.
pub(crate) fn infer(
    path: &Path,
    flags: &DataFlags,
    overrides: &[Override],
) -> Result<Inferred, Failure> {
    const BEFORE: [&str; 5] =
        ["data.validation", "data.test", "data.split_seed", "data.image", "data.image.skip_bad"];
    let before: Vec<Override> =
        overrides.iter().filter(|one| BEFORE.contains(&&*one.path())).cloned().collect();
    let usual = WishedSplit::default();
    let text = format!("[data]\nvalidation = {}\ntest = {}\n", usual.validation, usual.test);
    let data = Recipe::<ModelConfig>::parse("the inferred recipe", &text, &before)?.data;
    let words = ["burnwright", "train"].map(ToOwned::to_owned).into_iter();
    let words = words.chain([path.display().to_string()]).chain(flags.words());
    let asked = command_line(&words.collect::<Vec<_>>());
    let wish = Wish {
        target: flags.target.as_deref(),
        test: flags.test.as_deref(),
        class_order: flags.class_order.as_deref(),
        skip_bad: flags.skip_bad || data.image.is_some_and(|image| image.skip_bad),
        split: WishedSplit { validation: data.validation, test: data.test, seed: data.split_seed },
        asked: &asked,
    };
    Ok(burnwright_session::infer(path, wish)?)
}
