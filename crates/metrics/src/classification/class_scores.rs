//! A confusion matrix in, precision, recall and F1 of each class and their means out.

use serde::Serialize;

use crate::share::share;

/// How one class fared.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ClassScores {
    /// Of the samples taken for this class, the share that is of it; 0 where none was.
    pub precision: f64,
    /// Of the samples of this class, the share taken for it; 0 where there is none.
    pub recall: f64,
    /// The harmonic mean of the two; 0 where both are.
    pub f1: f64,
    /// Samples of this class.
    pub support: u64,
    /// Area under the ROC curve of this class against all others; none where one of the two has no sample, or a sample
    /// has no probabilities.
    pub roc_auc: Option<f64>,
}

/// Means over the classes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Means {
    /// Of the precisions.
    pub precision: f64,
    /// Of the recalls.
    pub recall: f64,
    /// Of the F1 scores.
    pub f1: f64,
    /// Of the areas, if each class has one.
    pub roc_auc: Option<f64>,
}

/// `sklearn.metrics.precision_recall_fscore_support(zero_division=0)`, from `confusion [true, predicted]`.
pub(crate) fn class_scores(confusion: &[Vec<u64>], areas: &[Option<f64>]) -> Vec<ClassScores> {
    let column = |class: usize| confusion.iter().map(|row| row[class]).sum::<u64>();
    let of_class = |(class, row): (usize, &Vec<u64>)| {
        let (right, taken, support) = (row[class], column(class), row.iter().sum());
        ClassScores {
            precision: share(right, taken),
            recall: share(right, support),
            f1: share(2 * right, taken + support),
            support,
            roc_auc: areas.get(class).copied().flatten(),
        }
    };
    confusion.iter().enumerate().map(of_class).collect()
}

impl Means {
    /// Each class counts the same: scikit-learn's `average="macro"`.
    pub(crate) fn of_classes(scores: &[ClassScores]) -> Self {
        Self::weighted_by(scores, |_| 1.0)
    }

    /// Each sample counts the same: scikit-learn's `average="weighted"`.
    #[expect(clippy::cast_precision_loss, reason = "counts of samples are far below 2^53")]
    pub(crate) fn of_samples(scores: &[ClassScores]) -> Self {
        Self::weighted_by(scores, |class| class.support as f64)
    }

    fn weighted_by(scores: &[ClassScores], weight: impl Fn(&ClassScores) -> f64) -> Self {
        let total: f64 = scores.iter().map(&weight).sum();
        let mean = |of: &dyn Fn(&ClassScores) -> f64| {
            let sum: f64 = scores.iter().map(|class| weight(class) * of(class)).sum();
            if total > 0.0 { sum / total } else { 0.0 }
        };
        let has_areas = scores.iter().all(|class| class.roc_auc.is_some());
        Self {
            precision: mean(&|class| class.precision),
            recall: mean(&|class| class.recall),
            f1: mean(&|class| class.f1),
            roc_auc: has_areas
                .then(|| mean(&|class| class.roc_auc.expect("all classes have an area"))),
        }
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values have no rounding")]
mod tests {
    use super::*;

    #[test]
    fn two_classes_by_hand() {
        // Class 0: 3 right of 4, one of class 1 taken for it. No sample is of class 2 and none taken for it.
        let confusion = [vec![3, 1, 0], vec![1, 5, 0], vec![0, 0, 0]];
        let scores = class_scores(&confusion, &[Some(0.5), Some(0.7), None]);
        let of = |class: usize| [scores[class].precision, scores[class].recall, scores[class].f1];
        assert_eq!(of(0), [0.75, 0.75, 0.75]);
        assert_eq!(of(1), [5.0 / 6.0, 5.0 / 6.0, 5.0 / 6.0]);
        assert_eq!(of(2), [0.0; 3]);
        assert_eq!(scores.iter().map(|class| class.support).collect::<Vec<_>>(), [4, 6, 0]);
        assert_eq!(Means::of_samples(&scores).recall, 0.8);
        assert_eq!(Means::of_classes(&scores).roc_auc, None);
        assert_eq!(Means::of_classes(&scores[..2]).roc_auc, Some(0.6));
    }
}
