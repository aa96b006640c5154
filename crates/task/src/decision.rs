//! What a model says of one example.

/// What a model says of one example.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// A class.
    Class {
        /// The most probable class, the first of equal ones; a place in the list of classes.
        class: usize,
        /// The probability of each class, `[classes]`; they add up to 1.
        probabilities: Vec<f64>,
    },
    /// Some of the labels.
    Labels {
        /// Whether each label is predicted, `[labels]`.
        holds: Vec<bool>,
        /// The probability of each label, `[labels]`, each by itself.
        probabilities: Vec<f64>,
    },
    /// A number, in the data's own unit.
    Number(f64),
}
