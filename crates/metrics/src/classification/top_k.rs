//! Predictions in, how often the true class is among the most probable ones out.

use serde::Serialize;

use super::predictions::{ClassificationPredictions, JudgedClass};
use crate::share::share;

/// How often the true class is among the `k` most probable.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TopK {
    /// How many are looked at.
    pub k: usize,
    /// Share of the samples, 0 to 1.
    pub accuracy: f64,
}

impl TopK {
    /// `sklearn.metrics.top_k_accuracy_score`: of equally probable classes the last counts as the most probable. A sample
    /// without probabilities counts as missed.
    pub(crate) fn of(predictions: &ClassificationPredictions, k: usize) -> Self {
        let samples = predictions.samples();
        let hits = samples.iter().filter(|sample| rank(sample).is_some_and(|rank| rank < k));
        Self { k, accuracy: share(hits.count(), samples.len()) }
    }
}

/// How many classes are more probable than the true one.
fn rank(sample: &JudgedClass) -> Option<usize> {
    let own = *sample.probabilities.get(sample.target)?;
    let before = |(class, &other): (usize, &f64)| {
        other > own || (class > sample.target && other.total_cmp(&own).is_eq())
    };
    Some(sample.probabilities.iter().enumerate().filter(|&pair| before(pair)).count())
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values have no rounding")]
mod tests {
    use super::*;

    #[test]
    fn of_equal_classes_the_last_is_the_most_probable() {
        let mut predictions = ClassificationPredictions::new(3);
        for target in [2, 1, 2] {
            let probabilities = vec![0.25, 0.5, 0.25];
            predictions.push(JudgedClass {
                index: 0,
                target,
                predicted: 1,
                loss: 0.0,
                probabilities,
            });
        }
        let hits = |k| (TopK::of(&predictions, k).accuracy * 3.0).round();
        assert_eq!([1, 2, 3].map(hits), [1.0, 3.0, 3.0]);
        predictions.push(JudgedClass {
            index: 0,
            target: 0,
            predicted: 0,
            loss: f64::NAN,
            probabilities: vec![],
        });
        assert_eq!(TopK::of(&predictions, 3).accuracy, 0.75);
    }
}
