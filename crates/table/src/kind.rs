//! What a column can be. It knows no column.

use serde::{Deserialize, Serialize};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum Kind {
    /// Numbers.
    Number,
    /// Two values: yes and no, true and false, y and n, t and f, or 1 and 0.
    YesNo,
    /// Text with few distinct values.
    Category,
    /// Days, with or without a time of day, in a form of ISO 8601.
    Date,
    /// Something that names the row: text of which every second one or more is distinct, or more than 10,000 are; or a whole number
    /// that runs. Left out.
    IdLike,
    /// One value in all rows, or none. Left out.
    Constant,
    /// Sentences. Left out.
    Text,
    /// Left out because the caller said so.
    Ignored,
}

impl Kind {
    pub(crate) const ALL: [Self; 8] = [
        Self::Number,
        Self::YesNo,
        Self::Category,
        Self::Date,
        Self::IdLike,
        Self::Constant,
        Self::Text,
        Self::Ignored,
    ];

    /// Its name, as settings and JSON have it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::YesNo => "yes-no",
            Self::Category => "category",
            Self::Date => "date",
            Self::IdLike => "id-like",
            Self::Constant => "constant",
            Self::Text => "text",
            Self::Ignored => "ignored",
        }
    }

    /// What it is, in words that go on after "the column is".
    pub const fn described(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::YesNo => "yes or no",
            Self::Category => "a category",
            Self::Date => "a date",
            Self::IdLike => {
                "id-like (too many distinct values for a category, or a number that runs)"
            }
            Self::Constant => "constant",
            Self::Text => "free text",
            Self::Ignored => "ignored",
        }
    }

    /// Whether a model gets it.
    pub const fn is_input(self) -> bool {
        matches!(self, Self::Number | Self::YesNo | Self::Category | Self::Date)
    }

    pub(crate) fn names() -> Vec<String> {
        Self::ALL.iter().map(|kind| kind.name().to_owned()).collect()
    }
}
