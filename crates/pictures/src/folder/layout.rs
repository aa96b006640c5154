//! The names of a folder's folders become the parts that they stand for, or none where they are classes.

use std::path::Path;

use crate::{Part, PicturesError};

/// What the folders in the root are.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Classes.
    Classes,
    /// Parts, sorted, `Train` first, each with the folder's name.
    Parts(Vec<(Part, String)>),
}

/// The part that a folder is called after, in any case of letters.
pub(crate) fn part(name: &str) -> Option<Part> {
    match name.to_lowercase().as_str() {
        "train" | "training" => Some(Part::Train),
        "val" | "valid" | "validation" | "eval" | "evaluation" => Some(Part::Validation),
        "test" | "testing" => Some(Part::Test),
        _ => None,
    }
}

/// Tells parts from classes.
pub(crate) fn layout<'a>(
    root: &Path,
    folders: impl Iterator<Item = &'a str>,
) -> Result<Layout, PicturesError> {
    let (named, others): (Vec<&str>, Vec<&str>) = folders.partition(|name| part(name).is_some());
    let texts = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let folder = root.to_owned();
    let mut parts: Vec<(Part, String)> =
        named.iter().filter_map(|name| Some((part(name)?, (*name).to_owned()))).collect();
    parts.sort();
    let has_train = parts.first().is_some_and(|(part, _)| *part == Part::Train);
    if parts.is_empty() || !others.is_empty() {
        // `bus`, `car` and `train` are classes; `train`, `test` and `unlabelled` are not.
        if has_train && parts.iter().any(|(part, _)| *part != Part::Train) {
            return Err(PicturesError::StrayFolders {
                parts: texts(&named),
                others: texts(&others),
                folder,
            });
        }
        return Ok(Layout::Classes);
    }
    if !has_train {
        return Err(PicturesError::NoTraining { parts: texts(&named), folder });
    }
    if let Some([(part, first), (_, second)]) = parts.array_windows().find(|[a, b]| a.0 == b.0) {
        let (part, first, second) = (*part, first.clone(), second.clone());
        return Err(PicturesError::SamePart { part, first, second, folder });
    }
    Ok(Layout::Parts(parts))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(folders: &[&str]) -> Result<Layout, String> {
        layout(Path::new("root"), folders.iter().copied()).map_err(|error| error.to_string())
    }

    fn parts(parts: &[(Part, &str)]) -> Layout {
        Layout::Parts(parts.iter().map(|(part, name)| (*part, (*name).to_owned())).collect())
    }

    #[test]
    fn parts_have_many_names() {
        let all = [(Part::Train, "train"), (Part::Validation, "val"), (Part::Test, "test")];
        assert_eq!(told(&["test", "train", "val"]), Ok(parts(&all)));
        for (train, validation, test) in [
            ("Training", "valid", "TEST"),
            ("TRAIN", "validation", "testing"),
            ("train", "eval", "Test"),
        ] {
            let all = [(Part::Train, train), (Part::Validation, validation), (Part::Test, test)];
            assert_eq!(told(&[validation, test, train]), Ok(parts(&all)));
        }
        assert_eq!(told(&["train"]), Ok(parts(&all[..1])));
    }

    #[test]
    fn a_train_among_vehicles_is_a_class() {
        assert_eq!(told(&["bus", "car", "train"]), Ok(Layout::Classes));
        assert_eq!(told(&["essay", "test"]), Ok(Layout::Classes));
        assert_eq!(told(&[]), Ok(Layout::Classes));
    }

    #[test]
    fn what_is_neither_is_an_error() {
        let error = |folders: &[&str]| told(folders).unwrap_err();
        assert_eq!(
            error(&["test", "train", "unlabelled"]),
            "test, train are parts of the data, but unlabelled is not, expected parts alone or classes alone: root"
        );
        assert_eq!(
            error(&["test", "val"]),
            "folders test, val but none called train or training: root"
        );
        assert_eq!(
            error(&["train", "val", "valid"]),
            "val and valid both name the validation part: root"
        );
        assert_eq!(error(&["Train", "train"]), "Train and train both name the train part: root");
    }
}
