//! `burnwright compare`: is one better than the other, and how sure is that?

use std::process::ExitCode;

use burnwright_model::ModelConfig;
use burnwright_run::{RunDirectory, seed_runs};
use burnwright_session::{
    Comparison, Contestant, Judged, Pair, SeedPair, Split, Standing, compare,
};
use burnwright_task::PairTest;

use crate::arguments::CompareFlags;
use crate::devices;
use crate::escaping::escaped;
use crate::failure::{Failure, status};
use crate::machine;
use crate::output;
use crate::table::{table, table_of_numbers};

/// With more pairs of runs than these, they are counted and not listed.
const LISTED: usize = 15;
/// Below this probability a difference is called one.
const LEVEL: f64 = 0.05;

pub(crate) fn run(flags: &CompareFlags) -> Result<ExitCode, Failure> {
    let contestants: Vec<Contestant> =
        flags.runs.iter().map(|word| contestant(flags, word)).collect::<Result<_, _>>()?;
    check_runs(&contestants)?;
    let selected = devices::select(&flags.device)?;
    let split = Split::from(flags.split);
    let comparison =
        compare::<ModelConfig>(&contestants, &selected.device, None, split, machine::now)?;
    for reason in &comparison.not_noted {
        output::say(&format!("warning: {}", escaped(reason)));
    }
    if flags.json {
        output::json(&comparison)?;
    } else {
        output::line(&text(&comparison))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A run, or the runs of a set where no run is called so.
fn contestant(flags: &CompareFlags, word: &str) -> Result<Contestant, Failure> {
    let error = match RunDirectory::find(&flags.artifacts, Some(word)) {
        Ok(run) => return Ok(Contestant::of_run(run)),
        Err(error) => error,
    };
    let runs = seed_runs(&flags.artifacts, word)?;
    if runs.is_empty() {
        return Err(error.into());
    }
    let set = Contestant::of_set(word, runs)?;
    for run in set.left_out() {
        output::say(&format!("warning: {run} is left out: it is not finished"));
    }
    Ok(set)
}

/// Two at least, and each once.
fn check_runs(contestants: &[Contestant]) -> Result<(), Failure> {
    let mut seen = std::collections::BTreeSet::new();
    for run in contestants.iter().flat_map(Contestant::runs) {
        let path = run.path().canonicalize().unwrap_or_else(|_| run.path().to_owned());
        if !seen.insert(path) {
            let text = format!("{} was named twice; a run does not differ from itself", run.name());
            return Err(Failure::new(status::USAGE, text));
        }
    }
    if seen.len() < 2 {
        return Err(Failure::new(status::USAGE, "one run alone cannot be compared")
            .with_hint("name another run or a set; `burnwright evaluate` judges one"));
    }
    Ok(())
}

fn text(comparison: &Comparison) -> String {
    let mut parts = vec![standings(comparison), settings(comparison)];
    parts.push(pairs(comparison));
    parts.extend(comparison.seeds.iter().map(|pair| seeds(comparison, pair)));
    if comparison.contestants.iter().any(|standing| standing.runs.len() == 1) {
        parts.push(
            "p speaks of these models, not of their settings: another seed may do as much. `train --seeds 5` says how much."
                .to_owned(),
        );
    }
    parts.join("\n\n")
}

fn standings(comparison: &Comparison) -> String {
    let Comparison { metric, contestants, .. } = comparison;
    let name = &*metric.label.to_lowercase();
    let heading = ["", name, "95% interval", "deviation", "seeds", "training", "parameters"];
    let mut rows = vec![heading.map(ToOwned::to_owned).to_vec()];
    for Standing { name, mean, deviation, runs, .. } in contestants {
        // An interval is that of one model on these samples; how far seeds lie apart, the deviation says.
        let interval = match &runs[..] {
            [Judged { interval: Some([low, high]), .. }] => {
                format!("{} to {}", metric.text(*low), metric.text(*high))
            }
            _ => "-".to_owned(),
        };
        let times: Option<Vec<f64>> = runs.iter().map(|run| run.training_seconds).collect();
        let seconds = times.map(|times| format!("{:.1} s", median(times)));
        let parameters = runs.iter().find_map(|run| run.parameters).map(|count| count.to_string());
        let or_none = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        rows.push(vec![
            name.clone(),
            or_none(mean.get(&metric.name).map(|mean| metric.text(mean))),
            interval,
            or_none(deviation.map(|deviation| metric.text(deviation))),
            runs.len().to_string(),
            or_none(seconds),
            or_none(parameters),
        ]);
    }
    table_of_numbers(&rows)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    *values.get(values.len() / 2).expect("a contestant has a run at least")
}

fn settings(comparison: &Comparison) -> String {
    if comparison.settings.is_empty() {
        return "all settings agree".to_owned();
    }
    let names = comparison.contestants.iter().map(|standing| standing.name.clone());
    let mut rows = vec![["settings that differ".to_owned()].into_iter().chain(names).collect()];
    rows.extend(comparison.settings.iter().map(|(key, values)| {
        [key].into_iter().chain(values).map(|text| text.replace(',', ", ")).collect::<Vec<_>>()
    }));
    table(&rows)
}

fn pairs(comparison: &Comparison) -> String {
    let test = match comparison.pairs.first().map(|pair| &pair.test) {
        Some(PairTest::SquaredErrors(_)) => "Paired t-test of the squared errors",
        _ => "McNemar's exact test",
    };
    let title = format!("{test} on the same {} {} samples", comparison.samples, comparison.split);
    if comparison.pairs.len() > LISTED {
        return format!("{title}\n{}", counted_pairs(comparison));
    }
    let difference = match comparison.pairs.first().map(|pair| &pair.test) {
        Some(PairTest::SquaredErrors(_)) => "difference",
        _ => "right alone",
    };
    let heading = ["", difference, "p", "p corrected", ""];
    let mut rows = vec![heading.map(ToOwned::to_owned).to_vec()];
    rows.extend(comparison.pairs.iter().map(|pair| {
        let Pair { runs: [one, other], test, corrected, .. } = pair;
        let difference = match test {
            PairTest::McNemar(test) => format!("{} and {}", test.only_first, test.only_second),
            PairTest::SquaredErrors(test) => format!("{:+.4}", test.difference),
            _ => "-".to_owned(),
        };
        vec![
            format!("{one} and {other}"),
            difference,
            probability(test.p()),
            probability(*corrected),
            verdict(pair),
        ]
    }));
    format!("{title}\n{}", table(&rows))
}

fn verdict(pair: &Pair) -> String {
    let [one, other] = &pair.runs;
    if pair.corrected >= LEVEL {
        "no difference shown".to_owned()
    } else if pair.test.first_is_better() {
        format!("{one} is better")
    } else {
        format!("{other} is better")
    }
}

/// How many pairs differ, between two contestants and within one.
fn counted_pairs(comparison: &Comparison) -> String {
    let mut rows =
        vec![["", "pairs", "that differ (p corrected below 0.05)"].map(str::to_owned).to_vec()];
    let count = comparison.contestants.len();
    for one in 0..count {
        for other in one..count {
            let here = comparison.pairs.iter().filter(|pair| pair.contestants == [one, other]);
            let (pairs, differ) = here.fold((0, 0), |(pairs, differ), pair| {
                (pairs + 1, differ + usize::from(pair.corrected < LEVEL))
            });
            let [first, second] = [one, other].map(|place| &*comparison.contestants[place].name);
            let name = if one == other {
                format!("seeds of {first}")
            } else {
                format!("{first} and {second}")
            };
            if pairs > 0 {
                rows.push(vec![name, format!("{pairs}"), format!("{differ}")]);
            }
        }
    }
    table(&rows)
}

fn seeds(comparison: &Comparison, pair: &SeedPair) -> String {
    let [one, other] = pair.contestants.map(|place| &comparison.contestants[place]);
    let welch = &pair.welch;
    let metric = &comparison.metric;
    let points = |difference: f64| {
        let factor = if metric.percent { 100.0 } else { 1.0 };
        format!("{:+.2}", factor * difference)
    };
    let verdict = if welch.p >= LEVEL {
        "no difference beyond what the seed alone does".to_owned()
    } else {
        let first_is_better = (welch.difference > 0.0) == metric.higher_is_better;
        let better = if first_is_better { one } else { other };
        format!("{} is better, beyond what the seed alone does", escaped(&better.name))
    };
    let unit = if metric.percent { "points" } else { &*metric.label };
    format!(
        "{} against {} over {} and {} seeds (Welch's t-test): {verdict}\n{} {unit}, 95% interval {} to {}, p = {}",
        escaped(&one.name),
        escaped(&other.name),
        one.runs.len(),
        other.runs.len(),
        points(welch.difference),
        points(welch.interval[0]),
        points(welch.interval[1]),
        probability(welch.p),
    )
}

fn probability(p: f64) -> String {
    if p < 0.0001 { format!("{p:.1e}") } else { format!("{p:.4}") }
}
