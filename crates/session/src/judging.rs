//! A run, its model and the name of a split in; what the model says of each sample out.

use std::sync::Arc;

use burnwright_data::{Source, Splits, Subset, stratified_split};
use burnwright_inference::{EVALUATION_BATCH, Predictor};
use burnwright_model::Architecture;
use burnwright_run::{Look, Looks, RunDirectory, RunError};
use burnwright_task::{Evaluation, Predictions, evaluation_of};
use burnwright_training::Recipe;
use burnwright_training::recipe::{Override, UnknownKind, changed_settings};

use crate::SessionError;
use crate::opening::open;
use crate::split_record::check_split;
use crate::surroundings::Clock;

/// A part of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// What the model learned from.
    Train,
    /// What was held out of it.
    Validation,
    /// What it never saw.
    Test,
}

impl Split {
    /// `train`, `validation` or `test`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Validation => "validation",
            Self::Test => "test",
        }
    }
}

/// How a run's model did on a split.
pub struct Judgement {
    /// The split.
    pub split: Split,
    /// The samples.
    pub source: Arc<dyn Source>,
    /// What the model says of each.
    pub predictions: Predictions,
    /// All scores.
    pub evaluation: Evaluation,
    /// The digest of the weights that were judged.
    pub weights_digest: String,
}

/// What became of noting a look.
#[derive(Debug)]
pub struct Noted {
    /// All looks at the run's splits, this one included if it was noted; or why they cannot be read.
    pub looks: Result<Looks, RunError>,
    /// What is wrong with noting it.
    pub fault: Option<LookFault>,
}

/// What is wrong with noting a look.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LookFault {
    /// Nobody will know of it.
    #[error("this look is not in the ledger: {0}")]
    NotNoted(RunError),
    /// It is in the ledger, whose head does not vouch for it.
    #[error("this look is in the ledger, but the ledger does not vouch for it yet: {0}")]
    NotVouched(RunError),
}

impl std::fmt::Debug for Judgement {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Judgement")
            .field("split", &self.split)
            .field("evaluation", &self.evaluation)
            .finish_non_exhaustive()
    }
}

impl Judgement {
    /// Whether these weights were judged by the test samples before, as a ledger says.
    pub(crate) fn was_shown(&self, looks: &Looks) -> bool {
        let is_same = |look: &Look| {
            look.split == Split::Test.name() && look.weights_digest == self.weights_digest
        };
        looks.looks.iter().any(is_same)
    }

    /// What showing it is in the ledger; nothing where it is not one by the test samples.
    pub(crate) fn look(&self, command: &str, clock: Clock) -> Option<Look> {
        (self.split == Split::Test).then(|| Look {
            split: self.split.name().to_owned(),
            command: command.to_owned(),
            at: clock(),
            weights_digest: self.weights_digest.clone(),
            scores: self.evaluation.scores(),
        })
    }
}

/// Judges a run's model by a split. Whoever shows a judgement by the test samples calls [`note`] before, and after all else that can
/// fail. `data` are those of a run that was begun with data of its own.
///
/// A ledger of a version that is not known is an error, for in it nothing can be noted.
pub fn judge<A: Architecture>(
    run: &RunDirectory,
    predictor: &Predictor<A>,
    data: Option<&Splits>,
    split: Split,
) -> Result<Judgement, SessionError> {
    if let Err(error @ RunError::Version { .. }) = run.looks() {
        return Err(error.into());
    }
    let source = open_split::<A>(run, data, split)?;
    let predictions = predictor.judge(Arc::clone(&source), EVALUATION_BATCH, 1)?;
    let evaluation = evaluation_of(&predictions)?;
    let weights_digest = predictor.card().weights_digest.clone();
    Ok(Judgement { split, source, predictions, evaluation, weights_digest })
}

/// Notes that a judgement is shown in the run's ledger under the name of `command`, if it is one by the test samples.
///
/// Where the ledger cannot be written, on an archive that is read-only for example, the judgement may still be shown.
pub fn note(run: &RunDirectory, judgement: &Judgement, command: &str, clock: Clock) -> Noted {
    let fault = judgement.look(command, clock).and_then(|look| note_look(run, &look));
    Noted { looks: run.looks(), fault }
}

/// Notes a look; what is wrong with that, if anything.
pub(crate) fn note_look(run: &RunDirectory, look: &Look) -> Option<LookFault> {
    match run.ledger().add(look) {
        Ok(noted) => noted.fault.map(LookFault::NotVouched),
        Err(error) => Some(LookFault::NotNoted(error)),
    }
}

/// [`note`] of a judgement that shows again what a look has shown already: these weights' first look is noted, no other.
pub fn note_once(run: &RunDirectory, judgement: &Judgement, command: &str, clock: Clock) -> Noted {
    match run.looks() {
        Ok(looks) if judgement.was_shown(&looks) => Noted { looks: Ok(looks), fault: None },
        _ => note(run, judgement, command, clock),
    }
}

/// The samples of a split, as the run's recipe made it.
///
/// A recipe or samples that are not those of the run are errors, and so is the validation split of a run without one. The test samples of
/// a run of an older version, whose manifest has no fingerprint of them, are taken as they are.
pub fn open_split<A: Architecture>(
    run: &RunDirectory,
    data: Option<&Splits>,
    split: Split,
) -> Result<Arc<dyn Source>, SessionError> {
    let (recipe, manifest) = (recipe_of::<A>(run)?, run.manifest()?);
    if !changed_settings::<Recipe<A>>(&manifest.settings, &recipe.settings_as_read()).is_empty() {
        let path = run.recipe_path().display().to_string();
        return Err(SessionError::RecipeChanged { path });
    }
    let validation = recipe.data.validation;
    if split == Split::Validation && validation <= 0.0 {
        return Err(SessionError::NoValidation { run: run.name() });
    }
    let splits = open(&recipe, data)?;
    check_split(run, &manifest, &parts(&recipe, &splits.train)?, &splits.test)?;
    if split == Split::Test {
        if let Some(expected) = &manifest.test_fingerprint {
            check_fingerprint("test", &splits.test.fingerprint()?, expected)?;
        }
        return Ok(splits.test);
    }
    check_fingerprint(
        "training",
        &splits.train.fingerprint()?,
        &manifest.identity.data_fingerprint,
    )?;
    let [train, held_out] = parts(&recipe, &splits.train)?;
    Ok(if split == Split::Train { train } else { held_out })
}

/// The settings by which a run was trained last, or goes on: those of its `recipe.toml`, which `resume` may change.
pub(crate) fn recipe_of<A: Architecture>(run: &RunDirectory) -> Result<Recipe<A>, SessionError> {
    changed_recipe_of(run, &[])
}

/// [`recipe_of`] with changes. A run of an architecture that `A` has not is refused as such, whichever of its settings is met first.
pub(crate) fn changed_recipe_of<A: Architecture>(
    run: &RunDirectory,
    changes: &[Override],
) -> Result<Recipe<A>, SessionError> {
    let path = run.recipe_path().display().to_string();
    let error = match Recipe::parse(&path, &run.recipe()?, changes) {
        Ok(recipe) => return Ok(recipe),
        Err(error) => error,
    };
    Err(match A::DECLARED.unknown_kind(&run.manifest()?.settings["model"]) {
        None => error.into(),
        Some(UnknownKind { found, expected }) => {
            SessionError::UnknownArchitecture { found, expected, path }
        }
    })
}

/// Whether a part of the data is the one that a run was begun on.
pub(crate) fn check_fingerprint(
    part: &'static str,
    got: &str,
    expected: &str,
) -> Result<(), SessionError> {
    if got == expected {
        return Ok(());
    }
    let (got, expected) = (got.to_owned(), expected.to_owned());
    Err(SessionError::DataChanged { part, got, expected })
}

/// What a recipe makes of the training samples: those that are learned from, and those that are held out.
pub(crate) fn parts<M>(
    recipe: &Recipe<M>,
    source: &Arc<dyn Source>,
) -> Result<[Arc<dyn Source>; 2], SessionError> {
    let (share, seed) = (recipe.data.validation, recipe.training.seed);
    let (train, held_out) = stratified_split(source.as_ref(), share, seed)?;
    Ok([train, held_out]
        .map(|samples| -> Arc<dyn Source> { Arc::new(Subset::new(Arc::clone(source), samples)) }))
}
