//! A TOML text and overrides become one tree, in which each value knows where it was given.

mod overrides;
mod read;

use toml::Value;

use crate::Declared;
use crate::declared::joined;

pub(crate) use overrides::Misplaced;
pub use overrides::Override;
pub(crate) use read::{DEEPEST, Unreadable};

/// Where a value was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// At a byte of the text.
    Text(usize),
    /// By the override of this number, from 0.
    Override(usize),
}

/// A value with its place: that of its key, or its own in a list.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) origin: Origin,
    pub(crate) content: Content,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// Keys and their values, in the order of the text, those of overrides last.
    Table(Vec<(String, Node)>),
    /// A list.
    List(Vec<Node>),
    /// Anything else.
    Scalar(Value),
}

/// A setting that stands there by the key that it has now, and by the one that it had.
pub(crate) struct GivenTwice {
    /// Its dotted key.
    pub(crate) key: String,
    /// The key that it had.
    pub(crate) former: String,
    /// Where that stands.
    pub(crate) origin: Origin,
}

impl GivenTwice {
    fn within(self, section: &str) -> Self {
        Self { key: joined(section, &self.key), ..self }
    }
}

impl Node {
    /// What the value under a key is, where this is a table that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.table()?.iter().find_map(|(name, value)| (name == key).then_some(value))
    }

    /// The deepest value on the way along a dotted key; none where not even its section is there.
    pub(crate) fn nearest(&self, key: &str) -> Option<&Self> {
        let mut found = None;
        for part in key.split('.') {
            match found.unwrap_or(self).get(part) {
                Some(inner) => found = Some(inner),
                None => break,
            }
        }
        found
    }

    /// A table of this one's value under a key, and no other.
    pub(crate) fn only(&self, key: &str) -> Self {
        let value = self.get(key).map(|value| (key.to_owned(), value.clone()));
        Self { origin: self.origin, content: Content::Table(value.into_iter().collect()) }
    }

    /// Calls each setting by the key that it has now, unless that is there, too.
    pub(crate) fn rename_former(&mut self, declared: &Declared) -> Result<(), GivenTwice> {
        let Some(table) = self.table_mut() else { return Ok(()) };
        for place in 0..table.len() {
            let Some(setting) = declared.setting(&table[place].0) else { continue };
            if table[place].0 != setting.key {
                if table.iter().any(|(key, _)| key == setting.key) {
                    let (former, node) = &table[place];
                    let (key, former) = (setting.key.to_owned(), former.clone());
                    return Err(GivenTwice { key, former, origin: node.origin });
                }
                setting.key.clone_into(&mut table[place].0);
            }
            if let Some(section) = setting.section {
                let renamed = table[place].1.rename_former(section);
                renamed.map_err(|twice| twice.within(setting.key))?;
            }
        }
        Ok(())
    }

    /// Takes the value under a key out of a section, if all of it stands in the text; says whether it was there.
    pub(crate) fn forget_text(&mut self, section: &str, key: &str) -> bool {
        let sections = self.table_mut().into_iter().flatten();
        let mut named = sections.filter_map(|(name, node)| (name == section).then_some(node));
        let Some(inner) = named.next().and_then(Self::table_mut) else { return false };
        let place = inner.iter().position(|(name, value)| name == key && value.is_all_text());
        place.map(|place| inner.remove(place)).is_some()
    }

    /// What the value is, in TOML's words, with the article.
    pub(crate) fn type_name(&self) -> String {
        let name = match &self.content {
            Content::Table(_) => "table",
            Content::List(_) => "array",
            Content::Scalar(value) => value.type_str(),
        };
        format!("{} {name}", if name.starts_with(['a', 'i']) { "an" } else { "a" })
    }

    fn table(&self) -> Option<&[(String, Self)]> {
        match &self.content {
            Content::Table(inner) => Some(inner),
            _ => None,
        }
    }

    fn table_mut(&mut self) -> Option<&mut Vec<(String, Self)>> {
        match &mut self.content {
            Content::Table(inner) => Some(inner),
            _ => None,
        }
    }

    fn is_all_text(&self) -> bool {
        matches!(self.origin, Origin::Text(_))
            && match &self.content {
                Content::Table(inner) => inner.iter().all(|(_, value)| value.is_all_text()),
                Content::List(inner) => inner.iter().all(Self::is_all_text),
                Content::Scalar(_) => true,
            }
    }
}
