//! `burnwright train`: a recipe becomes a run.

pub(super) mod detach;
pub(super) mod seeds;

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use burnwright_run::RunDirectory;
use burnwright_session::{Inferred, Request, Session, SessionError};
use burnwright_training::Recipe;
use burnwright_training::recipe::{Override, builtin};

use crate::arguments::{DataFlags, TrainFlags, View};
use crate::cache;
use crate::devices::{self, Selected};
use crate::failure::{Failure, status};
use crate::inferring;
use crate::input;
use crate::output::{self, say};
use crate::training::Showing;

pub(crate) fn run(flags: &TrainFlags, started: Instant) -> Result<ExitCode, Failure> {
    let Read { name, mut recipe, inferred } =
        read_recipe(&flags.recipe, &flags.data, &flags.overrides()?)?;
    if let Some(text) = inferred
        && flags.view != View::Quiet
        && !flags.detached
    {
        say(&text);
    }
    cache::locate(&mut recipe)?;
    if let (Some(name), None) = (&flags.name, flags.seeds) {
        RunDirectory::check_new(&flags.artifacts, name)?;
    }
    if flags.detach {
        return detach::run(flags);
    }
    if flags.detached {
        detach::leave_terminal()?;
    }
    let selected = devices::select(&flags.device)?;
    let weights = flags.init_from.as_deref().map(read_weights).transpose()?;
    let request = Request {
        artifacts: &flags.artifacts,
        name: flags.name.as_deref(),
        recipe_name: &name,
        recipe: &recipe,
        data: None,
        initial_weights: weights.as_deref(),
    };
    if let Some(count) = flags.seeds {
        return seeds::run(flags, count, &request, &selected, started);
    }
    let showing =
        Showing::new(flags.view, flags.json, started)?.with_tensorboard(flags.tensorboard);
    let session = begin(flags, request, &selected)?;
    if flags.detached {
        detach::begun(session.run())?;
    }
    if weights.is_some() {
        let names = session.parameter_names();
        say(&format!("initial weights: {} matched ({})", names.len(), names.join(", ")));
    }
    showing.say(&format!("{}\n", session.layers()));
    showing.say_data(&session)?;
    showing.say(&format!("device {}, run {}", selected.name, output::path(session.run().path())));
    showing.train(session)
}

/// Makes the run.
fn begin(
    flags: &TrainFlags,
    request: Request<'_>,
    selected: &Selected,
) -> Result<Session, Failure> {
    Session::begin(request, &selected.surroundings()).map_err(|error| not_begun(flags, error))
}

/// Why there is no run, with the file that is to blame.
fn not_begun(flags: &TrainFlags, error: SessionError) -> Failure {
    match (&error, &flags.init_from) {
        (SessionError::InitialWeights(_), Some(path)) => {
            let failure = Failure::from(error);
            let message = format!("{}: {}", failure.message, path.display());
            Failure { message, ..failure }
        }
        _ => error.into(),
    }
}

/// A recipe that was typed, or made of data.
pub(in crate::commands) struct Read {
    /// What its runs are called, besides their number.
    pub(in crate::commands) name: String,
    pub(in crate::commands) recipe: Recipe,
    /// Its text, where it was made of data.
    pub(in crate::commands) inferred: Option<String>,
}

/// The recipe that a word means: a built-in one, a file, or what is made of data.
pub(in crate::commands) fn read_recipe(
    typed: &str,
    data: &DataFlags,
    overrides: &[Override],
) -> Result<Read, Failure> {
    let path = Path::new(typed);
    let is_path = typed.contains(std::path::MAIN_SEPARATOR)
        || path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
    let is_builtin = !is_path && builtin(typed).is_ok();
    if !is_builtin && inferring::is_data(typed) {
        let Inferred { name, text } = inferring::infer(path, data, overrides)?;
        let recipe = Recipe::parse("the inferred recipe", &text, overrides)?;
        return Ok(Read { name: name_of(Some(&name)), recipe, inferred: Some(text) });
    }
    if let Some(flag) = data.first() {
        let message = format!("{flag} is for data, and {typed} is a recipe");
        return Err(Failure::new(status::USAGE, message)
            .with_hint("change the recipe, or a setting of it with --set"));
    }
    if !is_path {
        let text = builtin(typed)?.text;
        let recipe = Recipe::parse(typed, text, overrides)?;
        return Ok(Read { name: typed.to_owned(), recipe, inferred: None });
    }
    let bytes =
        input::read(path, input::RECIPE).map_err(|error| unreadable_recipe(typed, &error))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        Failure::new(status::RECIPE, format!("recipe is not UTF-8 at byte {offset}: {typed}"))
            .with_hint("save the file as UTF-8")
    })?;
    let recipe = Recipe::parse(typed, &text, overrides)?;
    let stem = path.file_stem().map(|stem| stem.to_string_lossy());
    Ok(Read { name: name_of(stem.as_deref()), recipe, inferred: None })
}

/// What the runs of a recipe's file are called, besides their number: its stem as far as it can stand in a name. One that begins
/// with a dash would read as a flag, one with a dot is hidden.
fn name_of(stem: Option<&str>) -> String {
    /// In bytes; a number and a seed follow, and the whole may have 200.
    const LONGEST: usize = 150;
    let safe = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let name: String = stem.into_iter().flat_map(str::chars).map(safe).collect();
    let name = name.trim_start_matches(['.', '-']);
    let name = &name[..name.floor_char_boundary(LONGEST)];
    if name.is_empty() { "run".to_owned() } else { name.to_owned() }
}

fn unreadable_recipe(typed: &str, error: &std::io::Error) -> Failure {
    let failure =
        Failure::new(status::RECIPE, format!("cannot read the recipe ({error}): {typed}"));
    match error.kind() {
        std::io::ErrorKind::NotFound => failure.with_hint(
            "`burnwright recipes` lists the built-in ones; `burnwright recipes course > my.toml` makes a file to begin with",
        ),
        _ => failure,
    }
}

fn read_weights(path: &Path) -> Result<Vec<u8>, Failure> {
    input::read(path, input::WEIGHTS).map_err(|error| {
        let status = match error.kind() {
            std::io::ErrorKind::NotFound => status::MISSING,
            _ => status::INPUT_OUTPUT,
        };
        Failure::new(
            status,
            format!("cannot read the initial weights ({error}): {}", path.display()),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_a_file_have_a_name_that_is_one() {
        let of = |stem: &str| name_of(Some(stem));
        assert_eq!(of("my wide.model"), "my-wide.model");
        assert_eq!((of("-x"), of("--json"), of(".-.x")), ("x".into(), "json".into(), "x".into()));
        assert_eq!((of("-"), of("..."), name_of(None)), ("run".into(), "run".into(), "run".into()));
        assert_eq!(of("a\u{1b}]0;\u{202e}b"), "a--0--b");
        assert_eq!(of(&"é".repeat(200)).len(), 150);
    }
}
