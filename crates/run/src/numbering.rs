//! The numbers that runs and sets without a name are given.

use std::path::Path;

/// What stands between the name of a set and a seed.
pub(crate) const SEED: &str = "-seed-";

/// Nobody needs more runs of one recipe in one folder.
pub(crate) const HIGHEST_NUMBER: u32 = 999_999;

/// The highest number in the names of a recipe's runs and sets, and of whatever else has such a name; 0 where nothing has.
pub(crate) fn highest_number(artifacts: &Path, recipe: &str) -> std::io::Result<u32> {
    let mut highest = 0;
    for entry in std::fs::read_dir(artifacts)? {
        let name = entry?.file_name();
        let number = name.to_str().and_then(|name| number_of(name, recipe));
        if let Some(number) = number.filter(|number| *number <= HIGHEST_NUMBER) {
            highest = highest.max(number);
        }
    }
    Ok(highest)
}

/// The number of a run or a set of a recipe.
fn number_of(name: &str, recipe: &str) -> Option<u32> {
    let rest = name.strip_prefix(recipe)?.strip_prefix('-')?;
    rest.split_once(SEED).map_or(rest, |(number, _)| number).parse().ok()
}
