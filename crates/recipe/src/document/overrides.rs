//! One setting that takes the place of what a text says of it.

use toml::{Table, Value};

use super::{Content, DEEPEST, Node, Origin, Unreadable};
use crate::declared::joined;
use crate::{Declared, Place, RecipeError};

/// One `section.key=value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Override {
    section: String,
    key: String,
    value: Value,
    typed: String,
}

impl std::str::FromStr for Override {
    type Err = RecipeError;

    /// `section.key=value`; the value is TOML, or else a string as it stands.
    fn from_str(typed: &str) -> Result<Self, RecipeError> {
        let wrong = || RecipeError::Override(typed.to_owned());
        let (path, value) = typed.split_once('=').ok_or_else(wrong)?;
        let (section, key) = path.trim().split_once('.').ok_or_else(wrong)?;
        if section.is_empty() || key.is_empty() {
            return Err(wrong());
        }
        let value = value.trim();
        let line = format!("value = {value}");
        let parsed = match Node::of_text(&line) {
            Ok(_) => line.parse::<Table>().ok(),
            Err(Unreadable::Syntax(_)) => None,
            Err(Unreadable::TooDeep(_)) => return Err(too_deep(typed)),
        };
        let only = parsed.filter(|table| table.len() == 1).and_then(|mut t| t.remove("value"));
        Ok(Self {
            section: section.to_owned(),
            key: key.to_owned(),
            value: only.unwrap_or_else(|| Value::String(value.to_owned())),
            typed: typed.to_owned(),
        })
    }
}

/// The error for an override that nests too deep, which is quoted by its beginning.
fn too_deep(typed: &str) -> RecipeError {
    const QUOTED: usize = 60;
    let beginning: String = typed.chars().take(QUOTED).collect();
    let flag = if beginning.len() < typed.len() { format!("{beginning}...") } else { beginning };
    RecipeError::TooDeep { most: DEEPEST, place: Place::Flag(flag) }
}

impl Override {
    /// An override from its parts.
    pub fn new(section: &str, key: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        let typed = format!("{section}.{key}={value}");
        Self { section: section.to_owned(), key: key.to_owned(), value, typed }
    }

    /// The same by the keys that settings have now.
    pub(crate) fn without_former_keys(&self, declared: &Declared) -> Self {
        let (mut keys, mut inner) = (Vec::new(), Some(declared));
        for part in [self.section.as_str()].into_iter().chain(self.key.split('.')) {
            let setting = inner.and_then(|declared| declared.setting(part));
            keys.push(setting.map_or(part, |setting| setting.key));
            inner = setting.and_then(|setting| setting.section);
        }
        let (section, key) = (keys[0].to_owned(), keys[1..].join("."));
        Self { section, key, ..self.clone() }
    }

    /// What it changes, `section.key`, by the words that were typed.
    pub fn path(&self) -> String {
        format!("{}.{}", self.section, self.key)
    }

    /// As it was typed.
    pub(crate) fn typed(&self) -> &str {
        &self.typed
    }

    /// The section whose `kind` it sets, if that is what it does.
    pub(crate) fn section_of_kind(&self) -> Option<&str> {
        (self.key == crate::declared::KIND).then_some(&self.section)
    }
}

/// Why an override has no place in a document.
pub(crate) enum Misplaced {
    /// Its key has too many parts.
    TooDeep(RecipeError),
    /// The text has something else in the place of the section.
    NoSection {
        /// The section.
        key: String,
        /// What it is.
        type_name: String,
        /// Where that was given.
        origin: Origin,
    },
    /// It is to be put into a value that holds no others.
    IntoValue {
        /// The dotted key of that.
        key: String,
        /// What it is.
        type_name: String,
    },
}

impl Node {
    /// Puts the value of an override, the one of this number, in the place of what was there.
    pub(crate) fn apply(&mut self, change: &Override, number: usize) -> Result<(), Misplaced> {
        // One is the section.
        if change.key.split('.').nth(DEEPEST - 1).is_some() {
            return Err(Misplaced::TooDeep(too_deep(&change.typed)));
        }
        let origin = Origin::Override(number);
        let (way, last) = match change.key.rsplit_once('.') {
            Some((way, last)) => (joined(&change.section, way), last),
            None => (change.section.clone(), change.key.as_str()),
        };
        let empty = || Self { origin, content: Content::Table(Vec::new()) };
        let (mut table, mut path) =
            (self.table_mut().expect("a document is a table"), String::new());
        for part in way.split('.') {
            path = joined(&path, part);
            let node = entry(table, part, empty);
            let (type_name, given) = (node.type_name(), node.origin);
            table = node.table_mut().ok_or_else(|| {
                if path == change.section {
                    Misplaced::NoSection { key: path.clone(), type_name, origin: given }
                } else {
                    Misplaced::IntoValue { key: path.clone(), type_name }
                }
            })?;
        }
        *entry(table, last, empty) = Self::of_value(change.value.clone(), origin);
        Ok(())
    }
}

/// The value under a key of a table, made if need be.
fn entry<'a>(
    table: &'a mut Vec<(String, Node)>,
    key: &str,
    new: impl FnOnce() -> Node,
) -> &'a mut Node {
    let place = table.iter().position(|(name, _)| name == key).unwrap_or_else(|| {
        table.push((key.to_owned(), new()));
        table.len() - 1
    });
    &mut table[place].1
}
