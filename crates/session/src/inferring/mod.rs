//! Data in, the recipe that is trained on them out: a document to read, to keep and to edit.

mod pictures;
mod table;

use std::fmt::Write;
use std::path::Path;

use burnwright_data::{is_manifest, named};

use crate::SessionError;

/// What data alone do not say.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wish<'a> {
    /// The column that is learned, of a table or a list of pictures.
    pub target: Option<&'a str>,
    /// A table of test rows.
    pub test: Option<&'a Path>,
    /// The order of the classes of pictures: `sorted`, `natural`, or a file with a class a line.
    pub class_order: Option<&'a Path>,
    /// Whether pictures that cannot be read are left out.
    pub skip_bad: bool,
    /// The shares that are held out, where the data have no parts of their own, and which examples those are.
    pub split: WishedSplit,
    /// What was asked for, for the first line.
    pub asked: &'a str,
}

/// What is held out of data: the recipe's numbers are those of the rest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WishedSplit {
    /// Share of the training examples for validation.
    pub validation: f64,
    /// Share of all examples for the test.
    pub test: f64,
    /// Which examples these are.
    pub seed: u64,
}

impl Default for WishedSplit {
    fn default() -> Self {
        Self { validation: 0.1, test: 0.2, seed: 0 }
    }
}

impl Wish<'_> {
    /// What was asked for that data of this kind have no place for, if anything.
    fn unfit(&self, is_list: bool, is_folder: bool) -> Option<&'static str> {
        let pictures = is_list || is_folder;
        [
            ("a target", self.target.is_some() && is_folder && !is_list),
            ("a table of test rows", self.test.is_some() && pictures),
            ("an order of classes", self.class_order.is_some() && !pictures),
            ("leaving out pictures", self.skip_bad && !pictures),
        ]
        .into_iter()
        .find_map(|(what, is_unfit)| is_unfit.then_some(what))
    }
}

/// A recipe that was made of data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inferred {
    /// What its runs are called, besides their number.
    pub name: String,
    /// The recipe, with what was found in its comments.
    pub text: String,
}

/// The recipe for a folder of pictures, for a list of pictures ([`is_manifest`]), or for a table where the path leads to another file.
pub fn infer(path: &Path, wish: Wish<'_>) -> Result<Inferred, SessionError> {
    // A path such as `.` has no name of its own.
    let named = path.canonicalize().ok();
    let of_path = named.as_deref().unwrap_or(path);
    let name = if path.is_dir() { of_path.file_name() } else { of_path.file_stem() };
    // default: a path without a name, `/`, gives runs the name of what they are.
    let name = name.map_or_else(|| "data".into(), |name| name.to_string_lossy().into_owned());
    let is_list = is_manifest(path);
    if let Some(what) = wish.unfit(is_list, path.is_dir()) {
        return Err(SessionError::DoesNotApply { what, path: path.to_owned() });
    }
    let text = if is_list {
        pictures::of_manifest(path, wish)?
    } else if path.is_dir() {
        if let Some(published) = named::of_folder(path) {
            let name = published.name;
            return Err(SessionError::PublishedFiles { name, path: path.to_owned() });
        }
        pictures::of_folder(path, wish)?
    } else {
        table::recipe(path, wish)?
    };
    Ok(Inferred { name, text })
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                write!(quoted, "\\u{:04X}", u32::from(c)).expect("text can always grow");
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A path as TOML writes it. One that is not UTF-8 has no place in a recipe, which says so when it is read.
fn quoted_path(path: &Path) -> String {
    quoted(&path.to_string_lossy())
}

/// A text that stays in one line of a comment.
fn in_comment(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The power of two that a number is nearest to by its ratio, within bounds that are such.
fn nearest_power_of_two(number: usize, least: usize, most: usize) -> usize {
    let below = number.checked_ilog2().map_or(1, |power| 1_usize << power);
    // Above the geometric mean of two powers, the upper one is nearer.
    let is_above = number.saturating_mul(number) > below.saturating_mul(below).saturating_mul(2);
    (if is_above { below.saturating_mul(2) } else { below }).clamp(least, most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_paths_are_quoted_as_toml_reads_them() {
        for text in ["plain", "a \"b\" \\ c", "two\nlines\u{1b}", "größe"] {
            let line = format!("value = {}", quoted(text));
            let recipe = burnwright_training::Recipe::<burnwright_model::ModelConfig>::parse(
                "",
                &format!("[data]\nsource = \"table\"\npath = \"x\"\ntarget = {}\n", quoted(text)),
                &[],
            );
            assert_eq!(recipe.unwrap().data.target.as_deref(), Some(text), "{line}");
        }
    }

    #[test]
    fn batches_are_powers_of_two_within_bounds() {
        let of = |number| nearest_power_of_two(number, 16, 256);
        assert_eq!([0, 1, 16, 22, 23, 45, 46, 9999].map(of), [16, 16, 16, 16, 32, 32, 64, 256]);
    }
}
