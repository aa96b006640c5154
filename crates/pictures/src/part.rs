//! The parts of a data set, as folders and lists give them.

/// A part of a data set as it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// All there is: no parts are named.
    Whole,
    /// What a model learns from.
    Train,
    /// What is held out of it.
    Validation,
    /// What it is judged by.
    Test,
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Whole => "whole",
            Self::Train => "train",
            Self::Validation => "validation",
            Self::Test => "test",
        })
    }
}
