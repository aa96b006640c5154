//! What is wrong with a setting of a transform.

use std::fmt::Display;

/// What is wrong with a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The setting.
    pub setting: &'static str,
    /// What it is and what was expected, such as "is 2, expected 0 to 1".
    pub text: String,
}

impl Fault {
    fn new(setting: &'static str, got: impl Display, expected: impl Display) -> Self {
        Self { setting, text: format!("is {got}, expected {expected}") }
    }

    /// A finite number from `low` to `high`.
    pub(crate) fn unless_within(
        setting: &'static str,
        value: f64,
        [low, high]: [f64; 2],
    ) -> Option<Self> {
        (!(low..=high).contains(&value))
            .then(|| Self::new(setting, value, format!("{low} to {high}")))
    }

    /// A whole number from `low` to `high`.
    pub(crate) fn unless_counts(
        setting: &'static str,
        value: usize,
        [low, high]: [usize; 2],
    ) -> Option<Self> {
        (!(low..=high).contains(&value))
            .then(|| Self::new(setting, value, format!("{low} to {high}")))
    }

    /// Two finite numbers in `least` to `most`, of which the first is not above the second.
    pub(crate) fn unless_range(
        setting: &'static str,
        [first, second]: [f64; 2],
        [least, most]: [f64; 2],
    ) -> Option<Self> {
        let is_right = least <= first && first <= second && second <= most;
        (!is_right).then(|| {
            let expected = format!("two numbers from {least} to {most}, the smaller one first");
            Self::new(setting, format!("[{first}, {second}]"), expected)
        })
    }
}
