//! Scores and what else is told of a split.

use serde::Serialize;

use super::prediction_errors::{PredictionErrors, mean};
use super::predictions::RegressionPredictions;
use super::quantiles::quantiles;
use crate::metric::Scores;

/// The shares of the examples of which the error is told.
const SHARES: [f64; 7] = [0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0];

/// How a model that predicts numbers did on a split.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RegressionEvaluation {
    /// Examples.
    pub total: usize,
    /// Examples whose prediction is infinite or NaN. If there is one, no score is defined: all are NaN (in JSON: null).
    pub not_finite: usize,
    /// Mean loss an example; NaN where an example's is.
    pub loss: f64,
    /// The scores that [`METRICS`](super::METRICS) lists.
    #[serde(flatten)]
    pub scores: Scores,
    /// The mean of `predicted - target`: above 0 where the predictions are too high on average.
    pub mean_error: f64,
    /// What the errors of given shares of the examples stay below, from the lowest to the highest.
    pub error_quantiles: [Quantile; SHARES.len()],
}

/// The error that a share of the examples stays below.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Quantile {
    /// From 0 to 1; 0 is the lowest error, 1 the highest.
    pub share: f64,
    /// `predicted - target`; `numpy.quantile`.
    pub error: f64,
}

impl RegressionEvaluation {
    pub(super) fn with(
        scores: Scores,
        predictions: &RegressionPredictions,
        errors: &PredictionErrors,
    ) -> Self {
        let examples = predictions.examples();
        let losses: Vec<f64> = examples.iter().map(|example| example.loss).collect();
        let values = quantiles(errors.errors().to_vec(), SHARES);
        Self {
            total: examples.len(),
            not_finite: examples.iter().filter(|example| !example.predicted.is_finite()).count(),
            loss: mean(&losses),
            scores,
            mean_error: errors.mean(),
            error_quantiles: std::array::from_fn(|place| Quantile {
                share: SHARES[place],
                error: values[place],
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::JudgedNumber;
    use super::*;

    fn evaluation(pairs: &[(f64, f64)]) -> RegressionEvaluation {
        let mut predictions = RegressionPredictions::new();
        for (index, &(target, predicted)) in (0..).zip(pairs) {
            let loss = (predicted - target).powi(2);
            predictions.push(JudgedNumber { index, target, predicted, loss });
        }
        RegressionEvaluation::of(&predictions).unwrap()
    }

    #[track_caller]
    fn assert_scores(found: &RegressionEvaluation, expected: &[(&str, f64)]) {
        for (name, expected) in expected {
            let value = found.scores.get(name).unwrap().value;
            assert!((value - expected).abs() < 1e-12, "{name}: {value}, expected {expected}");
        }
    }

    #[test]
    fn three_examples_by_hand() {
        // Errors 1, -2, 0; targets 1, 3, 5 with mean 3 and squares 4, 0, 4.
        let found = evaluation(&[(1.0, 2.0), (3.0, 1.0), (5.0, 5.0)]);
        assert_scores(
            &found,
            &[
                ("rmse", (5.0_f64 / 3.0).sqrt()),
                ("mae", 1.0),
                ("r2", 1.0 - 5.0 / 8.0),
                ("median_absolute_error", 1.0),
                ("largest_error", 2.0),
            ],
        );
        assert!((found.mean_error + 1.0 / 3.0).abs() < 1e-12);
        assert_eq!(found.error_quantiles.map(|quantile| quantile.error)[3].to_bits(), 0);
    }

    #[test]
    fn one_prediction_that_is_not_finite_leaves_no_score() {
        for broken in [f64::NAN, f64::INFINITY] {
            let found = evaluation(&[(1.0, 2.0), (2.0, broken), (3.0, 3.0)]);
            assert!(found.scores.all().iter().all(|score| score.value.is_nan()), "{found:?}");
            assert!(found.scores.all().iter().all(|score| score.interval.is_none()), "{found:?}");
            assert_eq!(found.not_finite, 1);
            let json = serde_json::to_value(&found).unwrap();
            assert_eq!(
                (&json["rmse"], &json["intervals"]),
                (&serde_json::Value::Null, &serde_json::json!({}))
            );
        }
    }

    #[test]
    fn equal_targets_leave_nothing_to_explain() {
        // Whose mean would be rounded: 0.1 + 0.1 + 0.1 is not 0.3.
        let found = evaluation(&[(0.1, 0.1), (0.1, 0.1), (0.1, 0.1)]);
        assert_scores(&found, &[("r2", 1.0), ("explained_variance", 1.0), ("rmse", 0.0)]);
        assert!(found.scores.all().iter().all(|score| score.interval.is_none()));
        let found = evaluation(&[(0.1, 0.2), (0.1, 0.1), (0.1, 0.1)]);
        assert_scores(&found, &[("r2", 0.0), ("explained_variance", 0.0)]);
        assert_eq!(found.scores.get("r2").unwrap().interval, None);
    }

    #[test]
    fn one_example_has_no_r2_and_no_interval() {
        let found = evaluation(&[(1.0, 1.5)]);
        assert_scores(&found, &[("rmse", 0.5), ("mae", 0.5), ("explained_variance", 1.0)]);
        assert!(found.scores.get("r2").unwrap().value.is_nan());
        assert!(found.scores.all().iter().all(|score| score.interval.is_none()));
        assert_eq!(RegressionEvaluation::of(&RegressionPredictions::new()), None);
    }
}
