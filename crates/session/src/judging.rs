//! A run, its model and the name of a split in; what the model says of each sample out.

use std::sync::Arc;

use burnwright_data::{Source, Subset, stratified_split};
use burnwright_inference::{EVALUATION_BATCH, Predictor, scores_of};
use burnwright_metrics::{Evaluation, Predictions};
use burnwright_run::{Look, Looks, RunDirectory, RunError};
use burnwright_training::Recipe;
use burnwright_training::recipe::changed_settings;

use crate::SessionError;
use crate::session::Clock;

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
    /// The samples.
    pub source: Arc<dyn Source>,
    /// What the model says of each.
    pub predictions: Predictions,
    /// All scores.
    pub evaluation: Evaluation,
    /// All looks at the run's splits, this one included if it is one at the test samples; or why it could not be written down.
    pub looks: Result<Looks, RunError>,
}

impl std::fmt::Debug for Judgement {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Judgement")
            .field("evaluation", &self.evaluation)
            .field("looks", &self.looks)
            .finish_non_exhaustive()
    }
}

/// Judges a run's model by a split, and notes a look at the test samples in the run's ledger under the name of `command`.
///
/// Where the ledger cannot be written, on an archive that is read-only for example, the judgement is still made.
pub fn judge(
    run: &RunDirectory,
    predictor: &Predictor,
    split: Split,
    command: &str,
    clock: Clock,
) -> Result<Judgement, SessionError> {
    let source = open_split(run, split)?;
    let predictions = predictor.judge(Arc::clone(&source), EVALUATION_BATCH, 1)?;
    let evaluation = scores_of(&predictions)?;
    let look = || Look {
        split: split.name().to_owned(),
        command: command.to_owned(),
        at: clock(),
        weights_digest: predictor.card().weights_digest.clone(),
        correct: evaluation.correct,
        total: evaluation.total,
    };
    let noted = if split == Split::Test { run.ledger().add(look()) } else { Ok(()) };
    let looks = noted.and_then(|()| run.ledger().read());
    Ok(Judgement { source, predictions, evaluation, looks })
}

/// [`judge`] by the test samples to show again what a look has shown already: these weights' first look is noted, no other.
pub fn judge_once(
    run: &RunDirectory,
    predictor: &Predictor,
    command: &str,
    clock: Clock,
) -> Result<Judgement, SessionError> {
    let digest = &predictor.card().weights_digest;
    let before = run.ledger().read()?.looks;
    let is_known = before
        .iter()
        .any(|look| look.split == Split::Test.name() && look.weights_digest == *digest);
    if !is_known {
        return judge(run, predictor, Split::Test, command, clock);
    }
    let source = open_split(run, Split::Test)?;
    let predictions = predictor.judge(Arc::clone(&source), EVALUATION_BATCH, 1)?;
    let evaluation = scores_of(&predictions)?;
    Ok(Judgement { source, predictions, evaluation, looks: run.ledger().read() })
}

/// The samples of a split, as the run's recipe made it.
///
/// A recipe or samples that are not those of the run are errors, and so is the validation split of a run without one. The test samples of
/// a run of an older version, whose manifest has no fingerprint of them, are taken as they are.
pub fn open_split(run: &RunDirectory, split: Split) -> Result<Arc<dyn Source>, SessionError> {
    let (recipe, manifest) = (recipe_of(run)?, run.manifest()?);
    if !changed_settings(&manifest.settings, &recipe.settings_as_read()).is_empty() {
        let path = run.recipe_path().display().to_string();
        return Err(SessionError::RecipeChanged { path });
    }
    let validation = recipe.data.validation;
    if split == Split::Validation && validation <= 0.0 {
        return Err(SessionError::NoValidation { run: run.name() });
    }
    let splits = recipe.data.open()?;
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
pub(crate) fn recipe_of(run: &RunDirectory) -> Result<Recipe, SessionError> {
    let place = run.recipe_path().display().to_string();
    Ok(Recipe::parse(&place, &run.recipe()?, &[])?)
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
pub(crate) fn parts(
    recipe: &Recipe,
    source: &Arc<dyn Source>,
) -> Result<[Arc<dyn Source>; 2], SessionError> {
    let (share, seed) = (recipe.data.validation, recipe.training.seed);
    let (train, held_out) = stratified_split(source.as_ref(), share, seed)?;
    Ok([train, held_out]
        .map(|samples| -> Arc<dyn Source> { Arc::new(Subset::new(Arc::clone(source), samples)) }))
}
