//! What a model said of each label of each example of a split, next to what is true.

use serde::Serialize;

/// What was said of one example.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JudgedLabels {
    /// The example's place in its split.
    pub index: u32,
    /// Whether the example has each label, `[labels]`.
    pub targets: Vec<bool>,
    /// The probability of each label, `[labels]`, each from 0 to 1 by itself; empty where a score of the model was infinite or NaN.
    pub probabilities: Vec<f64>,
    /// The loss.
    pub loss: f64,
}

impl JudgedLabels {
    /// Whether each label is predicted: where its probability is above the threshold. Nothing is, without probabilities.
    pub fn predicted(&self, threshold: f64) -> Vec<bool> {
        let is_predicted = |label: usize| {
            self.probabilities.get(label).is_some_and(|&probability| probability > threshold)
        };
        (0..self.targets.len()).map(is_predicted).collect()
    }

    /// Whether each label is predicted as it is. Without probabilities none is, so that nothing is counted as correct that the model did
    /// not say.
    pub fn correct(&self, threshold: f64) -> Vec<bool> {
        let has_said = !self.probabilities.is_empty();
        let pairs = self.predicted(threshold).into_iter().zip(&self.targets);
        pairs.map(|(predicted, &target)| has_said && predicted == target).collect()
    }

    /// Whether all labels are predicted as they are.
    pub fn is_exact(&self, threshold: f64) -> bool {
        self.correct(threshold).into_iter().all(|correct| correct)
    }
}

/// All examples of a split.
#[derive(Clone, Debug, PartialEq)]
pub struct MultiLabelPredictions {
    labels: usize,
    threshold: f64,
    examples: Vec<JudgedLabels>,
}

impl MultiLabelPredictions {
    /// No example yet, of so many labels. A label is predicted where its probability is above the threshold.
    ///
    /// # Panics
    ///
    /// Panics if there is no label, or the threshold is not from 0 to 1.
    pub fn new(labels: usize, threshold: f64) -> Self {
        assert!(labels > 0, "no label to predict");
        assert!((0.0..=1.0).contains(&threshold), "a threshold of {threshold} is no probability");
        Self { labels, threshold, examples: Vec::new() }
    }

    /// Adds an example.
    ///
    /// # Panics
    ///
    /// Panics if there is not a target for each label, or if there are probabilities and not one for each label, from 0 to 1.
    pub fn push(&mut self, example: JudgedLabels) {
        let (index, labels) = (example.index, self.labels);
        let (targets, probabilities) = (example.targets.len(), example.probabilities.len());
        assert_eq!(targets, labels, "example {index}: not a target for each label");
        assert!(
            probabilities == 0 || probabilities == labels,
            "example {index}: {probabilities} probabilities of {labels} labels"
        );
        let is_probability = |value: &f64| (0.0..=1.0).contains(value);
        assert!(
            example.probabilities.iter().all(is_probability),
            "example {index}: no probability"
        );
        self.examples.push(example);
    }

    /// Number of labels.
    pub fn labels(&self) -> usize {
        self.labels
    }

    /// Above which probability a label is predicted.
    pub fn threshold(&self) -> f64 {
        self.threshold
    }

    /// The examples, in the order in which they came.
    pub fn examples(&self) -> &[JudgedLabels] {
        &self.examples
    }

    /// Of which examples all labels are predicted as they are: what [`mcnemar`](crate::mcnemar()) compares two models by.
    pub fn exact_matches(&self) -> Vec<bool> {
        self.examples.iter().map(|example| example.is_exact(self.threshold)).collect()
    }
}
