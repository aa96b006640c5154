//! Runs in, what their models have right and whether they differ out.
//!
//! Two kinds of tests, for two questions. The task's own (McNemar's, of classes) asks whether two models differ on the same samples; it
//! knows nothing of other seeds. Welch's asks whether two configurations, trained with several seeds each, differ by more than the seed
//! alone does.

use burn::tensor::Device;
use burnwright_data::Splits;
use burnwright_inference::Predictor;
use burnwright_metrics::{SeedComparison, compare_seeds, holm, mean_and_deviation};
use burnwright_model::Architecture;
use burnwright_run::{Event, Look, NamedMetric, RunDirectory, Scores, read_events};
use burnwright_task::{PairTest, Predictions};
use burnwright_training::Recipe;
use burnwright_training::recipe::{Effect, Settings, differing_settings};
use serde::Serialize;
use serde_json::Value;

use crate::history::{Departure, other_settings};
use crate::judging::{Split, judge, note_look, open_split, recipe_of};
use crate::surroundings::Clock;
use crate::{Judgement, SessionError};

/// The setting in which the runs of a set may differ.
const SEED: &str = "training.seed";

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
    /// The metric that matters most.
    pub metric: NamedMetric,
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
    /// The mean over its runs of the metric that matters most.
    #[serde(flatten)]
    pub mean: Scores,
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
    /// How it did.
    #[serde(flatten)]
    pub scores: Scores,
    /// The 95 % confidence interval of the metric that matters most.
    pub interval: Option<[f64; 2]>,
    /// Seconds of training.
    pub training_seconds: Option<f64>,
    /// Values that the model learned.
    pub parameters: Option<usize>,
    #[serde(skip)]
    predictions: Predictions,
}

/// Two runs on the same samples.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Pair {
    /// Their names.
    pub runs: [String; 2],
    /// The contestants to which they belong; the same twice for two seeds of one set.
    pub contestants: [usize; 2],
    /// Whether they differ.
    #[serde(flatten)]
    pub test: PairTest,
    /// `p` after Holm's correction for all pairs.
    pub corrected: f64,
}

/// Two configurations over their seeds.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SeedPair {
    /// The contestants.
    pub contestants: [usize; 2],
    /// Welch's test of their values of the metric that matters most.
    #[serde(flatten)]
    pub welch: SeedComparison,
}

/// Judges all runs by the same split, and compares each with each. Looks at the test samples are noted in the runs' ledgers.
///
/// A run that is not finished is an error, so are runs whose splits hold other samples, and so is a set whose runs differ in more
/// than their seed. Their models are of one architecture; `data` are those of runs that were begun with data of their own.
pub fn compare<A: Architecture>(
    contestants: &[Contestant],
    device: &Device,
    data: Option<&Splits>,
    split: Split,
    clock: Clock,
) -> Result<Comparison, SessionError> {
    check_finished(contestants)?;
    check_samples::<A>(contestants, data, split)?;
    let mut judging = Judging { device, data, split, clock, looks: Vec::new(), metric: None };
    let (mut standings, mut settings) = (Vec::new(), Vec::new());
    for Contestant { name, runs, left_out } in contestants {
        settings.push(settings_of::<A>(name, runs)?);
        let runs: Vec<Judged> =
            runs.iter().map(|run| judging.judge::<A>(run)).collect::<Result<_, _>>()?;
        let metric = judging.metric.as_ref().expect("each run that was judged has one");
        let [mean, deviation] = mean_and_deviation(&values(&runs, metric));
        let deviation = (runs.len() > 1).then_some(deviation);
        let (name, left_out) = (name.clone(), left_out.clone());
        let mean = Scores::default().with(&metric.name, mean);
        standings.push(Standing { name, mean, deviation, runs, left_out });
    }
    // Nothing can fail any more: what is noted will be shown.
    let metric = judging.metric.take().ok_or(SessionError::NothingToCompare)?;
    let pairs = pairs(&standings)?;
    let faults = judging.looks.iter().filter_map(|(run, look)| note_look(run, look));
    let not_noted = faults.map(|fault| fault.to_string()).collect();
    let mut runs = standings.iter().flat_map(|one| &one.runs);
    Ok(Comparison {
        split: split.name(),
        samples: runs.find_map(|run| run.scores.total).expect("each judgement counts its samples"),
        settings: differing_settings(&settings),
        pairs,
        seeds: seed_pairs(&standings, &metric),
        metric,
        contestants: standings,
        not_noted,
    })
}

fn values(runs: &[Judged], metric: &NamedMetric) -> Vec<f64> {
    // default: a metric that no output of the model allows to be computed is not a number.
    runs.iter().map(|run| run.scores.get(&metric.name).unwrap_or(f64::NAN)).collect()
}

/// The settings of a contestant; for several seeds, all of them in the place of one.
fn settings_of<A: Architecture>(name: &str, runs: &[RunDirectory]) -> Result<Value, SessionError> {
    let all: Vec<Value> = runs.iter().map(trained_settings::<A>).collect::<Result<_, _>>()?;
    let mut settings = all.first().expect("a contestant has a run").clone();
    for (key, values) in differing_settings(&all) {
        // Settings that change no bit of a model: the runs of a set may differ in them, too.
        if <Recipe<A>>::DECLARED.effect_of(&key) == Effect::Nothing {
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
fn trained_settings<A: Architecture>(run: &RunDirectory) -> Result<Value, SessionError> {
    let recipe = recipe_of::<A>(run)?;
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
    data: Option<&'a Splits>,
    split: Split,
    clock: Clock,
    looks: Vec<(&'a RunDirectory, Look)>,
    /// The metric that matters most to the runs so far.
    metric: Option<NamedMetric>,
}

impl<'a> Judging<'a> {
    fn judge<A: Architecture>(&mut self, run: &'a RunDirectory) -> Result<Judged, SessionError> {
        let predictor = Predictor::<A>::open(run, self.device)?;
        let judgement = judge(run, &predictor, self.data, self.split)?;
        self.looks.extend(judgement.look("compare", self.clock).map(|look| (run, look)));
        let Judgement { predictions, evaluation, .. } = judgement;
        let metric = predictor.task().metrics().into_iter().next();
        self.metric = self.metric.take().or(metric);
        Ok(Judged {
            run: run.name(),
            scores: evaluation.scores(),
            interval: evaluation.interval(),
            training_seconds: run.summary()?.map(|summary| summary.seconds.training),
            parameters: parameters(run),
            predictions,
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
fn check_samples<A: Architecture>(
    contestants: &[Contestant],
    data: Option<&Splits>,
    split: Split,
) -> Result<(), SessionError> {
    let mut first: Option<(String, String)> = None;
    for run in contestants.iter().flat_map(|contestant| &contestant.runs) {
        let samples = open_split::<A>(run, data, split)?.fingerprint()?;
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

fn pairs(standings: &[Standing]) -> Result<Vec<Pair>, SessionError> {
    let runs: Vec<(usize, &Judged)> = standings
        .iter()
        .enumerate()
        .flat_map(|(place, standing)| standing.runs.iter().map(move |run| (place, run)))
        .collect();
    let mut pairs = Vec::new();
    for (place, &(first, one)) in runs.iter().enumerate() {
        for &(second, other) in &runs[place + 1..] {
            let runs = [one.run.clone(), other.run.clone()];
            let Some(test) = one.predictions.differ(&other.predictions) else {
                return Err(SessionError::OtherTask { runs });
            };
            pairs.push(Pair { runs, contestants: [first, second], test, corrected: 1.0 });
        }
    }
    let corrected = holm(&pairs.iter().map(|pair| pair.test.p()).collect::<Vec<_>>());
    for (pair, corrected) in pairs.iter_mut().zip(corrected) {
        pair.corrected = corrected;
    }
    Ok(pairs)
}

fn seed_pairs(standings: &[Standing], metric: &NamedMetric) -> Vec<SeedPair> {
    let values: Vec<Vec<f64>> =
        standings.iter().map(|standing| values(&standing.runs, metric)).collect();
    let places = (0..standings.len())
        .flat_map(|one| (one + 1..standings.len()).map(move |other| [one, other]));
    places
        .filter_map(|contestants| {
            let [one, other] = contestants.map(|place| &values[place]);
            Some(SeedPair { contestants, welch: compare_seeds(one, other)? })
        })
        .collect()
}
