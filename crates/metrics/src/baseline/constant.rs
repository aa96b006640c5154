//! The targets of training in, one answer for every example out.

use crate::{
    ClassificationPredictions, JudgedClass, JudgedNumber, MetricsError, RegressionPredictions,
};

use super::softmax::log_loss;

/// Always the most frequent class, and the classes' shares as probabilities (scikit-learn's `DummyClassifier(strategy="prior")`).
#[derive(Clone, Debug, PartialEq)]
pub struct MajorityClass {
    class: usize,
    shares: Vec<f64>,
}

impl MajorityClass {
    /// Counts the labels, `[rows]`; of equally frequent classes the first counts.
    ///
    /// # Errors
    ///
    /// Returns an error without a label, or if one is no class.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    pub fn of(labels: &[usize], class_count: usize) -> Result<Self, MetricsError> {
        check_labels(labels, class_count)?;
        if labels.is_empty() {
            return Err(MetricsError::NoRows);
        }
        let mut counts = vec![0_usize; class_count];
        for &label in labels {
            counts[label] += 1;
        }
        let class = (0..class_count).rev().max_by_key(|&class| counts[class]);
        let shares = counts.iter().map(|&count| count as f64 / labels.len() as f64).collect();
        Ok(Self { class: class.expect("a label is a class"), shares })
    }

    /// The most frequent class.
    pub fn class(&self) -> usize {
        self.class
    }

    /// The share of each class among the labels, `[classes]`.
    pub fn shares(&self) -> &[f64] {
        &self.shares
    }

    /// What it says of examples with these labels.
    ///
    /// # Errors
    ///
    /// Returns an error if a label is no class.
    pub fn judge(&self, labels: &[usize]) -> Result<ClassificationPredictions, MetricsError> {
        check_labels(labels, self.shares.len())?;
        let mut predictions = ClassificationPredictions::new(self.shares.len());
        for (index, &target) in (0..).zip(labels) {
            let (predicted, probabilities) = (self.class, self.shares.clone());
            let loss = log_loss(probabilities[target]);
            predictions.push(JudgedClass { index, target, predicted, loss, probabilities });
        }
        Ok(predictions)
    }
}

/// Always the same number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConstantNumber {
    value: f64,
}

impl ConstantNumber {
    /// The mean of the targets, `[rows]`: the constant of the least squared error.
    ///
    /// # Errors
    ///
    /// Returns an error without a target, or if one is not finite.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    pub fn mean(targets: &[f64]) -> Result<Self, MetricsError> {
        check_targets(targets)?;
        let count = targets.len() as f64;
        // Of the parts, so that the sum of large numbers is no overflow.
        Ok(Self { value: targets.iter().map(|target| target / count).sum() })
    }

    /// The median of the targets, `[rows]`: the constant of the least absolute error.
    ///
    /// # Errors
    ///
    /// Returns an error without a target, or if one is not finite.
    pub fn median(targets: &[f64]) -> Result<Self, MetricsError> {
        check_targets(targets)?;
        let mut sorted = targets.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        let value = if sorted.len() % 2 == 1 {
            sorted[middle]
        } else {
            f64::midpoint(sorted[middle - 1], sorted[middle])
        };
        Ok(Self { value })
    }

    /// The number.
    pub fn value(&self) -> f64 {
        self.value
    }

    /// What it says of examples with these targets; the loss is the squared error.
    ///
    /// # Errors
    ///
    /// Returns an error if a target is not finite.
    pub fn judge(&self, targets: &[f64]) -> Result<RegressionPredictions, MetricsError> {
        judge_numbers(targets, std::iter::repeat(self.value))
    }
}

/// Predicted numbers next to their targets; the loss is the squared error.
pub(super) fn judge_numbers(
    targets: &[f64],
    predicted: impl Iterator<Item = f64>,
) -> Result<RegressionPredictions, MetricsError> {
    check_finite(targets)?;
    let mut predictions = RegressionPredictions::new();
    for ((index, &target), predicted) in (0..).zip(targets).zip(predicted) {
        let loss = (predicted - target).powi(2);
        predictions.push(JudgedNumber { index, target, predicted, loss });
    }
    Ok(predictions)
}

/// An error if a label is no class.
pub(super) fn check_labels(labels: &[usize], classes: usize) -> Result<(), MetricsError> {
    match labels.iter().position(|&label| label >= classes) {
        Some(row) => Err(MetricsError::NotAClass { row, label: labels[row], classes }),
        None => Ok(()),
    }
}

/// An error if there is no target or one is not finite.
pub(super) fn check_targets(targets: &[f64]) -> Result<(), MetricsError> {
    if targets.is_empty() { Err(MetricsError::NoRows) } else { check_finite(targets) }
}

fn check_finite(targets: &[f64]) -> Result<(), MetricsError> {
    match targets.iter().position(|target| !target.is_finite()) {
        Some(row) => Err(MetricsError::TargetNotFinite { row, value: targets[row] }),
        None => Ok(()),
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values have no rounding")]
mod tests {
    use super::*;
    use crate::{ClassificationEvaluation, RegressionEvaluation};

    #[test]
    fn the_majority_is_the_first_of_the_most_frequent_classes() {
        let constant = MajorityClass::of(&[2, 1, 1, 2], 4).unwrap();
        assert_eq!((constant.class(), constant.shares()), (1, &[0.0, 0.5, 0.5, 0.0][..]));
        let evaluation =
            ClassificationEvaluation::of(&constant.judge(&[1, 2, 1, 1]).unwrap()).unwrap();
        assert_eq!((evaluation.accuracy, evaluation.loss), (0.75, 0.5_f64.ln().abs()));
    }

    #[test]
    fn a_class_that_training_never_saw_costs_a_finite_loss() {
        let constant = MajorityClass::of(&[0], 2).unwrap();
        let loss = constant.judge(&[1]).unwrap().samples()[0].loss;
        assert!((36.0..36.1).contains(&loss), "{loss}");
    }

    #[test]
    fn mean_and_median() {
        assert_eq!(ConstantNumber::mean(&[1.0, 2.0, 6.0]).unwrap().value(), 3.0);
        assert_eq!(ConstantNumber::median(&[6.0, 1.0, 2.0]).unwrap().value(), 2.0);
        assert_eq!(ConstantNumber::median(&[6.0, 1.0, 2.0, 4.0]).unwrap().value(), 3.0);
        assert!(ConstantNumber::mean(&[f64::MAX, f64::MAX]).unwrap().value().is_finite());
        assert_eq!(ConstantNumber::median(&[f64::MAX, f64::MAX]).unwrap().value(), f64::MAX);
        let judged = ConstantNumber::mean(&[1.0, 3.0]).unwrap().judge(&[1.0, 3.0]).unwrap();
        let evaluation = RegressionEvaluation::of(&judged).unwrap();
        assert_eq!(serde_json::to_value(evaluation).unwrap()["r2"], 0.0);
    }

    #[test]
    fn what_cannot_be_counted_is_an_error() {
        assert_eq!(MajorityClass::of(&[], 2).unwrap_err(), MetricsError::NoRows);
        assert_eq!(ConstantNumber::mean(&[]).unwrap_err(), MetricsError::NoRows);
        let fault = MajorityClass::of(&[0, 2], 2).unwrap_err().to_string();
        assert_eq!(fault, "the label of row 1 is no class: 2, expected a number below 2");
        let fault = ConstantNumber::median(&[0.0, f64::INFINITY]).unwrap_err().to_string();
        assert_eq!(fault, "the target of row 1 is not finite: inf");
    }
}
