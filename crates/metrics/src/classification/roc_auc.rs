//! Scores of positive and negative samples in, the area under the ROC curve out.

use super::predictions::ClassificationPredictions;

/// The area of each class against all others: `sklearn.metrics.roc_auc_score` of "is of the class" and the class's probability.
pub(crate) fn one_against_rest(predictions: &ClassificationPredictions) -> Vec<Option<f64>> {
    let classes = 0..predictions.classes();
    if !predictions.are_complete() {
        return classes.map(|_| None).collect();
    }
    let of_class = |class: usize| {
        let samples = predictions.samples().iter();
        area(samples.map(|sample| (sample.probabilities[class], sample.target == class)).collect())
    };
    classes.map(of_class).collect()
}

/// The probability that a positive sample has a higher score than a negative one, ties counting half (Mann and Whitney's U):
/// the area under the ROC curve. None without a positive or without a negative.
#[expect(clippy::cast_precision_loss, reason = "twice the pairs of samples are below 2^53")]
fn area(mut scored: Vec<(f64, bool)>) -> Option<f64> {
    scored.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    let (mut negatives, mut positives, mut twice_won) = (0_u64, 0_u64, 0_u64);
    // They ascend, so that one that is not smaller than the next is equal to it; 0 and -0 are equal, too.
    for equal in scored.chunk_by(|(one, _), (next, _)| one >= next) {
        let here = equal.iter().filter(|(_, is_positive)| *is_positive).count() as u64;
        let against = equal.len() as u64 - here;
        twice_won += here * (2 * negatives + against);
        positives += here;
        negatives += against;
    }
    let pairs = positives * negatives;
    (pairs > 0).then(|| twice_won as f64 / (2 * pairs) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_by_hand() {
        // Of 4 pairs the positives win (0.8 over 0.1, 0.8 over 0.4, 0.35 over 0.1): 3/4, scikit-learn's own example.
        let example = vec![(0.1, false), (0.4, false), (0.35, true), (0.8, true)];
        assert_eq!(area(example), Some(0.75));
        assert_eq!(area(vec![(0.5, true), (0.5, false)]), Some(0.5));
        assert_eq!(area(vec![(0.0, true), (-0.0, false)]), Some(0.5));
        assert_eq!(area(vec![(0.9, false), (0.5, true)]), Some(0.0));
        assert_eq!(area(vec![(0.9, true)]), None);
        assert_eq!(area(vec![]), None);
    }
}
