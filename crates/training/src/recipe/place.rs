//! Where in a TOML text a key stands.

use toml::de::{DeTable, DeValue};

use super::error::Place;

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
