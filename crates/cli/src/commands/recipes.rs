//! `burnwright recipes`: what can be trained by name.

use std::process::ExitCode;

use burnwright_training::recipe::{builtin, builtins};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::arguments::RecipesFlags;
use crate::failure::Failure;
use crate::output;
use crate::table::table;

/// What `--json` prints.
#[derive(Serialize, JsonSchema)]
pub(super) struct Output {
    recipes: Vec<Entry>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RecipeEntry")]
struct Entry {
    name: &'static str,
    description: &'static str,
}

pub(crate) fn run(flags: &RecipesFlags) -> Result<ExitCode, Failure> {
    if let Some(name) = &flags.name {
        let recipe = builtin(name)?;
        if flags.json {
            output::json(&json!({ "name": recipe.name, "recipe": recipe.recipe()? }))?;
        } else {
            output::line(recipe.text.trim_end())?;
        }
    } else if flags.json {
        let all = builtins()
            .iter()
            .map(|recipe| Entry { name: recipe.name, description: recipe.headline() })
            .collect();
        output::json(&Output { recipes: all })?;
    } else {
        let rows: Vec<Vec<String>> = builtins()
            .iter()
            .map(|recipe| vec![recipe.name.to_owned(), recipe.headline().to_owned()])
            .collect();
        output::line(&table(&rows))?;
    }
    Ok(ExitCode::SUCCESS)
}
