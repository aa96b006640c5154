//! What a classifier said of each sample of a split, beside what is true.

use serde::Serialize;

/// What was said of one sample.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JudgedClass {
    /// The sample's place in its split.
    pub index: u32,
    /// The true class.
    pub target: usize,
    /// The class it was taken for.
    pub predicted: usize,
    /// The loss.
    pub loss: f64,
    /// The probability of each class, `[classes]`; empty where a score was infinite or NaN.
    pub probabilities: Vec<f64>,
}

impl JudgedClass {
    /// Whether the predicted class is the true one. A sample without probabilities is never correct.
    pub fn is_right(&self) -> bool {
        !self.probabilities.is_empty() && self.predicted == self.target
    }

    /// The probability of the predicted class; NaN without probabilities.
    pub fn confidence(&self) -> f64 {
        // default: scores that are not finite have no probabilities, and so no confidence.
        self.probabilities.get(self.predicted).copied().unwrap_or(f64::NAN)
    }
}

/// All samples of a split.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassificationPredictions {
    classes: usize,
    samples: Vec<JudgedClass>,
}

impl ClassificationPredictions {
    /// No sample yet, of so many classes.
    pub fn new(classes: usize) -> Self {
        Self { classes, samples: Vec::new() }
    }

    /// Adds a sample.
    ///
    /// # Panics
    ///
    /// Panics if target or prediction is no class, or if there are probabilities and not one a class.
    pub fn push(&mut self, sample: JudgedClass) {
        let count = sample.probabilities.len();
        assert!(sample.target < self.classes && sample.predicted < self.classes, "no such class");
        assert!(count == 0 || count == self.classes, "not a probability for each class");
        self.samples.push(sample);
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// The samples, in the order in which they came.
    pub fn samples(&self) -> &[JudgedClass] {
        &self.samples
    }

    /// Whether each sample has probabilities.
    pub(crate) fn are_complete(&self) -> bool {
        self.samples.iter().all(|sample| !sample.probabilities.is_empty())
    }
}
