//! Where two runs part, to the first bit, and why.

use burnwright_model::Architecture;
use burnwright_run::{Event, Machine, RunDirectory, StepRecord, read_events, read_steps};
use burnwright_training::Recipe;
use burnwright_training::recipe::changed_settings;
use serde_json::Value;

use crate::SessionError;
use crate::judging::recipe_of;

/// How two runs compare.
#[derive(Clone, Debug, PartialEq)]
pub enum Divergence {
    /// They agree in every step that both made.
    None {
        /// Steps that both made.
        steps: usize,
        /// Steps that only the one or only the other made.
        rest: [usize; 2],
    },
    /// They part.
    At {
        /// The first step that differs, from 1.
        step: usize,
        /// What differs in it.
        what: String,
        /// Why.
        cause: Cause,
    },
}

/// Why two runs part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Settings differ: key, the one's, the other's.
    Settings(Vec<(String, String, String)>),
    /// The settings agree, the batches do not.
    Data,
    /// Settings and batches agree; where the runs were begun or taken up, or what they began from, differs so.
    Numerics(Vec<String>),
}

/// Compares two runs of models of one architecture, step by step.
pub fn diverge<A: Architecture>(
    one: &RunDirectory,
    two: &RunDirectory,
) -> Result<Divergence, SessionError> {
    let (ours, theirs) = (read_steps(&one.steps_path())?, read_steps(&two.steps_path())?);
    let first = ours.iter().zip(&theirs).position(|(a, b)| difference(a, b).is_some());
    let Some(place) = first else {
        let steps = ours.len().min(theirs.len());
        return Ok(Divergence::None { steps, rest: [ours.len() - steps, theirs.len() - steps] });
    };
    let what = difference(&ours[place], &theirs[place]).expect("`place` is that of a difference");
    let (mine, yours) = (one.manifest()?, two.manifest()?);
    let [first, second] = [recipe_of::<A>(one)?, recipe_of::<A>(two)?];
    let settings = differing::<A>(&first.settings_as_read(), &second.settings_as_read());
    let cause = if !settings.is_empty() {
        Cause::Settings(settings)
    } else if ours[place].batch != theirs[place].batch {
        Cause::Data
    } else {
        let mut reasons = yours.machine.differences(&mine.machine);
        for (run, manifest, which) in [(one, &mine, "first"), (two, &yours, "second")] {
            for (step, machine) in moves(run, place)? {
                let changes = machine.differences(&manifest.machine).join(", ");
                if !changes.is_empty() {
                    reasons.push(format!("the {which} went on after step {step} with {changes}"));
                }
            }
        }
        if mine.identity.initial_weights != yours.identity.initial_weights {
            reasons.push("other initial weights".to_owned());
        }
        Cause::Numerics(reasons)
    };
    Ok(Divergence::At { step: place + 1, what, cause })
}

/// Where a run was taken up before it had made more than so many steps, and on which machine.
fn moves(run: &RunDirectory, most: usize) -> Result<Vec<(usize, Machine)>, SessionError> {
    let events = read_events(&run.events_path())?.into_iter();
    let moves = events.filter_map(|event| match event {
        Event::TrainingResumed { step, machine, .. } if step <= most => Some((step, machine)),
        _ => None,
    });
    Ok(moves.collect())
}

/// The settings that may make two runs part. How long a run is planned decides about its learning rates where the schedule spans it.
fn differing<A: Architecture>(one: &Value, two: &Value) -> Vec<(String, String, String)> {
    let mut changed = changed_settings::<Recipe<A>>(one, two);
    let spans = matches!(one["schedule"]["kind"].as_str(), Some("cosine" | "one-cycle"));
    for key in ["epochs", "max_steps"] {
        let (mine, yours) = (&one["training"][key], &two["training"][key]);
        if spans && mine != yours {
            changed.push((format!("training.{key}"), mine.to_string(), yours.to_string()));
        }
    }
    changed
}

fn difference(one: &StepRecord, two: &StepRecord) -> Option<String> {
    if one.batch != two.batch {
        return Some(format!("batch {:016x} against {:016x}", one.batch, two.batch));
    }
    if one.loss.to_bits() != two.loss.to_bits() {
        return Some(format!("loss {} against {}", one.loss, two.loss));
    }
    match (one.weights, two.weights) {
        (Some(mine), Some(yours)) if mine != yours => {
            Some(format!("weights {mine:016x} against {yours:016x}"))
        }
        _ => None,
    }
}
