//! A finished run and what its model says of the test samples in, a report out.

use std::collections::BTreeMap;

use burnwright_data::Source;
use burnwright_metrics::Judged;
use burnwright_run::{Manifest, RunDirectory, read_events};
use burnwright_training::Recipe;
use burnwright_training::recipe::{Override, flattened};
use burnwright_view::{ClassificationReport, Example, Picture, Report, Setting, TaskReport};

use crate::error::internal;
use crate::history::departures;
use crate::judging::{Split, recipe_of};
use crate::{Judgement, SessionError};

/// Samples with the highest loss that are shown.
const HARDEST: usize = 24;
/// Samples classified rightly that are shown, at least one a class up to this many.
const RIGHT: usize = 20;
/// Settings that decide which others there are.
const KINDS: [&str; 6] = [
    "model.kind",
    "optimizer.kind",
    "loss.kind",
    "schedule.kind",
    "data.validation",
    "early_stopping.patience",
];

/// The report of a finished run, of which `judgement` is that of the test samples. The first report of weights that no look has
/// shown is a look, and counts itself.
///
/// A run that is not finished is an error.
pub fn report(run: &RunDirectory, judgement: &Judgement) -> Result<Report, SessionError> {
    let not_finished = || SessionError::NotFinished { run: run.name() };
    let (manifest, card) = (run.manifest()?, run.model_card()?);
    let summary = run.summary()?.ok_or_else(not_finished)?;
    let (recipe, events) = (recipe_of(run)?, read_events(&run.events_path())?);
    let initial_weights = run.initial_weights_file().map(ToOwned::to_owned);
    let keeps_weights = initial_weights.is_some();
    let departures = departures(&recipe, &manifest, &events, &summary.device, keeps_weights);
    let looks = run.looks()?;
    let is_look = !judgement.was_shown(&looks);
    let shown = |places: Vec<&Judged>| -> Result<Vec<Example<Judged>>, SessionError> {
        places.into_iter().map(|judged| sample(judgement.source.as_ref(), judged)).collect()
    };
    let samples = judgement.predictions.samples();
    Ok(Report {
        summary,
        settings: settings(&recipe, &manifest),
        departures: departures.iter().map(ToString::to_string).collect(),
        initial_weights,
        events,
        manifest,
        split: Split::Test.name().to_owned(),
        task: TaskReport::Classification(ClassificationReport {
            classes: card.classes,
            evaluation: judgement.evaluation.clone(),
            hardest: shown(hardest(samples))?,
            correct: shown(right(samples, judgement.predictions.classes()))?,
        }),
        looks: looks.at(Split::Test.name()) + usize::from(is_look),
        ledger_fault: looks.fault.map(|fault| fault.to_string()),
        dataset: card.dataset,
    })
}

/// The highest loss first; a loss that is no number is higher than any. Equal ones in their order.
fn hardest(samples: &[Judged]) -> Vec<&Judged> {
    let mut places: Vec<&Judged> = samples.iter().collect();
    let height = |sample: &Judged| if sample.loss.is_nan() { f64::INFINITY } else { sample.loss };
    places.sort_by(|one, other| height(other).total_cmp(&height(one)));
    places.truncate(HARDEST);
    places
}

/// The first of each class that are classified rightly.
fn right(samples: &[Judged], classes: usize) -> Vec<&Judged> {
    let each = (RIGHT / classes.max(1)).max(1);
    let of_class = |class: usize| {
        let right =
            samples.iter().filter(move |sample| sample.is_right() && sample.target == class);
        right.take(each)
    };
    (0..classes).flat_map(of_class).take(RIGHT).collect()
}

fn sample(source: &dyn Source, judged: &Judged) -> Result<Example<Judged>, SessionError> {
    let shape = source.shape();
    let mut pixels = vec![0; shape.pixel_count()];
    source.read(judged.index as usize, &mut pixels)?;
    let size = |pixels: usize| u32::try_from(pixels).map_err(internal);
    let (width, height) = (size(shape.width)?, size(shape.height)?);
    let picture = Picture { width, height, channels: size(shape.channels)?, pixels };
    Ok(Example { judged: judged.clone(), picture: Some(picture) })
}

/// Each setting with where it came from.
fn settings(recipe: &Recipe, manifest: &Manifest) -> Vec<Setting> {
    let begun = flattened(&manifest.settings);
    let now = flattened(&recipe.settings_as_read());
    let defaults = defaults(&now);
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

/// What the settings would be with the same kinds of model, optimizer, loss and schedule, and nothing else said. What decides that
/// is itself as in a recipe that says nothing; so is all, where these alone make no recipe.
fn defaults(now: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let nothing_said = flattened(&Recipe::default().settings_as_read());
    let Some(mut defaults) = same_kinds(now) else { return nothing_said };
    for key in KINDS {
        match nothing_said.get(key) {
            Some(kind) => defaults.insert(key.to_owned(), kind.clone()),
            None => defaults.remove(key),
        };
    }
    defaults
}

fn same_kinds(now: &BTreeMap<String, String>) -> Option<BTreeMap<String, String>> {
    let kinds = KINDS.iter().filter_map(|key| now.get(*key).map(|kind| format!("{key}={kind}")));
    let kinds: Vec<Override> = kinds.map(|kind| kind.parse().ok()).collect::<Option<_>>()?;
    Some(flattened(&Recipe::parse("", "", &kinds).ok()?.settings_as_read()))
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

    fn judged(index: u32, target: usize, predicted: usize, loss: f64) -> Judged {
        Judged { index, target, predicted, loss, probabilities: vec![0.5, 0.5] }
    }

    #[test]
    fn the_worst_come_first_and_what_is_no_number_is_the_worst() {
        let samples = [
            judged(0, 0, 0, 0.1),
            judged(1, 0, 1, 3.0),
            judged(2, 1, 0, f64::NAN),
            judged(3, 1, 1, 3.0),
        ];
        let order: Vec<u32> = hardest(&samples).iter().map(|sample| sample.index).collect();
        assert_eq!(order, [2, 1, 3, 0]);
    }

    #[test]
    fn the_right_ones_are_spread_over_the_classes() {
        let samples: Vec<Judged> = (0..60)
            .map(|index| judged(index, usize::from(index < 40), usize::from(index != 0), 0.0))
            .collect();
        let shown: Vec<u32> = right(&samples, 2).iter().map(|sample| sample.index).collect();
        // None of class 0 is right; of class 1 the first ten are shown.
        assert_eq!(shown, (1..11).collect::<Vec<u32>>());
        assert_eq!(right(&samples, 1000).len(), 1);
    }

    #[test]
    fn defaults_are_those_of_the_same_kinds() {
        let changes = [
            "model.kind=cnn",
            "model.dropout=0.125",
            "data.validation=0.1",
            "early_stopping.patience=3",
        ];
        let changes: Vec<Override> = changes.iter().map(|change| change.parse().unwrap()).collect();
        let now = flattened(&Recipe::parse("", "", &changes).unwrap().settings_as_read());
        let defaults = defaults(&now);
        let differing: Vec<&str> = now
            .iter()
            .filter(|(key, value)| defaults.get(*key) != Some(value))
            .map(|(key, _)| &**key)
            .collect();
        assert_eq!(
            differing,
            ["data.validation", "early_stopping.patience", "model.dropout", "model.kind"]
        );
    }

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
