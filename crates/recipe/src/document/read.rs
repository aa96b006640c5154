//! A TOML text becomes a tree whose depth is bounded.

use serde::Deserialize;
use toml::de::{DeTable, DeValue, Error, ValueDeserializer};
use toml::{Spanned, Value};

use super::{Content, Node, Origin};

/// The most levels of keys and lists: a section, a table in it, a list in that are 3. Whatever handles a value does so level by level,
/// on a stack that ends; `a.b.c = ..` makes a level of each part, so that toml's own limit of 80 a key leaves 6,400.
pub(crate) const DEEPEST: usize = 16;

/// Why a text is no table.
pub(crate) enum Unreadable {
    /// It is not TOML.
    Syntax(Error),
    /// A value, the one at this byte where that is known, is deeper than [`DEEPEST`] levels.
    TooDeep(Option<usize>),
}

impl Node {
    /// The tree of a TOML text.
    pub(crate) fn of_text(text: &str) -> Result<Self, Unreadable> {
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
        let content = table(document.into_inner()).map_err(Unreadable::Syntax)?;
        Ok(Self { origin: Origin::Text(0), content })
    }

    /// The tree of a value that an override gave.
    pub(super) fn of_value(value: Value, origin: Origin) -> Self {
        let content = match value {
            Value::Table(inner) => Content::Table(
                inner
                    .into_iter()
                    .map(|(key, value)| (key, Self::of_value(value, origin)))
                    .collect(),
            ),
            Value::Array(inner) => Content::List(
                inner.into_iter().map(|value| Self::of_value(value, origin)).collect(),
            ),
            scalar => Content::Scalar(scalar),
        };
        Self { origin, content }
    }
}

fn table(document: DeTable<'_>) -> Result<Content, Error> {
    let mut inner = Vec::with_capacity(document.len());
    for (key, value) in document {
        let start = key.span().start;
        let content = content(value)?;
        inner.push((start, (key.into_inner().into_owned(), content)));
    }
    // toml sorts by the names.
    inner.sort_by_key(|(start, _)| *start);
    let node = |(start, (key, content))| (key, Node { origin: Origin::Text(start), content });
    Ok(Content::Table(inner.into_iter().map(node).collect()))
}

fn content(value: Spanned<DeValue<'_>>) -> Result<Content, Error> {
    let span = value.span();
    match value.into_inner() {
        DeValue::Table(inner) => table(inner),
        DeValue::Array(inner) => {
            let element = |value: Spanned<DeValue<'_>>| {
                let origin = Origin::Text(value.span().start);
                Ok(Node { origin, content: content(value)? })
            };
            inner.into_iter().map(element).collect::<Result<_, _>>().map(Content::List)
        }
        scalar => {
            let scalar = ValueDeserializer::from(Spanned::new(span, scalar));
            Value::deserialize(scalar).map(Content::Scalar)
        }
    }
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
