//! TOML text and overrides become settings, or an error that names key and place.

use crate::decode::{Decoder, Mistake, What};
use crate::document::{DEEPEST, GivenTwice, Misplaced, Node, Origin, Override, Unreadable};
use crate::{Fault, Place, RecipeError, Settings, nearest};

/// The settings of a TOML text, changed by overrides, of which the last counts. `name` stands for the text in errors.
///
/// An override of a section's `kind` brings the keys of that kind: those that the text gives for another one are dropped, but never a
/// mistake.
pub fn parse<S: Settings>(
    name: &str,
    text: &str,
    overrides: &[Override],
) -> Result<S, RecipeError> {
    parse_and_complete(name, text, overrides, |_, _| {})
}

/// [`parse`], where a section that is left out may follow from others: `complete` is called before anything is checked, and asks whether
/// a section was given.
pub fn parse_and_complete<S: Settings>(
    name: &str,
    text: &str,
    overrides: &[Override],
    complete: impl FnOnce(&mut S, &dyn Fn(&str) -> bool),
) -> Result<S, RecipeError> {
    let overrides: Vec<Override> =
        overrides.iter().map(|change| change.without_former_keys(&S::DECLARED)).collect();
    let source = Source { name, text, overrides: &overrides };
    let mut document = Node::of_text(text).map_err(|unreadable| source.unreadable(unreadable))?;
    document.rename_former(&S::DECLARED).map_err(|twice| source.twice(twice))?;
    let replaced = source.replaced_kinds::<S>(&document)?;
    for (number, change) in overrides.iter().enumerate() {
        let applied = document.apply(change, number);
        applied.map_err(|misplaced| source.misplaced(misplaced, number))?;
    }
    let mut settings: S = loop {
        match S::deserialize(Decoder(&document)) {
            Ok(settings) => break settings,
            Err(mistake) if drop_key(&mut document, &mistake, &replaced) => {}
            Err(mistake) => return Err(source.mistake(&mistake)),
        }
    };
    complete(&mut settings, &|section| document.get(section).is_some());
    match settings.fault() {
        None => Ok(settings),
        Some(Fault { key, text: fault }) => {
            let place = source.place(document.nearest(&key).map(|node| node.origin));
            Err(RecipeError::Value { key, fault, place, nearest: None })
        }
    }
}

/// Drops the key at which decoding stopped, if it stands in the text for a kind that an override replaced; says whether it did.
fn drop_key(document: &mut Node, mistake: &Mistake, replaced: &[&str]) -> bool {
    match mistake.path()[..] {
        [section, key, ..] if replaced.contains(&section) => document.forget_text(section, key),
        _ => false,
    }
}

/// What is read.
struct Source<'a> {
    name: &'a str,
    text: &'a str,
    overrides: &'a [Override],
}

impl<'a> Source<'a> {
    /// The sections whose kind the text gives and an override replaces. Such a section must be right as the text has it, or its
    /// mistakes would go with the keys of the old kind.
    fn replaced_kinds<S: Settings>(&self, given: &Node) -> Result<Vec<&'a str>, RecipeError> {
        let sections = self.overrides.iter().filter_map(Override::section_of_kind);
        let has_kind = |section: &&str| {
            given.get(section).is_some_and(|section| section.get(crate::declared::KIND).is_some())
        };
        let replaced: Vec<&str> = sections.filter(has_kind).collect();
        for section in &replaced {
            S::deserialize(Decoder(&given.only(section)))
                .map_err(|mistake| self.mistake(&mistake))?;
        }
        Ok(replaced)
    }

    fn mistake(&self, mistake: &Mistake) -> RecipeError {
        let (key, place) = (mistake.path().join("."), self.place(mistake.origin));
        let value = |fault| RecipeError::Value {
            key: key.clone(),
            fault,
            place: place.clone(),
            nearest: None,
        };
        match &mistake.what {
            What::UnknownKey { known } => {
                let wrong = mistake.path().last().copied().expect("an unknown key is a key");
                let nearest = nearest(wrong, known.iter().map(String::as_str));
                RecipeError::UnknownKey { nearest, known: known.clone(), key, place }
            }
            What::UnknownName { wrong, known } => {
                let nearest = nearest(wrong, known.iter().map(String::as_str));
                let fault = format!("is \"{wrong}\", expected {}", known.join(", "));
                RecipeError::Value { key, fault, place, nearest }
            }
            What::NoSection { type_name } => value(format!("is {type_name}, expected a section")),
            What::Unreadable(message) => {
                let message = message.lines().collect::<Vec<_>>().join("; ");
                value(format!("cannot be read ({message})"))
            }
        }
    }

    fn twice(&self, GivenTwice { key, former, origin }: GivenTwice) -> RecipeError {
        let place = self.place(Some(origin));
        let fault = format!("is given twice, here by its former key \"{former}\"");
        RecipeError::Value { key, fault, place, nearest: None }
    }

    fn misplaced(&self, misplaced: Misplaced, number: usize) -> RecipeError {
        match misplaced {
            Misplaced::TooDeep(error) => error,
            Misplaced::NoSection { key, type_name, origin } => {
                let (place, nearest) = (self.place(Some(origin)), None);
                let fault = format!("is {type_name}, expected a section");
                RecipeError::Value { key, fault, place, nearest }
            }
            Misplaced::IntoValue { key, type_name } => {
                let place = self.place(Some(Origin::Override(number)));
                let fault = format!("is {type_name}, in which nothing can be set");
                RecipeError::Value { key, fault, place, nearest: None }
            }
        }
    }

    fn unreadable(&self, unreadable: Unreadable) -> RecipeError {
        match unreadable {
            Unreadable::Syntax(error) => {
                // default: an error without a span is the text's as a whole.
                let start = error.span().map_or(0, |span| span.start);
                let place = self.place(Some(Origin::Text(start)));
                let message = error.message().lines().collect::<Vec<_>>().join("; ");
                RecipeError::Syntax { message, place }
            }
            Unreadable::TooDeep(offset) => {
                let place = self.place(offset.map(Origin::Text));
                RecipeError::TooDeep { most: DEEPEST, place }
            }
        }
    }

    fn place(&self, origin: Option<Origin>) -> Place {
        match origin {
            None => Place::Recipe(self.name.to_owned()),
            Some(Origin::Text(offset)) => {
                Place::Line { recipe: self.name.to_owned(), line: line_at(self.text, offset) }
            }
            Some(Origin::Override(number)) => {
                Place::Flag(self.overrides[number].typed().to_owned())
            }
        }
    }
}

/// The line, from 1, of a byte of the text.
fn line_at(text: &str, offset: usize) -> usize {
    text.as_bytes().iter().take(offset).filter(|&&byte| byte == b'\n').count() + 1
}
