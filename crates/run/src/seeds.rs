//! The name of a set in, its runs out: the same recipe with several seeds, one run each, called `<set>-seed-<seed>`.

use std::path::Path;

use crate::{RunDirectory, RunError, list_runs};

/// What stands between the name of a set and a seed.
const SEED: &str = "-seed-";

/// The name of the run with a seed.
pub fn seed_run_name(set: &str, seed: u64) -> String {
    format!("{set}{SEED}{seed}")
}

/// The runs of a set by their seeds, the lowest first; none where there is no such set.
pub fn seed_runs(artifacts: &Path, set: &str) -> Result<Vec<RunDirectory>, RunError> {
    let seed = |name: &str| name.strip_prefix(set)?.strip_prefix(SEED)?.parse::<u64>().ok();
    let runs = list_runs(artifacts)?.into_iter();
    let mut found: Vec<_> =
        runs.filter_map(|run| Some((seed(&run.name)?, run.directory))).collect();
    found.sort_by_key(|(seed, _)| *seed);
    Ok(found.into_iter().map(|(_, run)| run).collect())
}

/// The name of the next set of a recipe: `<recipe>-NNN`, above all runs and sets.
pub fn next_set_name(artifacts: &Path, recipe: &str) -> Result<String, RunError> {
    let runs = list_runs(artifacts)?;
    // default: without a run of the recipe, the numbers begin at 1.
    let highest = runs.iter().filter_map(|run| number_of(&run.name, recipe)).max().unwrap_or(0);
    Ok(format!("{recipe}-{:03}", highest.saturating_add(1)))
}

/// The number of a run or a set of a recipe.
pub(crate) fn number_of(name: &str, recipe: &str) -> Option<u32> {
    let rest = name.strip_prefix(recipe)?.strip_prefix('-')?;
    rest.split_once(SEED).map_or(rest, |(number, _)| number).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_found_and_numbered() {
        let folder = tempfile::tempdir().unwrap();
        let names =
            ["a-seed-10", "a-seed-9", "a-seed-x", "ab-seed-1", "a", "c-002", "c-004-seed-1"];
        for name in names {
            std::fs::create_dir(folder.path().join(name)).unwrap();
            std::fs::write(folder.path().join(name).join("manifest.json"), "{}").unwrap();
        }
        let runs = |set| -> Vec<String> {
            seed_runs(folder.path(), set).unwrap().iter().map(RunDirectory::name).collect()
        };
        assert_eq!(runs("a"), ["a-seed-9", "a-seed-10"]);
        assert!(runs("nothing").is_empty());
        let next = |recipe| next_set_name(folder.path(), recipe).unwrap();
        assert_eq!([next("c"), next("a"), next("d")], ["c-005", "a-001", "d-001"]);
        assert_eq!(seed_run_name("c-005", 42), "c-005-seed-42");
    }
}
