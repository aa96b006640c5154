//! Scores and what else is told of a split.

use serde::Serialize;

use super::label_outcomes::{LabelOutcomes, LabelScores};
use super::predictions::MultiLabelPredictions;
use crate::metric::Scores;

/// How a model that predicts labels did on a split.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MultiLabelEvaluation {
    /// Examples.
    pub total: usize,
    /// Examples of which all labels are predicted as they are.
    pub exact: usize,
    /// Examples without probabilities: a score of the model was infinite or NaN. They count as wrong at each label, and leave no average
    /// precision defined.
    pub not_finite: usize,
    /// Mean loss an example; NaN (in JSON: null) where an example's is.
    pub loss: f64,
    /// Above which probability a label is predicted.
    pub threshold: f64,
    /// The scores that [`METRICS`](super::METRICS) lists.
    #[serde(flatten)]
    pub scores: Scores,
    /// Each label by itself.
    pub per_label: Vec<LabelScores>,
}

impl MultiLabelEvaluation {
    #[expect(clippy::cast_precision_loss, reason = "counts of examples are far below 2^53")]
    pub(super) fn with(
        scores: Scores,
        predictions: &MultiLabelPredictions,
        outcomes: LabelOutcomes,
    ) -> Self {
        let examples = predictions.examples();
        Self {
            total: outcomes.total(),
            exact: outcomes.exact(),
            not_finite: examples.iter().filter(|example| example.probabilities.is_empty()).count(),
            loss: examples.iter().map(|example| example.loss).sum::<f64>() / examples.len() as f64,
            threshold: predictions.threshold(),
            scores,
            per_label: outcomes.into_per_label(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::JudgedLabels;
    use super::*;

    fn evaluation(examples: &[([bool; 2], &[f64])]) -> MultiLabelEvaluation {
        let mut predictions = MultiLabelPredictions::new(2, 0.5);
        for (index, (targets, probabilities)) in (0..).zip(examples) {
            let (targets, probabilities) = (targets.to_vec(), probabilities.to_vec());
            let loss = if probabilities.is_empty() { f64::NAN } else { 0.5 };
            predictions.push(JudgedLabels { index, targets, probabilities, loss });
        }
        MultiLabelEvaluation::of(&predictions).unwrap()
    }

    #[track_caller]
    fn assert_scores(found: &MultiLabelEvaluation, expected: &[(&str, f64)]) {
        for (name, expected) in expected {
            let value = found.scores.get(name).unwrap().value;
            assert!((value - expected).abs() < 1e-12, "{name}: {value}, expected {expected}");
        }
    }

    #[test]
    fn three_examples_by_hand() {
        let found = evaluation(&[
            ([true, false], &[0.9, 0.2]),
            ([true, true], &[0.3, 0.6]),
            // On the threshold a label is not predicted.
            ([false, false], &[0.7, 0.5]),
        ]);
        let counts = |label: usize| {
            let LabelScores {
                true_positives,
                false_positives,
                false_negatives,
                true_negatives,
                ..
            } = found.per_label[label];
            [true_positives, false_positives, false_negatives, true_negatives]
        };
        assert_eq!([counts(0), counts(1)], [[1, 1, 1, 0], [1, 0, 0, 2]]);
        assert_scores(
            &found,
            &[
                ("f1_macro", 0.75),
                ("f1_micro", 2.0 / 3.0),
                ("subset_accuracy", 1.0 / 3.0),
                ("hamming_loss", 1.0 / 3.0),
                ("mean_average_precision", 11.0 / 12.0),
            ],
        );
        assert_eq!(found.exact, 1);
    }

    #[test]
    fn an_example_without_probabilities_is_wrong_at_each_label() {
        let found = evaluation(&[([true, false], &[]), ([true, false], &[0.9, 0.2])]);
        assert_eq!(
            (found.per_label[0].false_negatives, found.per_label[1].false_positives),
            (1, 1)
        );
        assert_scores(&found, &[("subset_accuracy", 0.5), ("hamming_loss", 0.5)]);
        assert!(found.loss.is_nan() && found.not_finite == 1);
        for name in ["mean_average_precision", "micro_average_precision"] {
            assert!(found.scores.get(name).unwrap().value.is_nan(), "{name}");
        }
        // Even where nothing would have been right: the model did not say so.
        assert_eq!(evaluation(&[([false, false], &[])]).exact, 0);
    }

    #[test]
    fn a_label_that_no_example_has_is_left_out_of_the_mean() {
        let found = evaluation(&[([true, false], &[0.9, 0.2]), ([false, false], &[0.1, 0.8])]);
        assert_eq!(found.per_label[1].average_precision, None);
        assert_scores(&found, &[("mean_average_precision", 1.0), ("f1_macro", 0.5)]);
        assert_eq!(MultiLabelEvaluation::of(&MultiLabelPredictions::new(2, 0.5)), None);
    }
}
