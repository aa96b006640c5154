//! The name of a set in, its runs out: the same recipe with several seeds, one run each, called `<set>-seed-<seed>`.

use std::io::ErrorKind;
use std::path::Path;

use crate::numbering::{HIGHEST_NUMBER, SEED, highest_number};
use crate::{RunDirectory, RunError, list_runs};

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

/// The name of the next set of a recipe: `<recipe>-NNN`, above all runs, sets, and folders that hold no run.
pub fn next_set_name(artifacts: &Path, recipe: &str) -> Result<String, RunError> {
    let create = |source| RunError::Create { path: artifacts.to_owned(), source };
    let highest = match highest_number(artifacts, recipe) {
        Err(error) if error.kind() == ErrorKind::NotFound => 0,
        result => result.map_err(create)?,
    };
    if highest == HIGHEST_NUMBER {
        return Err(create(std::io::Error::other("all numbers of this recipe are taken")));
    }
    Ok(format!("{recipe}-{:03}", highest + 1))
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
        // What a killed process left has a name, too.
        std::fs::create_dir(folder.path().join("e-007-seed-42")).unwrap();
        let runs = |set| -> Vec<String> {
            seed_runs(folder.path(), set).unwrap().iter().map(RunDirectory::name).collect()
        };
        assert_eq!(runs("a"), ["a-seed-9", "a-seed-10"]);
        assert!(runs("nothing").is_empty());
        let next = |recipe| next_set_name(folder.path(), recipe).unwrap();
        assert_eq!(
            [next("c"), next("a"), next("d"), next("e")],
            ["c-005", "a-001", "d-001", "e-008"]
        );
        assert_eq!(seed_run_name("c-005", 42), "c-005-seed-42");
    }
}
