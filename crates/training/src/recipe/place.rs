//! A TOML text becomes a table whose depth is bounded; and where in the text a key stands.

use serde::Deserialize;
use toml::Table;
use toml::de::{DeTable, DeValue, Deserializer, Error};

use super::error::Place;

/// The most levels of keys and lists: a section, a table in it, a list in that are 3. Whatever handles a value does so level by level,
/// on a stack that ends; `a.b.c = ..` makes a level of each part, so that toml's own limit of 80 a key leaves 6,400.
pub(super) const DEEPEST: usize = 16;

/// Why a text is no table.
pub(super) enum Unreadable {
    /// It is not TOML.
    Syntax(Error),
    /// A value, the one at this byte where that is known, is deeper than [`DEEPEST`] levels.
    TooDeep(Option<usize>),
}

/// The table of a TOML text.
pub(super) fn table_of(text: &str) -> Result<Table, Unreadable> {
    let document = DeTable::parse(text).map_err(|error| {
        // Both ways in which toml says that a value is deeper than it reads (toml 1.2.1, de/parser/key.rs:68; toml_parser 1.1.5,
        // parser/event.rs:383).
        if error.message().contains("recursion") {
            Unreadable::TooDeep(error.span().map(|span| span.start))
        } else {
            Unreadable::Syntax(error)
        }
    })?;
    if let Some(offset) = too_deep(document.get_ref()) {
        take_apart(document.into_inner());
        return Err(Unreadable::TooDeep(Some(offset)));
    }
    Table::deserialize(Deserializer::from(document)).map_err(Unreadable::Syntax)
}

/// Where the first value beyond [`DEEPEST`] levels stands.
fn too_deep(document: &DeTable<'_>) -> Option<usize> {
    let mut open: Vec<_> = document.values().map(|value| (value, 1)).collect();
    while let Some((value, level)) = open.pop() {
        if level > DEEPEST {
            return Some(value.span().start);
        }
        match value.get_ref() {
            DeValue::Table(inner) => open.extend(inner.values().map(|value| (value, level + 1))),
            DeValue::Array(inner) => open.extend(inner.iter().map(|value| (value, level + 1))),
            _ => {}
        }
    }
    None
}

/// Drops a document without going down level by level on the stack.
fn take_apart(document: DeTable<'_>) {
    let mut open: Vec<_> = document.into_iter().map(|(_, value)| value).collect();
    while let Some(value) = open.pop() {
        match value.into_inner() {
            DeValue::Table(inner) => open.extend(inner.into_iter().map(|(_, value)| value)),
            DeValue::Array(inner) => open.extend(inner),
            _ => {}
        }
    }
}

/// The line, from 1, of a dotted key in a text; of its section where the key is not there; none where neither is.
pub(super) fn line_of(text: &str, key: &str) -> Option<usize> {
    let document = DeTable::parse(text).ok()?;
    let mut table = document.get_ref();
    let mut offset = None;
    for part in key.split('.') {
        let Some((name, value)) = table.iter().find(|(name, _)| name.get_ref() == part) else {
            break;
        };
        offset = Some(name.span().start);
        match value.get_ref() {
            DeValue::Table(inner) => table = inner,
            _ => break,
        }
    }
    offset.map(|offset| line_at(text, offset))
}

/// The line, from 1, of a byte of the text.
pub(super) fn line_at(text: &str, offset: usize) -> usize {
    text.as_bytes().iter().take(offset).filter(|&&byte| byte == b'\n').count() + 1
}

/// The place of a key: the flag that set it, else its line, else the recipe as a whole.
pub(super) fn place_of(recipe: &str, text: &str, flag: Option<&str>, key: &str) -> Place {
    match (flag, line_of(text, key)) {
        (Some(flag), _) => Place::Flag(flag.to_owned()),
        (None, Some(line)) => Place::Line { recipe: recipe.to_owned(), line },
        (None, None) => Place::Recipe(recipe.to_owned()),
    }
}
