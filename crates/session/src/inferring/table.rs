//! A table becomes a recipe: its task, a network, and how long it is trained.

use std::fmt::Write;
use std::path::Path;

use burnwright_data::{DataConfig, TableConfig, Targets, Wanted, stratified_split};

use burnwright_view::thousands;

use super::{Wish, in_comment, nearest_power_of_two, quoted, quoted_path};
use crate::SessionError;

/// Steps of a whole training: with 2,400, california-housing ends 4 % worse.
const STEPS: usize = 6000;
/// Epochs without improvement after which a small network for a table has learned what it will.
const PATIENCE: usize = 10;

pub(super) fn recipe(path: &Path, wish: Wish<'_>) -> Result<String, SessionError> {
    let found = burnwright_data::look_at_table(path, wish.target)?;
    let mut data = DataConfig {
        source: "table".to_owned(),
        path: Some(path.to_owned()),
        test_path: wish.test.map(Path::to_owned),
        target: wish.target.map(str::to_owned),
        table: Some(TableConfig::default()),
        validation: wish.split.validation,
        test: wish.split.test,
        split_seed: wish.split.seed,
        ..DataConfig::default()
    };
    if wish.test.is_some() {
        data.test = 0.0;
    }
    let splits = data.open_wanting(Wanted::Any)?;
    let (training, held_out) = stratified_split(splits.train.as_ref(), data.validation, 0)?;
    let (task, what) = match splits.train.targets() {
        Targets::Number(_) => ("regression", "a number".to_owned()),
        targets => ("classification", format!("{} classes", targets.names().len())),
    };
    let rows = training.len();
    let batch = nearest_power_of_two(rows / 100, 16, 1024);
    let epochs = STEPS.div_ceil(rows.div_ceil(batch).max(1)).clamp(5, 60);
    let counts = format!(
        "{} rows: {} to learn from, {} for validation, {} for the test; the target is {what}",
        thousands(rows + held_out.len() + splits.test.len()),
        thousands(rows),
        thousands(held_out.len()),
        thousands(splits.test.len()),
    );
    let mut text = String::new();
    let written = (|| {
        writeln!(text, "# {}", in_comment(wish.asked))?;
        writeln!(text, "# {counts}")?;
        for line in &found.notes {
            writeln!(text, "# {}", in_comment(line))?;
        }
        writeln!(text, "[task]\nkind = \"{task}\"")?;
        writeln!(text, "\n[model]\nkind = \"tabular\"\nhidden = [128, 64]\ndropout = 0.1")?;
        writeln!(text, "\n[data]\nsource = \"table\"\npath = {}", quoted_path(path))?;
        if let Some(test) = wish.test {
            writeln!(text, "test_path = {}", quoted_path(test))?;
        }
        writeln!(text, "target = {}", quoted(&found.target))?;
        writeln!(text, "batch_size = {batch}\nvalidation = {}", data.validation)?;
        if wish.test.is_none() {
            writeln!(
                text,
                "test = {}   # held out by split_seed, which stays 0 for all seeds",
                data.test
            )?;
        }
        writeln!(text, "\n[data.table]\nquantiles = false")?;
        writeln!(
            text,
            "\n[optimizer]\nkind = \"adamw\"\nlearning_rate = 1e-3\nweight_decay = 1e-2"
        )?;
        writeln!(text, "\n[schedule]\nkind = \"one-cycle\"")?;
        writeln!(text, "\n[training]\nepochs = {epochs}")?;
        writeln!(
            text,
            "\n[early_stopping]   # keeps the weights of the best epoch\nmonitor = \"loss\"\npatience = {PATIENCE}"
        )
    })();
    written.expect("text can always grow");
    Ok(text)
}
