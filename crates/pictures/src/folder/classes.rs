//! The names of class folders become the list of classes, in the order that is wanted.

use std::collections::BTreeSet;
use std::path::Path;

use crate::{PicturesError, natural};

/// The order of classes, which says what number each has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ClassOrder {
    /// By the bytes of their names, as torchvision's `ImageFolder`: `10` before `2`.
    #[default]
    Sorted,
    /// As people count: `2` before `10`.
    Natural,
    /// This one, which must name each class once.
    Given(Vec<String>),
}

/// The classes in their order; `folders` are sorted by bytes.
pub(super) fn order<'a>(
    root: &Path,
    folders: impl Iterator<Item = &'a str>,
    order: &ClassOrder,
) -> Result<Vec<String>, PicturesError> {
    let mut classes: Vec<String> = folders.map(str::to_owned).collect();
    match order {
        ClassOrder::Sorted => classes.sort_unstable(),
        ClassOrder::Natural => classes.sort_by(|left, right| natural::compare(left, right)),
        ClassOrder::Given(given) => {
            check_given(root, &classes, given)?;
            classes.clone_from(given);
        }
    }
    Ok(classes)
}

fn check_given(root: &Path, classes: &[String], given: &[String]) -> Result<(), PicturesError> {
    let mut seen = BTreeSet::new();
    if let Some(twice) = given.iter().find(|class| !seen.insert(class.as_str())) {
        return Err(PicturesError::ClassTwice { class: twice.clone() });
    }
    let there: BTreeSet<&str> = classes.iter().map(String::as_str).collect();
    let only = |of: &BTreeSet<&str>, not: &BTreeSet<&str>| -> Vec<String> {
        of.difference(not).map(|class| (*class).to_owned()).collect()
    };
    let (without_folder, not_listed) = (only(&seen, &there), only(&there, &seen));
    if without_folder.is_empty() && not_listed.is_empty() {
        return Ok(());
    }
    Err(PicturesError::ClassOrder { without_folder, not_listed, folder: root.to_owned() })
}
