//! A run is taken up where its newest good checkpoint was made.

use std::sync::Arc;
use std::time::Instant;

use burnwright_data::{Source, Splits};
use burnwright_model::{Architecture, ModelConfig};
use burnwright_run::{Identity, JournalPosition, PassedOver, RunDirectory, read_events};
use burnwright_training::recipe::{Override, changed_settings};
use burnwright_training::{Recipe, Recording, ResumePoint, TrainingConfig, steps_per_epoch};

use crate::SessionError;
use crate::check::check;
use crate::history::other_settings;
use crate::judging::{changed_recipe_of, check_fingerprint, parts};
use crate::model::Initial;
use crate::opening::open;
use crate::session::{Fingerprints, Session, make_absolute, settings_hash};
use crate::split_record::check_split;
use crate::surroundings::Surroundings;

/// A run that was taken up, and what there is to say about it.
pub struct Resumed<A: Architecture = ModelConfig> {
    /// The run, ready to be trained further.
    pub session: Session<A>,
    /// Steps made before; 0 where there was no good checkpoint and it begins anew.
    pub step: usize,
    /// The epoch in which it goes on, from 1.
    pub epoch: usize,
    /// Checkpoints that are damaged.
    pub passed_over: Vec<PassedOver>,
    /// What is not as it was when the checkpoint was made, and may change the last bits.
    pub differences: Vec<String>,
    /// Why a run with these settings from its beginning ends with other weights; nothing, where it ends with the same.
    pub departures: Vec<String>,
}

impl<A: Architecture> Session<A> {
    /// Takes up a run whose lock this process holds, with changes to those settings that may change. `data` are those of a run that was
    /// begun with data of its own.
    pub fn resume(
        run: RunDirectory,
        changes: &[Override],
        data: Option<&Splits>,
        surroundings: &Surroundings,
    ) -> Result<Resumed<A>, SessionError> {
        let manifest = run.manifest()?;
        let mut recipe: Recipe<A> = changed_recipe_of(&run, changes)?;
        make_absolute(&mut recipe.data)?;
        // Settings that cannot be written down, or not read back, are refused before anything is changed.
        let text = recipe.to_toml()?;
        let other = changed_settings::<Recipe<A>>(&manifest.settings, &recipe.settings_as_read());
        if !other.is_empty() {
            return Err(SessionError::SettingsChanged { changed: other });
        }

        let loading = Instant::now();
        let splits = open(&recipe, data)?;
        let loading = loading.elapsed();
        check_split(&run, &manifest, &parts(&recipe, &splits.train)?, &splits.test)?;
        let fingerprints = Fingerprints::beside(&splits);
        let learned = check(&recipe, &splits)?;
        let weights = run.initial_weights()?;
        let autodiff = surroundings.device.clone().autodiff();
        let initial = Initial::new(&recipe, splits.train.as_ref(), weights.as_deref(), &autodiff)?;
        let [data_fingerprint, test_fingerprint] = fingerprints.join()?;
        let identity = Identity {
            settings_hash: settings_hash(&recipe),
            data_fingerprint,
            seed: recipe.training.seed,
            initial_weights: initial.digest.clone(),
        };
        check_fingerprint(
            "training",
            &identity.data_fingerprint,
            &manifest.identity.data_fingerprint,
        )?;
        if let Some(expected) = &manifest.test_fingerprint {
            check_fingerprint("test", &test_fingerprint, expected)?;
        }
        check_weights(&identity, &manifest.identity)?;

        let newest = ResumePoint::newest(&run.checkpoints(), &identity)?;
        let from = newest.found.map(|(_, point)| point);
        let made = from.as_ref().map_or(0, ResumePoint::step);
        check_length(&recipe, &splits.train, made)?;
        let position = from.as_ref().map_or(JournalPosition::default(), ResumePoint::journal);
        let before = from.as_ref().map_or(&manifest.machine, ResumePoint::machine);
        let differences = surroundings.machine.differences(before);
        // Nothing is changed before all that can be refused was, and a run that is finished is so by its old settings.
        run.check_journal(position)?;
        run.remove_summary()?;
        if !changes.is_empty() {
            run.write_recipe(&text)?;
        }
        let journal = run.journal(position)?;
        // default: a log that cannot be read has nothing to say here, and the run goes on without it.
        let events = read_events(&run.events_path()).unwrap_or_default();
        let departures = other_settings(&recipe, &events);
        Ok(Resumed {
            departures: departures.iter().map(ToString::to_string).collect(),
            step: made,
            epoch: from.as_ref().map_or(1, ResumePoint::epoch),
            passed_over: newest.passed_over,
            differences,
            session: Self {
                seconds_before: from.as_ref().map_or(0.0, ResumePoint::seconds),
                recording: Recording {
                    journal,
                    checkpoints: run.checkpoints(),
                    identity,
                    machine: surroundings.machine.clone(),
                    from,
                },
                run,
                recipe,
                splits,
                learned,
                initial,
                device: surroundings.device.clone(),
                loading,
                command: "resume",
                clock: surroundings.clock,
            },
        })
    }
}

/// A run cannot be made shorter than it is: the weights of the step at which it would end are gone.
fn check_length<A: Architecture>(
    recipe: &Recipe<A>,
    source: &Arc<dyn Source>,
    made: usize,
) -> Result<(), SessionError> {
    let steps_per_epoch = steps_per_epoch(recipe, source)?;
    let planned = recipe.planned_steps(steps_per_epoch);
    if made <= planned {
        return Ok(());
    }
    let TrainingConfig { epochs, max_steps, .. } = recipe.training;
    let setting = match max_steps {
        Some(most) if most == planned => format!("training.max_steps = {most}"),
        _ => format!("training.epochs = {epochs} (of {steps_per_epoch} steps)"),
    };
    Err(SessionError::Shorter { made, planned, setting })
}

fn check_weights(now: &Identity, before: &Identity) -> Result<(), SessionError> {
    let (got, expected) = (&now.initial_weights, &before.initial_weights);
    if got == expected {
        return Ok(());
    }
    let (got, expected) = (got.clone(), expected.clone());
    Err(SessionError::WeightsChanged { got, expected })
}
