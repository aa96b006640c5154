//! Data in, the recipe that is trained on them out: a document to read, to keep and to edit.

mod pictures;
mod table;

use std::fmt::Write;
use std::path::Path;

use burnwright_data::is_manifest;

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
    /// What was asked for, for the first line.
    pub asked: &'a str,
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
    let text = if is_manifest(path) {
        pictures::of_manifest(path, wish)?
    } else if path.is_dir() {
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

/// A number with its thousands apart.
pub(crate) fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
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
        assert_eq!((thousands(999), thousands(20_640)), ("999".into(), "20,640".into()));
    }
}
