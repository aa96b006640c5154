//! Predictions in, how far their confidence is from how often they are correct out.

use serde::Serialize;

use super::predictions::ClassificationPredictions;
use crate::share::share;

/// Bins of the reliability table, of equal width.
pub const BINS: usize = 15;

/// How confidence and accuracy agree.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Calibration {
    /// Expected calibration error: the mean over the samples of the difference between their bin's accuracy and confidence, 0 to 1
    /// (Guo and others 2017, "On Calibration of Modern Neural Networks", eq. 3; torchmetrics' `MulticlassCalibrationError`
    /// with 15 bins and the L1 norm).
    pub error: f64,
    /// The reliability table, from the least confident to the most; `sklearn.calibration.calibration_curve` of "is correct"
    /// and the confidence.
    pub bins: Vec<Bin>,
}

/// The samples whose prediction has a probability above `low` and up to `high`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Bin {
    /// Lower bound; 0 itself belongs to the first bin.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
    /// Samples.
    pub count: usize,
    /// Share of them that is correct; 0 without a sample.
    pub accuracy: f64,
    /// The mean probability of their predictions; 0 without a sample.
    pub confidence: f64,
}

impl Calibration {
    /// None where there is no sample, or one without probabilities.
    #[expect(clippy::cast_precision_loss, reason = "counts of samples are far below 2^53")]
    pub(crate) fn of(predictions: &ClassificationPredictions) -> Option<Self> {
        let samples = predictions.samples();
        if samples.is_empty() || !predictions.are_complete() {
            return None;
        }
        let edge = |number: usize| number as f64 / BINS as f64;
        let mut tallies = [(0_usize, 0_usize, 0.0_f64); BINS];
        for sample in samples {
            let confidence = sample.confidence();
            let bin = (1..BINS).filter(|&inner| edge(inner) < confidence).count();
            let (count, right, sum) = &mut tallies[bin];
            *count += 1;
            *right += usize::from(sample.is_right());
            *sum += confidence;
        }
        let of_bin = |(number, &(count, right, sum)): (usize, &(usize, usize, f64))| Bin {
            low: edge(number),
            high: edge(number + 1),
            count,
            accuracy: share(right, count),
            confidence: if count > 0 { sum / count as f64 } else { 0.0 },
        };
        let bins: Vec<Bin> = tallies.iter().enumerate().map(of_bin).collect();
        let gap = |bin: &Bin| bin.count as f64 * (bin.accuracy - bin.confidence).abs();
        let error = bins.iter().map(gap).sum::<f64>() / samples.len() as f64;
        Some(Self { error, bins })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classification::JudgedClass;

    #[test]
    fn the_error_by_hand() {
        let mut predictions = ClassificationPredictions::new(2);
        // In (0.8, 0.866]: 0.85 right, 0.81 wrong: half right, 0.83 confident. In (0.933, 1]: 1.0 right.
        for (confidence, target) in [(0.85, 0), (0.81, 1), (1.0, 0)] {
            let probabilities = vec![confidence, 1.0 - confidence];
            predictions.push(JudgedClass {
                index: 0,
                target,
                predicted: 0,
                loss: 0.0,
                probabilities,
            });
        }
        let Calibration { error, bins } = Calibration::of(&predictions).unwrap();
        assert!((error - 2.0 / 3.0 * 0.33).abs() < 1e-12, "{error}");
        assert_eq!(bins.len(), BINS);
        assert_eq!([bins[12].count, bins[13].count, bins[14].count], [2, 0, 1]);
        assert_eq!((bins[12].accuracy, bins[14].confidence), (0.5, 1.0));
    }

    #[test]
    fn without_probabilities_there_is_none() {
        let mut predictions = ClassificationPredictions::new(2);
        assert_eq!(Calibration::of(&predictions), None);
        let probabilities = vec![];
        predictions.push(JudgedClass {
            index: 0,
            target: 0,
            predicted: 0,
            loss: 0.0,
            probabilities,
        });
        assert_eq!(Calibration::of(&predictions), None);
    }
}
