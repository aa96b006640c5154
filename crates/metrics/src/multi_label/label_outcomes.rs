//! Predictions in, what all metrics are computed from out: the counts and scores of each label.

use serde::Serialize;

use super::average_precision::average_precision;
use super::predictions::{JudgedLabels, MultiLabelPredictions};
use crate::share::share;

/// How one label fared.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LabelScores {
    /// Examples that have the label.
    pub positives: u64,
    /// Of the examples for which the label is predicted, the share that has it; 0 where there is none.
    pub precision: f64,
    /// Of the examples that have the label, the share for which it is predicted; 0 where there is none.
    pub recall: f64,
    /// The harmonic mean of the two; 0 where both are.
    pub f1: f64,
    /// How far the probabilities put the examples that have the label first; `sklearn.metrics.average_precision_score`. None where no
    /// example has the label, or an example has no probabilities.
    pub average_precision: Option<f64>,
    /// Examples that have the label, and for which it is predicted.
    pub true_positives: u64,
    /// Examples that do not have it, but for which it is predicted.
    pub false_positives: u64,
    /// Examples that have it, but for which it is not predicted.
    pub false_negatives: u64,
    /// Examples that do not have it, and for which it is not predicted.
    pub true_negatives: u64,
}

/// The outcomes of a split of at least one example, a label at a time.
///
/// An example without probabilities counts as wrong at each label: as a false negative where it has the label, as a false positive where
/// it has not.
#[derive(Clone, Debug)]
pub struct LabelOutcomes {
    total: usize,
    exact: usize,
    /// `[labels][examples]`: a probability, and whether the example has the label; none where an example has no probabilities.
    ranked: Option<Vec<Vec<(f64, bool)>>>,
    per_label: Vec<LabelScores>,
}

impl LabelOutcomes {
    pub(super) fn of(predictions: &MultiLabelPredictions) -> Option<Self> {
        let (examples, threshold) = (predictions.examples(), predictions.threshold());
        if examples.is_empty() {
            return None;
        }
        let mut counts = vec![Counts::default(); predictions.labels()];
        for example in examples {
            let correct = example.correct(threshold);
            for ((counts, correct), &target) in counts.iter_mut().zip(correct).zip(&example.targets)
            {
                counts.add(target, correct);
            }
        }
        let is_complete = examples.iter().all(|example| !example.probabilities.is_empty());
        let column = |label: usize| -> Vec<(f64, bool)> {
            let pair =
                |example: &JudgedLabels| (example.probabilities[label], example.targets[label]);
            examples.iter().map(pair).collect()
        };
        let ranked: Option<Vec<Vec<(f64, bool)>>> =
            is_complete.then(|| (0..predictions.labels()).map(column).collect());
        let of_label = |(label, counts): (usize, &Counts)| {
            let column = ranked.as_ref().map(|columns| columns[label].clone());
            counts.scores(column.and_then(average_precision))
        };
        Some(Self {
            total: examples.len(),
            exact: examples.iter().filter(|example| example.is_exact(threshold)).count(),
            per_label: counts.iter().enumerate().map(of_label).collect(),
            ranked,
        })
    }

    /// Examples.
    pub fn total(&self) -> usize {
        self.total
    }

    /// Examples of which all labels are predicted as they are.
    pub fn exact(&self) -> usize {
        self.exact
    }

    /// Each label by itself.
    pub fn per_label(&self) -> &[LabelScores] {
        &self.per_label
    }

    /// A probability and whether the example has the label, of every example, `[labels][examples]`; none where an example has no
    /// probabilities.
    pub fn ranked(&self) -> Option<&[Vec<(f64, bool)>]> {
        self.ranked.as_deref()
    }

    /// The sum of a count over all labels.
    pub fn sum(&self, count: impl Fn(&LabelScores) -> u64) -> u64 {
        self.per_label.iter().map(count).sum()
    }

    pub(super) fn into_per_label(self) -> Vec<LabelScores> {
        self.per_label
    }
}

#[derive(Clone, Copy, Default)]
struct Counts {
    true_positives: u64,
    false_positives: u64,
    false_negatives: u64,
    true_negatives: u64,
}

impl Counts {
    fn add(&mut self, has_label: bool, correct: bool) {
        let count = match (has_label, correct) {
            (true, true) => &mut self.true_positives,
            (true, false) => &mut self.false_negatives,
            (false, true) => &mut self.true_negatives,
            (false, false) => &mut self.false_positives,
        };
        *count += 1;
    }

    fn scores(&self, average_precision: Option<f64>) -> LabelScores {
        let Self { true_positives, false_positives, false_negatives, true_negatives } = *self;
        let positives = true_positives + false_negatives;
        let predicted = true_positives + false_positives;
        LabelScores {
            positives,
            precision: share(true_positives, predicted),
            recall: share(true_positives, positives),
            f1: share(2 * true_positives, positives + predicted),
            average_precision,
            true_positives,
            false_positives,
            false_negatives,
            true_negatives,
        }
    }
}
