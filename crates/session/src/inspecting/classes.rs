//! The classes of pictures and of images, counted, as a table and in words.

use std::collections::BTreeMap;

use burnwright_pictures::{ClassFacts, Part};
use burnwright_view::{DataSetTable, thousands};

use super::words::percent;

/// `1 class`, `10 classes`.
pub(super) fn counted_classes(count: usize) -> String {
    if count == 1 { "1 class".to_owned() } else { format!("{} classes", thousands(count)) }
}

/// How many of `all` each class has, and in which of the parts; `of` is what is counted.
pub(super) fn class_table(
    classes: &[ClassFacts],
    parts: &BTreeMap<String, usize>,
    all: usize,
    of: &str,
    caption: &'static str,
) -> DataSetTable {
    let parts: Vec<String> = [Part::Train, Part::Validation, Part::Test]
        .map(|part| part.to_string())
        .into_iter()
        .filter(|part| parts.contains_key(part))
        .collect();
    let row = |class: &ClassFacts| {
        let of_part = |part: &String| class.parts.get(part).copied().unwrap_or(0); // default: it has none
        let own = [class.name.clone(), thousands(class.pictures), percent(class.pictures, all)];
        own.into_iter().chain(parts.iter().map(|part| thousands(of_part(part)))).collect()
    };
    let rows = classes.iter().map(row).collect();
    let columns = ["class", of, "share"].map(str::to_owned).into_iter().chain(parts.clone());
    DataSetTable {
        anchor: "classes",
        heading: "Classes",
        caption,
        columns: columns.collect(),
        rows,
    }
}
