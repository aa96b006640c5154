//! What can be set in a section, as it was declared.

use serde_json::Value;

/// What depends on a setting, from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Not a bit of any model: where the data are, how many threads read them, when a run saves itself.
    Nothing,
    /// Which steps are still made, and how; no bit of those that are finished. It may change when a run is resumed.
    LaterSteps,
    /// Every step.
    AllSteps,
}

/// What can be set in a section.
#[derive(Clone, Copy, Debug)]
pub enum Declared {
    /// These settings.
    Settings(&'static [Setting]),
    /// Its `kind`, and the settings of that kind.
    Kinds(&'static [Kind]),
    /// The section may be left out, which is not the same as to give nothing in it.
    Optional(&'static Declared),
}

/// A setting.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Its key in its section.
    pub key: &'static str,
    /// What depends on it, and on all that is in it.
    pub effect: Effect,
    /// What can be set in it, where it is a section itself.
    pub section: Option<&'static Declared>,
    /// The key that it had in older versions.
    pub formerly: Option<&'static str>,
}

/// A kind of a section.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// Its name in a recipe.
    pub name: &'static str,
    /// What can be set in a section of this kind.
    pub settings: &'static Declared,
}

/// A section that was written down by a program that had other kinds of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownKind {
    /// What the section has, in words: its kind, or its keys.
    pub found: String,
    /// What a section has that is known, in words.
    pub expected: String,
}

impl Declared {
    /// Whether a section that was written down is of none of the kinds that are declared here, or of a kind where there are none. What
    /// else may be wrong with it is not looked at.
    pub fn unknown_kind(&self, section: &Value) -> Option<UnknownKind> {
        let keys = section.as_object()?;
        match self {
            Self::Optional(section_if_given) => section_if_given.unknown_kind(section),
            Self::Kinds(kinds) => {
                let found = match keys.get(KIND) {
                    None => without_kind(keys.keys().map(String::as_str)),
                    Some(Value::String(name)) if kinds.iter().all(|kind| kind.name != name) => {
                        format!("{KIND} \"{name}\"")
                    }
                    Some(_) => return None,
                };
                let names: Vec<String> =
                    kinds.iter().map(|kind| format!("\"{}\"", kind.name)).collect();
                Some(UnknownKind { found, expected: format!("{KIND} {}", names.join(" or ")) })
            }
            Self::Settings(settings) => {
                let Some(Value::String(name)) = keys.get(KIND) else { return None };
                let declared = settings.iter().map(|setting| setting.key);
                (!declared.clone().any(|key| key == KIND)).then(|| UnknownKind {
                    found: format!("{KIND} \"{name}\""),
                    expected: without_kind(declared),
                })
            }
        }
    }

    /// What depends on the setting of a dotted key; everything may depend on one that is not declared. A key that several kinds have
    /// counts as where it decides most.
    pub fn effect_of(&self, key: &str) -> Effect {
        self.effect(key).unwrap_or(Effect::AllSteps)
    }

    fn effect(&self, key: &str) -> Option<Effect> {
        match self {
            Self::Settings(settings) => {
                let (first, rest) = key.split_once('.').map_or((key, None), |(a, b)| (a, Some(b)));
                let setting = settings.iter().find(|setting| setting.key == first)?;
                let inner = rest.zip(setting.section).and_then(|(rest, inner)| inner.effect(rest));
                Some(inner.map_or(setting.effect, |inner| inner.min(setting.effect)))
            }
            Self::Kinds(kinds) => kinds.iter().filter_map(|kind| kind.settings.effect(key)).max(),
            Self::Optional(section) => section.effect(key),
        }
    }

    /// The settings in the section itself, whatever its kind.
    fn settings(&self) -> Vec<&'static Setting> {
        match self {
            Self::Settings(settings) => settings.iter().collect(),
            Self::Kinds(kinds) => kinds.iter().flat_map(|kind| kind.settings.settings()).collect(),
            Self::Optional(section) => section.settings(),
        }
    }

    /// The setting that has this key, or had it in an older version.
    pub(crate) fn setting(&self, key: &str) -> Option<&'static Setting> {
        self.settings()
            .into_iter()
            .find(|setting| setting.key == key || setting.formerly == Some(key))
    }

    /// The dotted keys of settings that decide which others there are: each `kind`, and the first setting of each section that may be
    /// left out, which stands for its being there.
    pub fn choices(&self) -> Vec<String> {
        let mut all = Vec::new();
        self.add_choices("", &mut all);
        all
    }

    fn add_choices(&self, path: &str, all: &mut Vec<String>) {
        match self {
            Self::Settings(settings) => {
                for Setting { key, section, .. } in *settings {
                    if let Some(section) = section {
                        section.add_choices(&joined(path, key), all);
                    }
                }
            }
            Self::Kinds(kinds) => {
                all.push(joined(path, KIND));
                for kind in *kinds {
                    kind.settings.add_choices(path, all);
                }
            }
            Self::Optional(section) => {
                if let Self::Settings([first, ..]) = section {
                    all.push(joined(path, first.key));
                }
                section.add_choices(path, all);
            }
        }
    }
}

/// A section that is not of a kind, by its keys.
fn without_kind<'a>(keys: impl Iterator<Item = &'a str>) -> String {
    let keys: Vec<&str> = keys.collect();
    if keys.is_empty() {
        format!("no {KIND}")
    } else {
        format!("no {KIND}, but {}", keys.join(", "))
    }
}

/// The key that says of which kind a section is.
pub(crate) const KIND: &str = "kind";

/// A key in the section of a dotted path.
pub(crate) fn joined(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}
