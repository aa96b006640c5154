//! `burnwright data preview`: training examples as the model will see them, a sheet of pictures or rows of numbers.

use std::path::Path;
use std::process::ExitCode;

use burn::tensor::Device;
use burnwright_data::AugmentConfig;
use burnwright_inference::{ContactSheet, PreparedImage, Tile};
use burnwright_session::{Preview, Previewed, PreviewedExample, preview};

use crate::arguments::{PreviewFlags, overrides};
use crate::cache;
use crate::commands::train::{Read, read_recipe};
use crate::destination::Destination;
use crate::failure::{Failure, status};
use crate::inferring;
use crate::output::{self, say};
use crate::table::{table, table_of_numbers};

/// The sheet's file where none is named.
const SHEET: &str = "preview.png";
/// Pictures where nobody says how many.
const PICTURES: usize = 32;
/// Rows where nobody says how many.
const ROWS: usize = 10;

pub(super) fn run(flags: &PreviewFlags) -> Result<ExitCode, Failure> {
    // Data say at once what they are, and reading them takes long; a recipe is read quickly.
    let typed = Path::new(&flags.recipe);
    let is_list = || typed.is_dir() || burnwright_pictures::is_manifest(typed);
    let is_table = inferring::is_data(&flags.recipe).then(|| !is_list());
    let wish = is_table.map(|is_table| Wish::of(flags, is_table)).transpose()?;
    let Read { mut recipe, .. } = read_recipe(&flags.recipe, &flags.data, &overrides(&flags.set)?)?;
    cache::locate(&mut recipe)?;
    let Wish { count, sheet: destination } = match wish {
        Some(wish) => wish,
        None => Wish::of(flags, recipe.data.source == "table")?,
    };
    // Nothing is computed: the batches are looked at before they go to a device.
    let found = preview(&recipe, &Device::flex(), flags.epoch as usize, count)?;
    if recipe.data.augment.as_ref().and_then(AugmentConfig::mixes).is_some() {
        say("mixup and cutmix are not shown: they mix the examples of a batch");
    }
    let said = format!(
        "{} of {} training examples, epoch {}, seed {}",
        found.examples.len(),
        found.of,
        flags.epoch,
        recipe.training.seed
    );
    let Some(destination) = destination else {
        say(&said);
        output::line(&rows(&found))?;
        return Ok(ExitCode::SUCCESS);
    };
    destination.write(&sheet(&found)?)?;
    say(&said);
    if destination.is_stdout() {
        say(&captions(&found));
    } else {
        output::line(&captions(&found))?;
        say(&format!("wrote {}", output::path(path(flags))));
    }
    Ok(ExitCode::SUCCESS)
}

fn path(flags: &PreviewFlags) -> &Path {
    flags.output.as_deref().unwrap_or(Path::new(SHEET)) // default: the sheet has a name of its own
}

/// What is asked for.
struct Wish {
    count: usize,
    /// Where the pictures go; rows are printed.
    sheet: Option<Destination>,
}

impl Wish {
    fn of(flags: &PreviewFlags, is_table: bool) -> Result<Self, Failure> {
        let usual = if is_table { ROWS } else { PICTURES };
        let count = flags.count.map_or(usual, |count| count as usize);
        if is_table {
            refuse_sheet(flags)?;
            return Ok(Self { count, sheet: None });
        }
        let most = ContactSheet::CAPACITY;
        if count > most {
            let message =
                format!("--count is {count}, expected at most {most} pictures, as a sheet holds");
            return Err(Failure::new(status::USAGE, message)
                .with_hint("--epoch 2 and --set training.seed=N begin with others"));
        }
        Ok(Self { count, sheet: Some(destination(flags)?) })
    }
}

fn refuse_sheet(flags: &PreviewFlags) -> Result<(), Failure> {
    if flags.output.is_none() {
        return Ok(());
    }
    Err(Failure::new(status::USAGE, "a table has no pictures that --output could hold")
        .with_hint("leave it out: the rows are printed, `> rows.txt` keeps them"))
}

/// A file that was not named is never replaced.
fn destination(flags: &PreviewFlags) -> Result<Destination, Failure> {
    let path = path(flags);
    if flags.output.is_none() && path.symlink_metadata().is_ok() {
        let message = format!("there is something already: {}", path.display());
        return Err(Failure::new(status::CANNOT_CREATE, message)
            .with_hint(format!("name the file: -o {SHEET} replaces it")));
    }
    Destination::find(path)
}

/// The pictures side by side, 16 a row, each with its file and its class.
fn sheet(found: &Preview) -> Result<Vec<u8>, Failure> {
    let mut sheet = ContactSheet::new(found.shape);
    for example in &found.examples {
        // default: what is no picture is shown as none.
        let pixels = if let Previewed::Pixels(pixels) = &example.given {
            pixels.clone()
        } else {
            Vec::new()
        };
        let picture = PreparedImage { pixels, ..PreparedImage::default() };
        sheet.add(&Tile {
            picture: Some(&picture),
            name: &name(example),
            said: [&example.target, ""],
            marked: false,
        });
    }
    Ok(sheet.png()?)
}

fn name(example: &PreviewedExample) -> String {
    // default: what has no name has a number.
    let number = || format!("number {}", example.place);
    example.name.clone().unwrap_or_else(number)
}

/// What is where on the sheet, row by row.
fn captions(found: &Preview) -> String {
    let mut rows = vec![["", "class", "example"].map(str::to_owned).to_vec()];
    rows.extend((1..).zip(&found.examples).map(|(place, example): (usize, &PreviewedExample)| {
        vec![place.to_string(), example.target.clone(), name(example)]
    }));
    table(&rows)
}

/// Each column of the encoded rows a line, for rows are wider than a terminal.
fn rows(found: &Preview) -> String {
    let of = |text: fn(&PreviewedExample) -> String| found.examples.iter().map(text);
    let mut rows = vec![vec!["row".to_owned()], vec!["target".to_owned()]];
    rows[0].extend(of(|example| example.place.to_string()));
    rows[1].extend(of(|example| example.target.clone()));
    for (column, name) in found.columns.iter().enumerate() {
        let mut row = vec![name.clone()];
        row.extend(found.examples.iter().map(|example| match &example.given {
            Previewed::Numbers(numbers) => numbers.get(column).map_or_else(String::new, number),
            Previewed::Pixels(_) => String::new(),
        }));
        rows.push(row);
    }
    table_of_numbers(&rows)
}

/// A code is a whole number; what is standardised has four decimals.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "it is taken from a slice")]
fn number(value: &f32) -> String {
    if value.fract() == 0.0 { format!("{value}") } else { format!("{value:.4}") }
}
