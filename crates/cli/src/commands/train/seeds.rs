//! `burnwright train --seeds N`: one recipe, N runs, and how far the seed alone spreads them.

use std::process::ExitCode;
use std::time::Instant;

use burnwright_metrics::mean_and_deviation;
use burnwright_run::{NamedMetric, RunDirectory, RunError, Summary, next_set_name, seed_run_name};
use burnwright_session::{Request, Session, SessionError};
use burnwright_training::{Recipe, TrainingConfig};
use schemars::JsonSchema;
use serde::Serialize;

use super::{begin, not_begun};
use crate::arguments::{TrainFlags, View};
use crate::devices::Selected;
use crate::failure::{Failure, status};
use crate::output::{self, say};
use crate::training::{Showing, Stop, examples_of};

/// What `--json` prints.
#[derive(Serialize, JsonSchema)]
pub(in crate::commands) struct SeedSet {
    set: String,
    spread: Spread,
    runs: Vec<Summary>,
}

/// How a score lies over the seeds.
#[derive(Serialize, JsonSchema)]
struct Spread {
    /// The metric that matters most.
    metric: String,
    mean: f64,
    /// The sample standard deviation.
    deviation: f64,
}

/// Trains the recipe with its seed and the `count - 1` seeds after it, one run each.
pub(super) fn run(
    flags: &TrainFlags,
    count: u64,
    request: &Request<'_>,
    selected: &Selected,
    started: Instant,
) -> Result<ExitCode, Failure> {
    let view = match flags.view {
        View::Dashboard => {
            return Err(Failure::new(status::USAGE, "--seeds has no dashboard")
                .with_hint("--view plain prints one line an epoch"));
        }
        View::Auto => View::Quiet,
        other => other,
    };
    let recipes = recipes(request.recipe, count)?;
    if let Some(set) = &flags.name {
        // All names before the first seed is trained: a set that stops in the middle is of no use.
        for recipe in &recipes {
            let name = seed_run_name(set, recipe.training.seed);
            RunDirectory::check_new(&flags.artifacts, &name)?;
        }
    }
    let stop = Stop::watch()?;
    let request_of = |recipe| Request { recipe, ..*request };
    let (set, first) = begin_set(flags, request_of(&recipes[0]), selected)?;
    let mut first = Some(first);
    let mut done: Vec<Summary> = Vec::new();
    for recipe in &recipes {
        let name = seed_run_name(&set, recipe.training.seed);
        let begun = if first.is_some() { started } else { Instant::now() };
        let session = match first.take() {
            Some(session) => session,
            None => begin(flags, Request { name: Some(&name), ..request_of(recipe) }, selected)?,
        };
        let showing = Showing::new(view, true, begun)?.with_tensorboard(flags.tensorboard);
        let summary = showing.train_until(session, &stop)?;
        if summary.interrupted {
            say(&format!(
                "interrupted in run {name}; `burnwright resume {name}` goes on with it, the seeds after it were not begun"
            ));
            return Ok(stop.exit_code(true));
        }
        if flags.view != View::Quiet && !flags.json {
            output::line(&line(&summary))?;
        }
        done.push(summary);
    }
    finish(flags, &set, &done, examples_of(&recipes[0].data.source))?;
    Ok(ExitCode::SUCCESS)
}

/// The set's name, and its first run. A name that was not given is the next one, until no other process was faster.
fn begin_set(
    flags: &TrainFlags,
    request: Request<'_>,
    selected: &Selected,
) -> Result<(String, Session), Failure> {
    use RunError::{Exists, Leftover, Locked};
    loop {
        let set = match &flags.name {
            Some(name) => name.clone(),
            None => next_set_name(&flags.artifacts, request.recipe_name)?,
        };
        let name = seed_run_name(&set, request.recipe.training.seed);
        let request = Request { name: Some(&name), ..request };
        match Session::begin(request, &selected.surroundings()) {
            Ok(session) => return Ok((set, session)),
            Err(SessionError::Run(Exists { .. } | Leftover { .. } | Locked { .. }))
                if flags.name.is_none() => {}
            Err(error) => return Err(not_begun(flags, error)),
        }
    }
}

/// The recipe with each seed.
fn recipes(recipe: &Recipe, count: u64) -> Result<Vec<Recipe>, Failure> {
    const LARGEST: u64 = TrainingConfig::LARGEST_SEED;
    let first = recipe.training.seed;
    let last = first.checked_add(count - 1).filter(|last| *last <= LARGEST).ok_or_else(|| {
        let text = format!(
            "training.seed is {first}, expected at most {} for {count} seeds",
            LARGEST - (count - 1)
        );
        Failure::new(status::RECIPE, text)
            .with_hint("--set training.seed=0 begins with the smallest")
    })?;
    let with = |seed| {
        let mut recipe = recipe.clone();
        recipe.training.seed = seed;
        recipe
    };
    Ok((first..=last).map(with).collect())
}

fn line(summary: &Summary) -> String {
    let (metric, value) = headline(summary);
    format!("{}: {} in {:.1} s", summary.run, metric.text(value), summary.seconds.total)
}

fn headline(summary: &Summary) -> (&NamedMetric, f64) {
    summary.headline().expect("a run that was not interrupted was judged by the test data")
}

fn finish(flags: &TrainFlags, set: &str, done: &[Summary], examples: &str) -> Result<(), Failure> {
    let values: Vec<f64> = done.iter().map(|summary| headline(summary).1).collect();
    let (metric, _) = headline(done.first().expect("a set has a seed"));
    let [mean, deviation] = mean_and_deviation(&values);
    if flags.json {
        let spread = Spread { metric: metric.name.clone(), mean, deviation };
        return output::json(&SeedSet { set: set.to_owned(), spread, runs: done.to_vec() });
    }
    if flags.view == View::Quiet {
        return Ok(());
    }
    output::line(&format!(
        "{set}: {} on the test {examples}, mean of {} seeds; standard deviation {}",
        metric.text(mean),
        done.len(),
        metric.text(deviation),
    ))
}
