//! Predictions in, all scores out.

use serde::Serialize;

use super::calibration::Calibration;
use super::class_scores::{ClassScores, Means, class_scores};
use super::predictions::ClassificationPredictions;
use super::roc_auc::one_against_rest;
use super::top_k::TopK;
use crate::interval::wilson_interval;
use crate::share::share;

/// The classes that count in the second of the top-k accuracies.
const TOP: usize = 5;

/// How a classifier did on a split.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ClassificationEvaluation {
    /// Samples whose class is the predicted one. A sample with a score that is NaN is not correct.
    pub correct: usize,
    /// Samples.
    pub total: usize,
    /// `correct / total`, 0 to 1.
    pub accuracy: f64,
    /// The 95 % confidence interval of the accuracy; see [`wilson_interval`].
    pub interval: [f64; 2],
    /// Mean loss a sample; NaN (in JSON: null) where a score was.
    pub loss: f64,
    /// Among the 2 and the 5 most probable classes, as far as there are more classes than that.
    pub top_k: Vec<TopK>,
    /// Each class by itself.
    pub per_class: Vec<ClassScores>,
    /// Means in which each class counts the same.
    #[serde(rename = "macro")]
    pub macro_mean: Means,
    /// Means in which each sample counts the same.
    #[serde(rename = "weighted")]
    pub weighted_mean: Means,
    /// How confidence and accuracy agree; none where a sample has no probabilities.
    pub calibration: Option<Calibration>,
    /// How often each class (row) was taken for each class (column).
    pub confusion: Vec<Vec<u64>>,
}

impl ClassificationEvaluation {
    /// All scores of a split; none where it holds no sample.
    pub fn of(predictions: &ClassificationPredictions) -> Option<Self> {
        let samples = predictions.samples();
        let (classes, total) = (predictions.classes(), samples.len());
        if total == 0 {
            return None;
        }
        let mut confusion = vec![vec![0; classes]; classes];
        for sample in samples {
            confusion[sample.target][sample.predicted] += 1;
        }
        let correct = samples.iter().filter(|sample| sample.is_right()).count();
        let per_class = class_scores(&confusion, &one_against_rest(predictions));
        let (macro_mean, weighted_mean) =
            (Means::of_classes(&per_class), Means::of_samples(&per_class));
        Some(Self {
            correct,
            total,
            accuracy: share(correct, total),
            interval: wilson_interval(correct as u64, total as u64),
            loss: mean_loss(predictions),
            top_k: [2, TOP]
                .into_iter()
                .filter(|&k| k < classes)
                .map(|k| TopK::of(predictions, k))
                .collect(),
            per_class,
            macro_mean,
            weighted_mean,
            calibration: Calibration::of(predictions),
            confusion,
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of samples are far below 2^53")]
fn mean_loss(predictions: &ClassificationPredictions) -> f64 {
    let samples = predictions.samples();
    samples.iter().map(|sample| sample.loss).sum::<f64>() / samples.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classification::JudgedClass;

    fn judged(target: usize, probabilities: [f64; 3]) -> JudgedClass {
        let predicted = (0..3).max_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b]));
        let probabilities = probabilities.to_vec();
        JudgedClass { index: 0, target, predicted: predicted.unwrap(), loss: 1.0, probabilities }
    }

    #[test]
    fn rows_of_the_confusion_are_true_classes() {
        let mut predictions = ClassificationPredictions::new(3);
        for sample in [judged(0, [0.1, 0.2, 0.7]), judged(2, [0.1, 0.2, 0.7])] {
            predictions.push(sample);
        }
        let found = ClassificationEvaluation::of(&predictions).unwrap();
        assert_eq!(found.confusion, [[0, 0, 1], [0, 0, 0], [0, 0, 1]]);
        assert_eq!((found.correct, found.total), (1, 2));
        assert_eq!(found.top_k.iter().map(|top| top.k).collect::<Vec<_>>(), [2]);
        assert_eq!(found.interval.map(f64::to_bits), wilson_interval(1, 2).map(f64::to_bits));
    }

    #[test]
    fn a_sample_without_probabilities_is_wrong_and_leaves_no_curve() {
        let mut predictions = ClassificationPredictions::new(3);
        predictions.push(judged(0, [0.8, 0.1, 0.1]));
        predictions.push(JudgedClass {
            probabilities: vec![],
            loss: f64::NAN,
            ..judged(1, [0.0, 1.0, 0.0])
        });
        let found = ClassificationEvaluation::of(&predictions).unwrap();
        assert_eq!((found.correct, found.confusion[1][1]), (1, 1));
        assert!(found.loss.is_nan() && found.calibration.is_none());
        assert!(found.per_class.iter().all(|class| class.roc_auc.is_none()));
        assert_eq!(ClassificationEvaluation::of(&ClassificationPredictions::new(3)), None);
    }
}
