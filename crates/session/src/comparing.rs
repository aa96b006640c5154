//! Runs in, what their models have right and whether they differ out.
//!
//! Two kinds of tests, for two questions. McNemar's asks whether two models differ on the same samples; it knows nothing of other
//! seeds. Welch's asks whether two configurations, trained with several seeds each, differ by more than the seed alone does.

use burn::tensor::Device;
use burnwright_inference::Predictor;
use burnwright_metrics::{
    Evaluation, McNemar, SeedComparison, compare_seeds, holm, mcnemar, mean_and_deviation,
};
use burnwright_run::{Event, Look, RunDirectory, read_events};
use burnwright_training::recipe::differing_settings;
use serde::Serialize;
use serde_json::Value;

use crate::history::{Departure, other_settings};
use crate::judging::{Split, judge, note_look, open_split, recipe_of};
use crate::session::Clock;
use crate::{Judgement, SessionError};

/// The setting in which the runs of a set may differ.
const SEED: &str = "training.seed";

/// Settings that change no bit of a model: the runs of a set may differ in them, too.
const WITHOUT_EFFECT: [&str; 3] = ["data.workers", "data.root", "checkpoint."];

/// A run, or a set of runs that differ in their seed alone.
#[derive(Debug)]
pub struct Contestant {
    name: String,
    /// One run, or one for each seed; never none.
    runs: Vec<RunDirectory>,
    left_out: Vec<String>,
}

impl Contestant {
    /// One run.
    pub fn of_run(run: RunDirectory) -> Self {
        Self { name: run.name(), runs: vec![run], left_out: Vec::new() }
    }

    /// The finished runs of a set. A set in which none is finished is an error.
    pub fn of_set(name: &str, all: Vec<RunDirectory>) -> Result<Self, SessionError> {
        let (mut runs, mut left_out) = (Vec::new(), Vec::new());
        for run in all {
            if is_finished(&run)? {
                runs.push(run);
            } else {
                left_out.push(run.name());
            }
        }
        if runs.is_empty() {
            return Err(SessionError::NoneFinished { set: name.to_owned(), runs: left_out });
        }
        Ok(Self { name: name.to_owned(), runs, left_out })
    }

    /// The run, or those of the set that are compared.
    pub fn runs(&self) -> &[RunDirectory] {
        &self.runs
    }

    /// The names of the runs of the set that are not finished, and so have no part in the comparison.
    pub fn left_out(&self) -> &[String] {
        &self.left_out
    }
}

/// A run that was stopped has a model, too: that of a moment, which stands for no setting.
fn is_finished(run: &RunDirectory) -> Result<bool, SessionError> {
    Ok(run.summary()?.is_some_and(|summary| !summary.interrupted))
}

/// What runs did on the same samples.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Comparison {
    /// The split.
    pub split: &'static str,
    /// Its samples.
    pub samples: usize,
    /// The contestants.
    pub contestants: Vec<Standing>,
    /// The settings in which not all contestants agree: key, the value of each.
    pub settings: Vec<(String, Vec<String>)>,
    /// Each two runs.
    pub pairs: Vec<Pair>,
    /// Each two contestants with at least two seeds.
    pub seeds: Vec<SeedPair>,
    /// What is wrong with noting these looks.
    #[serde(skip)]
    pub not_noted: Vec<String>,
}

/// What a contestant did.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Standing {
    /// Its name.
    pub name: String,
    /// The mean accuracy of its runs, 0 to 1.
    pub accuracy: f64,
    /// The sample standard deviation over its seeds; none for one run.
    pub deviation: Option<f64>,
    /// Each run.
    pub runs: Vec<Judged>,
    /// The runs of the set that are not finished, and were not judged.
    pub left_out: Vec<String>,
}

/// What a run did.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Judged {
    /// Its name.
    pub run: String,
    /// Samples classified rightly.
    pub correct: usize,
    /// `correct` of all samples, 0 to 1.
    pub accuracy: f64,
    /// Its 95 % confidence interval (Wilson).
    pub interval: [f64; 2],
    /// Mean loss a sample.
    pub loss: f64,
    /// Seconds of training.
    pub training_seconds: Option<f64>,
    /// Values that the model learned.
    pub parameters: Option<usize>,
    #[serde(skip)]
    right: Vec<bool>,
}

/// Two runs on the same samples.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Pair {
    /// Their names.
    pub runs: [String; 2],
    /// The contestants to which they belong; the same twice for two seeds of one set.
    pub contestants: [usize; 2],
    /// McNemar's exact test.
    #[serde(flatten)]
    pub mcnemar: McNemar,
    /// `p` after Holm's correction for all pairs.
    pub corrected: f64,
}

/// Two configurations over their seeds.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SeedPair {
    /// The contestants.
    pub contestants: [usize; 2],
    /// Welch's test of their accuracies.
    #[serde(flatten)]
    pub welch: SeedComparison,
}

/// Judges all runs by the same split, and compares each with each. Looks at the test samples are noted in the runs' ledgers.
///
/// A run that is not finished is an error, so are runs whose splits hold other samples, and so is a set whose runs differ in more
/// than their seed.
pub fn compare(
    contestants: &[Contestant],
    device: &Device,
    split: Split,
    clock: Clock,
) -> Result<Comparison, SessionError> {
    check_finished(contestants)?;
    check_samples(contestants, split)?;
    let mut judging = Judging { device, split, clock, looks: Vec::new() };
    let (mut standings, mut settings) = (Vec::new(), Vec::new());
    for Contestant { name, runs, left_out } in contestants {
        settings.push(settings_of(name, runs)?);
        let runs: Vec<Judged> =
            runs.iter().map(|run| judging.judge(run)).collect::<Result<_, _>>()?;
        let accuracies = accuracies(&runs);
        let [accuracy, deviation] = mean_and_deviation(&accuracies);
        let deviation = (runs.len() > 1).then_some(deviation);
        let (name, left_out) = (name.clone(), left_out.clone());
        standings.push(Standing { name, accuracy, deviation, runs, left_out });
    }
    // Nothing can fail any more: what is noted will be shown.
    let faults = judging.looks.iter().filter_map(|(run, look)| note_look(run, look));
    let not_noted = faults.map(|fault| fault.to_string()).collect();
    let runs = standings.iter().flat_map(|one| &one.runs);
    Ok(Comparison {
        split: split.name(),
        // default: without a contestant, there is no sample either.
        samples: runs.map(|run| run.right.len()).max().unwrap_or(0),
        settings: differing_settings(&settings),
        pairs: pairs(&standings),
        seeds: seed_pairs(&standings),
        contestants: standings,
        not_noted,
    })
}

fn accuracies(runs: &[Judged]) -> Vec<f64> {
    runs.iter().map(|run| run.accuracy).collect()
}

/// The settings of a contestant; for several seeds, all of them in the place of one.
fn settings_of(name: &str, runs: &[RunDirectory]) -> Result<Value, SessionError> {
    let all: Vec<Value> = runs.iter().map(trained_settings).collect::<Result<_, _>>()?;
    let mut settings = all.first().expect("a contestant has a run").clone();
    for (key, values) in differing_settings(&all) {
        if WITHOUT_EFFECT.iter().any(|free| key.starts_with(free)) {
            continue;
        }
        if key != SEED {
            return Err(SessionError::MixedSet { set: name.to_owned(), key, values });
        }
        let seeds = all.iter().map(|one| one["training"]["seed"].clone()).collect();
        settings["training"]["seed"] = Value::Array(seeds);
    }
    Ok(settings)
}

/// The settings by which a run was trained, as it stands: those of its recipe, with a note where steps were made by others.
fn trained_settings(run: &RunDirectory) -> Result<Value, SessionError> {
    let recipe = recipe_of(run)?;
    let mut settings = recipe.settings_as_read();
    let departures = other_settings(&recipe, &read_events(&run.events_path())?);
    if !departures.is_empty() {
        let said: Vec<String> = departures.iter().map(Departure::in_short).collect();
        settings["training"]["departures"] = Value::String(said.join("; "));
    }
    Ok(settings)
}

/// Judges one run after the other.
struct Judging<'a> {
    device: &'a Device,
    split: Split,
    clock: Clock,
    looks: Vec<(&'a RunDirectory, Look)>,
}

impl<'a> Judging<'a> {
    fn judge(&mut self, run: &'a RunDirectory) -> Result<Judged, SessionError> {
        let predictor = Predictor::open(run, self.device)?;
        let judgement = judge(run, &predictor, self.split)?;
        self.looks.extend(judgement.look("compare", self.clock).map(|look| (run, look)));
        let Judgement { predictions, evaluation, .. } = judgement;
        let Evaluation { correct, accuracy, interval, loss, .. } = evaluation;
        Ok(Judged {
            run: run.name(),
            correct,
            accuracy,
            interval,
            loss,
            training_seconds: run.summary()?.map(|summary| summary.seconds.training),
            parameters: parameters(run),
            right: predictions.samples().iter().map(burnwright_metrics::Judged::is_right).collect(),
        })
    }
}

/// Before anything is looked at: all runs are finished.
fn check_finished(contestants: &[Contestant]) -> Result<(), SessionError> {
    for run in contestants.iter().flat_map(|contestant| &contestant.runs) {
        if !is_finished(run)? {
            return Err(SessionError::NotFinished { run: run.name() });
        }
    }
    Ok(())
}

/// Before anything is looked at: all splits hold the same samples.
fn check_samples(contestants: &[Contestant], split: Split) -> Result<(), SessionError> {
    let mut first: Option<(String, String)> = None;
    for run in contestants.iter().flat_map(|contestant| &contestant.runs) {
        let samples = open_split(run, split)?.fingerprint()?;
        match &first {
            Some((name, expected)) if *expected != samples => {
                let runs = [name.clone(), run.name()];
                return Err(SessionError::OtherSamples { split: split.name(), runs });
            }
            Some(_) => {}
            None => first = Some((run.name(), samples)),
        }
    }
    Ok(())
}

/// As the run's log says; a log that cannot be read leaves the comparison whole.
fn parameters(run: &RunDirectory) -> Option<usize> {
    read_events(&run.events_path()).ok()?.into_iter().find_map(|event| match event {
        Event::TrainingStarted { parameters, .. } => Some(parameters),
        _ => None,
    })
}

fn pairs(standings: &[Standing]) -> Vec<Pair> {
    let runs: Vec<(usize, &Judged)> = standings
        .iter()
        .enumerate()
        .flat_map(|(place, standing)| standing.runs.iter().map(move |run| (place, run)))
        .collect();
    let mut pairs = Vec::new();
    for (place, &(first, one)) in runs.iter().enumerate() {
        for &(second, other) in &runs[place + 1..] {
            pairs.push(Pair {
                runs: [one.run.clone(), other.run.clone()],
                contestants: [first, second],
                mcnemar: mcnemar(&one.right, &other.right),
                corrected: 1.0,
            });
        }
    }
    let corrected = holm(&pairs.iter().map(|pair| pair.mcnemar.p).collect::<Vec<_>>());
    for (pair, corrected) in pairs.iter_mut().zip(corrected) {
        pair.corrected = corrected;
    }
    pairs
}

fn seed_pairs(standings: &[Standing]) -> Vec<SeedPair> {
    let accuracies: Vec<Vec<f64>> =
        standings.iter().map(|standing| accuracies(&standing.runs)).collect();
    let places = (0..standings.len())
        .flat_map(|one| (one + 1..standings.len()).map(move |other| [one, other]));
    places
        .filter_map(|contestants| {
            let [one, other] = contestants.map(|place| &accuracies[place]);
            Some(SeedPair { contestants, welch: compare_seeds(one, other)? })
        })
        .collect()
}
