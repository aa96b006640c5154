//! A run's log against its recipe: why training anew by the recipe would give other bits than the run has.
//!
//! Nothing here relies on what was said when the run was resumed: the learning rates, scores and machines that the log holds are
//! compared with what the recipe gives.

use std::fmt;

use burnwright_run::{Event, Manifest, NamedMetric};
use burnwright_training::{Recipe, Settings};

/// Learning rates that differ by less, relatively, are the same: JSON is read with an error in the last bit of some numbers.
const SAME_RATE: f64 = 1e-12;

/// The devices on which the same recipe gives the same bits.
const REPEATABLE: [&str; 2] = ["flex", "ndarray"];

/// In what a run departs from its recipe.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Departure {
    /// Steps were made with other learning rates: those of another length of the run.
    Rates {
        /// The schedule's kind.
        schedule: &'static str,
        /// The last of these steps.
        step: usize,
        /// Its learning rate.
        got: f64,
        /// What the recipe gives.
        expected: f64,
    },
    /// More steps were made than the recipe allows.
    Length { got: usize, expected: usize },
    /// Early stopping, as the recipe has it, would have ended the run before its last epoch.
    Patience {
        /// The epoch after which it would have ended.
        epoch: usize,
    },
    /// The run was resumed elsewhere.
    Machine {
        /// Steps made before.
        step: usize,
        /// What differs from the machine before.
        differences: Vec<String>,
    },
    /// Nobody promises the same bits there.
    Device(String),
    /// The weights that it was begun with were given, and it does not keep them any more.
    InitialWeights,
}

impl fmt::Display for Departure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rates { schedule, step, got, expected } => write!(
                f,
                "the learning rates of the {schedule} schedule depend on the length of the run, which was changed when it was resumed: \
                 step {step} was made with {got:.4e}, and this recipe gives {expected:.4e}"
            ),
            Self::Length { got, expected } => {
                write!(f, "{got} steps were made, and this recipe ends after {expected}")
            }
            Self::Patience { epoch } => write!(
                f,
                "early_stopping.patience was lowered when the run was resumed: this recipe ends after epoch {epoch}"
            ),
            Self::Machine { step, differences } => {
                write!(f, "the run was resumed after step {step} with {}", differences.join(", "))
            }
            Self::InitialWeights => write!(
                f,
                "the weights that it was begun with were given with --init-from, and are not in its folder any more"
            ),
            Self::Device(device) => {
                write!(
                    f,
                    "the device {device} does not promise the same bits twice; {} do",
                    REPEATABLE.join(" and ")
                )
            }
        }
    }
}

impl Departure {
    /// In a few words, for a table.
    pub(crate) fn in_short(&self) -> String {
        match self {
            Self::Rates { step, .. } => {
                format!("learning rates of another length up to step {step}")
            }
            Self::Length { got, .. } => format!("{got} steps were made"),
            Self::Patience { epoch } => format!("went on after epoch {epoch} with more patience"),
            Self::Machine { step, .. } => format!("resumed elsewhere after step {step}"),
            Self::Device(device) => format!("made on {device}"),
            Self::InitialWeights => "from weights that are gone".to_owned(),
        }
    }
}

/// In what the recipe of a run, as it stands, is not the one by which its steps were made.
pub(crate) fn other_settings<M: Settings>(recipe: &Recipe<M>, events: &[Event]) -> Vec<Departure> {
    // A run that never began a step departs from nothing.
    let Some(steps_per_epoch) = steps_per_epoch(events) else { return Vec::new() };
    let made = events.iter().rev().find_map(steps_of).unwrap_or(0); // default: no step was made
    let planned = recipe.planned_steps(steps_per_epoch);
    let length = (made > planned).then_some(Departure::Length { got: made, expected: planned });
    [other_rates(recipe, steps_per_epoch, events), length, patience(recipe, events)]
        .into_iter()
        .flatten()
        .collect()
}

/// All in which a run departs from what its recipe gives on the machine on which it was begun, and from the weights that it keeps.
/// `ended_on` is the device that its summary names.
pub(crate) fn departures<M: Settings>(
    recipe: &Recipe<M>,
    manifest: &Manifest,
    events: &[Event],
    ended_on: &str,
    keeps_initial_weights: bool,
) -> Vec<Departure> {
    let mut found = other_settings(recipe, events);
    let gives_weights = |word: &String| word.split('=').next() == Some("--init-from");
    if !keeps_initial_weights && manifest.command.iter().any(gives_weights) {
        found.push(Departure::InitialWeights);
    }
    let mut before = &manifest.machine;
    for event in events {
        let Event::TrainingResumed { step, machine, .. } = event else { continue };
        let differences = machine.differences(before);
        if !differences.is_empty() {
            found.push(Departure::Machine { step: *step, differences });
        }
        before = machine;
    }
    // A run that was resumed before its first checkpoint begins anew: its log does not say where.
    if before.device != ended_on {
        let differences = vec![format!("device {ended_on} instead of {}", before.device)];
        found.push(Departure::Machine { step: 0, differences });
    }
    let device = &manifest.machine.device;
    if !REPEATABLE.contains(&&**device) {
        found.push(Departure::Device(device.clone()));
    }
    found
}

fn steps_per_epoch(events: &[Event]) -> Option<usize> {
    events.iter().find_map(|event| match event {
        Event::TrainingStarted { steps_per_epoch, .. }
        | Event::TrainingResumed { steps_per_epoch, .. } => Some(*steps_per_epoch),
        _ => None,
    })
}

fn steps_of(event: &Event) -> Option<usize> {
    match event {
        Event::Window { step, .. } => Some(*step),
        _ => None,
    }
}

fn metrics_of(event: &Event) -> Option<&[NamedMetric]> {
    match event {
        Event::TrainingStarted { metrics, .. } | Event::TrainingResumed { metrics, .. } => {
            Some(metrics)
        }
        _ => None,
    }
}

/// The last window whose learning rate is not the one that the recipe gives.
fn other_rates<M: Settings>(
    recipe: &Recipe<M>,
    steps_per_epoch: usize,
    events: &[Event],
) -> Option<Departure> {
    let schedule = recipe.planned_schedule(steps_per_epoch);
    events.iter().rev().find_map(|event| {
        let Event::Window { step, learning_rate: got, .. } = *event else { return None };
        let expected = schedule.at(step.checked_sub(1)?);
        let differs = (got - expected).abs() > SAME_RATE * expected.abs();
        let schedule = recipe.schedule.kind();
        differs.then_some(Departure::Rates { schedule, step, got, expected })
    })
}

/// Where early stopping ends, by the scores of the log, before the last of them.
fn patience<M: Settings>(recipe: &Recipe<M>, events: &[Event]) -> Option<Departure> {
    let config = recipe.early_stopping.as_ref()?;
    let scores = events.iter().filter_map(|event| match event {
        Event::EpochEnded { epoch, validation: Some(scores), .. } => Some((*epoch, scores)),
        _ => None,
    });
    let scores: Vec<_> = scores.collect();
    let metrics = events.iter().find_map(metrics_of)?;
    let epoch = config.ends_after(&scores, metrics)?;
    let (last, _) = scores.last()?;
    (epoch < *last).then_some(Departure::Patience { epoch })
}

#[cfg(test)]
mod tests {
    use super::*;
    use burnwright_run::Scores;
    use burnwright_training::recipe::Override;

    fn recipe(settings: &[&str]) -> Recipe {
        let settings: Vec<Override> = settings.iter().map(|typed| typed.parse().unwrap()).collect();
        Recipe::parse("test", "", &settings).unwrap()
    }

    /// The log of so many epochs of ten steps by a recipe, with these validation losses.
    fn log(recipe: &Recipe, losses: &[f64]) -> Vec<Event> {
        let schedule = recipe.planned_schedule(10);
        let mut events = vec![Event::TrainingStarted {
            epochs: recipe.training.epochs,
            steps_per_epoch: 10,
            samples: 640,
            parameters: 1,
            metrics: Vec::new(),
        }];
        for (epoch, &loss) in (1..).zip(losses) {
            events.push(Event::Window {
                epoch,
                step: 10 * epoch,
                samples: 640,
                scores: Scores::of_loss(loss),
                losses: vec![0.5; 10],
                learning_rate: schedule.at(10 * epoch - 1),
                seconds: 1.0,
            });
            let score = Scores::of_loss(loss);
            events.push(Event::EpochEnded {
                epoch,
                step: 10 * epoch,
                train: score.clone(),
                validation: Some(score),
                seconds: 1.0,
                images_per_second: 1.0,
            });
        }
        events
    }

    #[test]
    fn a_run_by_its_recipe_departs_in_nothing() {
        for kind in ["constant", "step", "cosine", "warmup", "one-cycle"] {
            let recipe = recipe(&[&format!("schedule.kind={kind}")]);
            assert_eq!(other_settings(&recipe, &log(&recipe, &[1.0; 5])), []);
            assert_eq!(other_settings(&recipe, &[]), []);
        }
    }

    #[test]
    fn a_schedule_that_spans_the_run_departs_where_the_length_was_changed() {
        let first = |kind: &str| recipe(&[&format!("schedule.kind={kind}"), "training.epochs=3"]);
        for kind in ["constant", "step", "warmup"] {
            let longer = Recipe { training: recipe(&[]).training, ..first(kind) };
            assert_eq!(other_settings(&longer, &log(&first(kind), &[1.0; 3])), [], "{kind}");
        }
        for kind in ["cosine", "one-cycle"] {
            let longer = Recipe { training: recipe(&[]).training, ..first(kind) };
            // The rest of the run is by the recipe as it is now.
            let mut events = log(&first(kind), &[1.0; 3]);
            events.extend(log(&longer, &[1.0; 5]).into_iter().skip(7));
            let found = other_settings(&longer, &events);
            let [Departure::Rates { step: 30, .. }] = found[..] else {
                panic!("{kind}: {found:?}")
            };
            let said = format!(
                "the learning rates of the {kind} schedule depend on the length of the run, which was changed when it was resumed: step 30"
            );
            assert!(found[0].to_string().starts_with(&said), "{}", found[0]);
        }
    }

    #[test]
    fn a_run_that_is_longer_than_its_recipe_departs_from_it() {
        let shorter = recipe(&["training.epochs=1"]);
        let found = other_settings(&shorter, &log(&recipe(&["training.epochs=3"]), &[1.0; 3]));
        assert_eq!(found, [Departure::Length { got: 30, expected: 10 }]);
    }

    #[test]
    fn another_device_and_weights_that_are_gone_are_departures() {
        let machine = |device: &str| burnwright_run::Machine {
            version: "1".to_owned(),
            device: device.to_owned(),
            threads: 1,
            isa: "any".to_owned(),
        };
        let manifest = |device: &str, command: &[&str]| Manifest {
            split_digest: None,
            schema: burnwright_run::MANIFEST_SCHEMA,
            run: "run".to_owned(),
            recipe: "test".to_owned(),
            settings: serde_json::Value::Null,
            identity: burnwright_run::Identity {
                settings_hash: String::new(),
                data_fingerprint: String::new(),
                seed: 42,
                initial_weights: String::new(),
            },
            test_fingerprint: None,
            machine: machine(device),
            command: command.iter().map(|&word| word.to_owned()).collect(),
            started: String::new(),
        };
        let recipe = recipe(&[]);
        let mut events = log(&recipe, &[1.0; 2]);
        let found = |manifest: &Manifest, events: &[Event], keeps: bool| {
            departures(&recipe, manifest, events, &manifest.machine.device, keeps)
        };
        assert_eq!(found(&manifest("flex", &["train"]), &events, false), []);
        let wgpu = Departure::Device("wgpu".to_owned());
        assert_eq!(found(&manifest("wgpu", &[]), &events, false), [wgpu]);
        for command in [&["--init-from", "x"][..], &["--init-from=x"]] {
            let given = manifest("flex", command);
            assert_eq!(found(&given, &events, true), []);
            assert_eq!(found(&given, &events, false), [Departure::InitialWeights]);
        }
        // Begun anew elsewhere, before the first checkpoint.
        let anew = departures(&recipe, &manifest("flex", &[]), &events, "ndarray", false);
        let [Departure::Machine { step: 0, differences }] = &anew[..] else { panic!("{anew:?}") };
        assert_eq!(differences, &["device ndarray instead of flex"]);
        // There and back: both moves count.
        for (step, device) in [(10, "wgpu"), (20, "wgpu"), (20, "flex")] {
            events.push(Event::TrainingResumed {
                epochs: 5,
                steps_per_epoch: 10,
                step,
                epoch: 2,
                machine: machine(device),
                metrics: Vec::new(),
                samples: 640,
            });
        }
        let said: Vec<String> =
            found(&manifest("flex", &[]), &events, false).iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "the run was resumed after step 10 with device wgpu instead of flex",
                "the run was resumed after step 20 with device flex instead of wgpu"
            ]
        );
    }

    #[test]
    fn patience_that_was_lowered_is_noticed_where_it_would_have_ended_the_run() {
        let with = |patience: &str| recipe(&["data.validation=0.1", patience]);
        let (long, short) = (with("early_stopping.patience=4"), with("early_stopping.patience=2"));
        let events = log(&long, &[3.0, 4.0, 4.0, 2.0]);
        assert_eq!(other_settings(&long, &events), []);
        assert_eq!(other_settings(&short, &events), [Departure::Patience { epoch: 3 }]);
        assert_eq!(other_settings(&short, &log(&long, &[3.0, 4.0, 4.0])), []);
    }
}
