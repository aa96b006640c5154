//! Where published data sets are kept, and what is read from there.

use std::path::{Path, PathBuf};

use burnwright_download::{Cache, DownloadError, Files};
use burnwright_model::ModelConfig;
use burnwright_training::Recipe;

use crate::escaping::escaped;
use crate::failure::{Failure, status};
use crate::output::say;

/// The cache in a folder, or in that of the user: `$XDG_CACHE_HOME/burnwright`, or `~/.cache/burnwright`.
pub(crate) fn cache(folder: Option<&Path>) -> Result<Cache, Failure> {
    if let Some(folder) = folder {
        return Ok(Cache::new(folder));
    }
    let variable =
        |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || Some(variable("HOME")?.join(".cache"));
    let base = variable("XDG_CACHE_HOME").or_else(home).ok_or_else(|| {
        Failure::new(status::USAGE, "neither XDG_CACHE_HOME nor HOME says where data sets are kept")
            .with_hint("say it with --cache FOLDER")
    })?;
    Ok(Cache::new(base.join("burnwright")))
}

/// Says in a recipe where its published data set is, if it does not say so itself.
pub(crate) fn locate(recipe: &mut Recipe<ModelConfig>) -> Result<(), Failure> {
    let named = &recipe.data.source;
    if recipe.data.path.is_some() || named == "mnist" {
        return Ok(());
    }
    let Ok(set) = burnwright_download::find(named) else { return Ok(()) };
    recipe.data.path = Some(whole(cache(None)?.open(set))?.folder);
    Ok(())
}

/// The files of a data set; where some are wanting, each is said on a line of its own.
pub(crate) fn whole(files: Result<Files, DownloadError>) -> Result<Files, Failure> {
    files.map_err(|error| {
        let DownloadError::NotWhole { name, wanted, folder } = &error else { return error.into() };
        let list = wanted
            .iter()
            .map(|file| format!("  {}", escaped(&file.to_string())))
            .collect::<Vec<_>>();
        say(&format!("files that are wanted:\n{}", list.join("\n")));
        let message = format!("the data set {name} is not whole: {}", folder.display());
        Failure { message, ..error.into() }
    })
}
