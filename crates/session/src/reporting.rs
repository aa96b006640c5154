//! A finished run and what its model says of the test samples in, a report out.

use burnwright_model::Architecture;
use burnwright_run::{Manifest, RunDirectory, read_events};
use burnwright_training::Recipe;
use burnwright_training::recipe::{by_present_keys, defaults, flattened};
use burnwright_view::{Report, Setting};

use crate::history::departures;
use crate::judging::{Split, recipe_of};
use crate::task_report::task_report;
use crate::{Judgement, SessionError};

/// The report of a finished run, of which `judgement` is that of the test samples. The first report of weights that no look has
/// shown is a look, and counts itself.
///
/// A run that is not finished is an error.
pub fn report<A: Architecture>(
    run: &RunDirectory,
    judgement: &Judgement,
) -> Result<Report, SessionError> {
    let not_finished = || SessionError::NotFinished { run: run.name() };
    let (manifest, card) = (run.manifest()?, run.model_card()?);
    let summary = run.summary()?.ok_or_else(not_finished)?;
    let (recipe, events) = (recipe_of::<A>(run)?, read_events(&run.events_path())?);
    let initial_weights = run.initial_weights_file().map(ToOwned::to_owned);
    let keeps_weights = initial_weights.is_some();
    let departures = departures(&recipe, &manifest, &events, &summary.device, keeps_weights);
    let looks = run.looks()?;
    let is_look = !judgement.was_shown(&looks);
    let task = task_report(judgement, &recipe, card.classes)?;
    Ok(Report {
        summary,
        settings: settings(&recipe, &manifest),
        departures: departures.iter().map(ToString::to_string).collect(),
        initial_weights,
        events,
        manifest,
        split: Split::Test.name().to_owned(),
        task,
        looks: looks.at(Split::Test.name()) + usize::from(is_look),
        ledger_fault: looks.fault.map(|fault| fault.to_string()),
        dataset: card.dataset,
    })
}

/// Each setting with where it came from.
fn settings<A: Architecture>(recipe: &Recipe<A>, manifest: &Manifest) -> Vec<Setting> {
    let begun = flattened(&by_present_keys::<Recipe<A>>(&manifest.settings));
    let now = flattened(&recipe.settings_as_read());
    let defaults = defaults(recipe);
    let set = typed(&manifest.command);
    let origin = |key: &String, value: &String| {
        if begun.get(key) != Some(value) {
            "resume --set".to_owned()
        } else if set.iter().any(|typed| covers(typed, key)) {
            "--set".to_owned()
        } else if defaults.get(key) == Some(value) {
            "default".to_owned()
        } else {
            format!("recipe {}", manifest.recipe)
        }
    };
    let setting = |(key, value): (&String, &String)| Setting {
        key: key.clone(),
        value: value.clone(),
        origin: origin(key, value),
    };
    now.iter().map(setting).collect()
}

/// The keys that the command line set.
fn typed(command: &[String]) -> Vec<&str> {
    let apart = command.windows(2).filter(|pair| pair[0] == "--set").map(|pair| &*pair[1]);
    let joined = command.iter().filter_map(|word| word.strip_prefix("--set="));
    apart.chain(joined).filter_map(|word| Some(word.split_once('=')?.0.trim())).collect()
}

/// Whether setting `typed` sets `key`: itself, or the table in which it is.
fn covers(typed: &str, key: &str) -> bool {
    key.strip_prefix(typed).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_found_in_a_command_line() {
        let words = [
            "burnwright",
            "train",
            "--set",
            "training.epochs=3",
            "--set=data.normalize={ mean = [0.1] }",
        ];
        let command = words.map(str::to_owned);
        assert_eq!(typed(&command), ["training.epochs", "data.normalize"]);
        assert!(covers("data.normalize", "data.normalize.mean"));
        assert!(!covers("training.epoch", "training.epochs"));
    }
}
