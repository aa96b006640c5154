//! A column in, what a model can do with it out.
//!
//! Rules are few, so that they can be said in a line each, and the caller overrides them by name. Whole numbers are numbers,
//! also where there are few of them: their order is worth more to a model than a place of its own for each.

use std::str::FromStr;

use crate::TableError;
use crate::kind::Kind;
use crate::nearest::nearest;
use crate::numbers::Numbers;
use crate::texts::{Texts, TextsBuilder};

/// Tables with fewer rows show nothing about identity: ten rows of distinct words may be ten rows of a category.
const ROWS_TO_JUDGE: usize = 10;
/// A column of text with more distinct values than this is no category unless the caller says so.
const MAX_CATEGORIES: usize = 10_000;
/// Up to this many distinct values are a category, however many rows there are.
const FEW: usize = 20;
/// Words in a field, from which on it is free text rather than a name.
const WORDS_OF_TEXT: u64 = 4;

impl FromStr for Kind {
    type Err = TableError;

    fn from_str(name: &str) -> Result<Self, TableError> {
        Self::ALL.into_iter().find(|kind| kind.name() == name).ok_or_else(|| {
            TableError::UnknownKind { got: name.to_owned(), nearest: nearest(name, &Self::names()) }
        })
    }
}

/// The kind of a column of numbers: constant, yes or no where all are 0 or 1, id-like where it is a whole number that runs
/// through the rows in any order or, all distinct, is named so, else a number.
#[expect(clippy::float_cmp, reason = "the same text is the same number")]
pub(crate) fn of_numbers(name: &str, numbers: &Numbers) -> Kind {
    let mut present = numbers.iter().flatten();
    let Some(first) = present.next() else { return Kind::Constant };
    let missing = numbers.iter().any(|value| value.is_none());
    if present.all(|value| value == first) {
        // A value that is there or missing says something.
        return if missing { Kind::Number } else { Kind::Constant };
    }
    if numbers.iter().flatten().all(|value| value == 0.0 || value == 1.0) {
        return Kind::YesNo;
    }
    if !missing && names_the_row(name, numbers) { Kind::IdLike } else { Kind::Number }
}

/// The kind of a column of dates: constant, or dates.
pub(crate) fn of_dates(days: &Numbers) -> Kind {
    let first = days.get(0);
    if days.iter().all(|day| day == first) { Kind::Constant } else { Kind::Date }
}

#[expect(clippy::float_cmp, clippy::cast_precision_loss, reason = "whole numbers below 2^32")]
fn names_the_row(name: &str, numbers: &Numbers) -> bool {
    if numbers.len() < ROWS_TO_JUDGE || !numbers.iter().flatten().all(|value| value.fract() == 0.0)
    {
        return false;
    }
    let least = numbers.iter().flatten().fold(f64::INFINITY, f64::min);
    let largest = numbers.iter().flatten().fold(f64::NEG_INFINITY, f64::max);
    let spans_the_rows = largest - least == (numbers.len() - 1) as f64;
    (spans_the_rows || is_name_of_id(name)) && numbers.distinct() == numbers.len()
}

/// `id`, `user_id`, `user-id`, `user id`, `userId`, `userID`, `ID`.
fn is_name_of_id(name: &str) -> bool {
    let lower = name.to_lowercase();
    let ends = |ending: &str| lower.ends_with(ending);
    matches!(&*lower, "id" | "index" | "uuid")
        || ends("_id")
        || ends("-id")
        || ends(" id")
        || name.ends_with("Id")
        || name.strip_suffix("ID").is_some_and(|rest| rest.ends_with(char::is_lowercase))
}

/// The kind of a column of text, before and after its end: by how many distinct values it has, and how long they are.
pub(crate) fn of_texts(read: &Lengths, texts: Option<&Texts>, rows: usize) -> Kind {
    let Some(texts) = texts else { return read.name_or_text() };
    let missing = read.present < rows as u64;
    match texts.dictionary.len() {
        0 => return Kind::Constant,
        1 if !missing => return Kind::Constant,
        _ => {}
    }
    let says = |answer| texts.dictionary.iter().any(|text| yes_or_no(text) == Some(answer));
    if says(true) && says(false) && texts.dictionary.iter().all(|text| yes_or_no(text).is_some()) {
        return Kind::YesNo;
    }
    let distinct = texts.dictionary.len() as u64;
    let all_distinct = distinct == read.present && distinct >= ROWS_TO_JUDGE as u64;
    let many = texts.dictionary.len() > FEW && distinct * 2 > read.present;
    if all_distinct || many || texts.dictionary.len() > MAX_CATEGORIES {
        return read.name_or_text();
    }
    Kind::Category
}

/// How long the fields of a column are.
pub(crate) struct Lengths {
    present: u64,
    bytes: u64,
    spaces: u64,
}

impl Lengths {
    pub(crate) fn of(builder: &TextsBuilder) -> Self {
        Self { present: builder.present, bytes: builder.bytes, spaces: builder.spaces }
    }

    fn name_or_text(&self) -> Kind {
        let sentences = self.spaces >= (WORDS_OF_TEXT - 1) * self.present;
        if sentences || self.bytes > 80 * self.present { Kind::Text } else { Kind::IdLike }
    }
}

/// What a word says, in any case.
pub(crate) fn yes_or_no(text: &str) -> Option<bool> {
    let is = |words: [&str; 5]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(["yes", "true", "y", "t", "1"]) || text == "1.0" {
        Some(true)
    } else if is(["no", "false", "n", "f", "0"]) || text == "0.0" {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ReadOptions;
    use std::path::Path;

    /// The kind of a column that stands beside another one.
    fn kind(name: &str, fields: impl IntoIterator<Item = String>) -> Kind {
        let rows: Vec<String> = fields.into_iter().map(|field| format!("{field},x")).collect();
        let text = format!("{name},other\n{}", rows.join("\n"));
        let options = ReadOptions { header: Some(true), ..ReadOptions::default() };
        let table = crate::read_bytes(text.as_bytes(), Path::new("t.csv"), &options).unwrap();
        table.columns()[0].kind()
    }

    fn words(words: &str) -> Vec<String> {
        words.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn kinds_of_columns() {
        assert_eq!(kind("a", words("1 2 2.5 9")), Kind::Number);
        assert_eq!(kind("a", words("1 0 1 NA")), Kind::YesNo);
        assert_eq!(kind("a", words("Yes no YES")), Kind::YesNo);
        assert_eq!(kind("a", words("red blue red")), Kind::Category);
        assert_eq!(kind("a", words("3 3 3")), Kind::Constant);
        assert_eq!(kind("a", words("NA ? null")), Kind::Constant);
        assert_eq!(kind("a", words("x x x")), Kind::Constant);
        assert_eq!(kind("a", words("x NA x")), Kind::Category);
        assert_eq!(kind("a", words("3 NA 3")), Kind::Number);
        assert_eq!(kind("a", words("2024-01-01 2023-05-06T10:00")), Kind::Date);
    }

    #[test]
    fn what_names_the_row_is_left_out() {
        assert_eq!(kind("a", (5..50).map(|i| i.to_string())), Kind::IdLike);
        // In any order, and 7 has no common divisor with 50.
        assert_eq!(kind("a", (0..50).map(|i| (i * 7 % 50).to_string())), Kind::IdLike);
        assert_eq!(kind("user_id", (0..50).map(|i| (i * i).to_string())), Kind::IdLike);
        assert_eq!(kind("UserID", (0..50).map(|i| (i * i).to_string())), Kind::IdLike);
        for name in ["a", "paid", "GRID"] {
            assert_eq!(kind(name, (0..50).map(|i| (i * i).to_string())), Kind::Number, "{name}");
        }
        // A few remarks among many rows may be a category.
        let few = (0..50).map(|i| if i % 10 == 0 { format!("remark{i}") } else { "NA".into() });
        assert_eq!(kind("a", few), Kind::Category);
        assert_eq!(kind("a", (0..50).map(|i| format!("row{i}"))), Kind::IdLike);
        assert_eq!(kind("a", (0..50).map(|i| format!("what row {i} says"))), Kind::Text);
        assert_eq!(kind("a", (0..100_000).map(|i| format!("row{i}"))), Kind::IdLike);
        assert_eq!(kind("a", (0..40_000).map(|i| format!("c{}", i % 10_001))), Kind::IdLike);
        assert_eq!(kind("a", (0..40_000).map(|i| format!("c{}", i % 10_000))), Kind::Category);
    }

    #[test]
    fn names_of_kinds_are_read_back() {
        for kind in Kind::ALL {
            assert_eq!(kind.name().parse::<Kind>().unwrap(), kind);
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
        let error = "categories".parse::<Kind>().unwrap_err().to_string();
        assert!(
            error.starts_with("unknown kind of column `categories`, the nearest is `category`"),
            "{error}"
        );
    }
}
