//! Data that were typed in place of a recipe: which words are data, and the recipe that is made of them.

use std::path::Path;

use burnwright_session::{Inferred, Wish};

use crate::arguments::DataFlags;
use crate::failure::Failure;

/// Whether a word names data: a folder, or a file that is no recipe.
pub(crate) fn is_data(typed: &str) -> bool {
    let path = Path::new(typed);
    let is_recipe = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("toml"));
    path.is_dir() || (path.is_file() && !is_recipe)
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
