//! What can be wrong with a recipe, and where.

use std::fmt;
use std::path::PathBuf;

/// Where a setting was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A line, from 1, of a recipe.
    Line {
        /// The recipe's file or name.
        recipe: String,
        /// The line.
        line: usize,
    },
    /// An override, as it was typed.
    Flag(String),
    /// Nowhere: it follows from other settings.
    Recipe(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line { recipe, line } => write!(f, "{recipe}:{line}"),
            Self::Flag(flag) => write!(f, "--set {flag}"),
            Self::Recipe(recipe) => write!(f, "{recipe}"),
        }
    }
}

/// What is wrong with a recipe.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecipeError {
    /// No built-in recipe has this name.
    #[error("there is no recipe called \"{name}\"")]
    Unknown {
        /// What was asked for.
        name: String,
        /// The nearest name there is.
        nearest: Option<String>,
    },
    /// The text is not TOML.
    #[error("{message}: {place}")]
    Syntax {
        /// The parser's words.
        message: String,
        /// Where.
        place: Place,
    },
    /// A key that means nothing.
    #[error("unknown key \"{key}\": {place}")]
    UnknownKey {
        /// The dotted key.
        key: String,
        /// Where.
        place: Place,
        /// The nearest key there is.
        nearest: Option<String>,
        /// All that could stand there.
        known: Vec<String>,
    },
    /// A value that cannot be.
    #[error("{key} {fault}: {place}")]
    Value {
        /// The dotted key.
        key: String,
        /// What it is and what was expected.
        fault: String,
        /// Where.
        place: Place,
        /// The nearest value there is, for names.
        nearest: Option<String>,
    },
    /// Tables within tables, or lists within lists, beyond what any setting has.
    #[error("keys and values nest deeper than {most} levels: {place}")]
    TooDeep {
        /// The most levels that are read.
        most: usize,
        /// Where.
        place: Place,
    },
    /// An override that is not `section.key=value`.
    #[error("\"{0}\" is not section.key=value: --set {0}")]
    Override(String),
    /// A path that no recipe can hold.
    #[error("{key} is not UTF-8, and a recipe holds no other text: {}", path.display())]
    PathNotUtf8 {
        /// The dotted key.
        key: String,
        /// The path.
        path: PathBuf,
    },
    /// Settings that no recipe can hold.
    #[error("the settings cannot be written as a recipe: {0}")]
    Unwritable(String),
}

impl RecipeError {
    /// A way out, where there is one.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unknown { nearest, .. } | Self::Value { nearest, .. } => {
                nearest.as_deref().map(did_you_mean)
            }
            Self::UnknownKey { nearest: Some(key), .. } => Some(did_you_mean(key)),
            Self::UnknownKey { known, .. } if known.is_empty() => {
                Some("there is nothing to set here".to_owned())
            }
            Self::UnknownKey { known, .. } => Some(format!("known here: {}", known.join(", "))),
            Self::PathNotUtf8 { .. } => Some(
                "rename the folder, or reach it by a link whose path is UTF-8; the path of a relative folder begins with the working directory's"
                    .to_owned(),
            ),
            Self::Override(_) => {
                Some("for example training.epochs=10, or model.hidden=[256,128]".to_owned())
            }
            Self::Syntax { .. } | Self::TooDeep { .. } | Self::Unwritable(_) => None,
        }
    }
}

fn did_you_mean(name: &str) -> String {
    format!("did you mean \"{name}\"?")
}
