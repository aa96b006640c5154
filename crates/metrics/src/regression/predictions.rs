//! What a model predicted for each example of a split, next to what is true.

use serde::Serialize;

/// What was predicted for one example.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct JudgedNumber {
    /// The example's place in its split.
    pub index: u32,
    /// The true number, in the unit of the data.
    pub target: f64,
    /// The predicted number, in the same unit; infinite or NaN where the model's output was.
    pub predicted: f64,
    /// The loss.
    pub loss: f64,
}

impl JudgedNumber {
    /// `predicted - target`: above 0 where the prediction is too high.
    pub fn error(&self) -> f64 {
        self.predicted - self.target
    }

    /// The square of the error, of which [`compare_paired`](crate::compare_paired) compares two models.
    pub fn squared_error(&self) -> f64 {
        self.error().powi(2)
    }
}

/// All examples of a split.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RegressionPredictions {
    examples: Vec<JudgedNumber>,
}

impl RegressionPredictions {
    /// No example yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an example.
    ///
    /// # Panics
    ///
    /// Panics if the target is infinite or NaN.
    pub fn push(&mut self, example: JudgedNumber) {
        assert!(
            example.target.is_finite(),
            "the target of example {} is not finite",
            example.index
        );
        self.examples.push(example);
    }

    /// The examples, in the order in which they came.
    pub fn examples(&self) -> &[JudgedNumber] {
        &self.examples
    }
}
