//! Probabilities of positive and negative examples in, the average precision out.

use crate::share::share;

/// `sklearn.metrics.average_precision_score`: the examples are gone through from the most probable; each step to a lower probability adds
/// the recall that it gains, times the precision that it leaves. Equally probable examples are one step. None without a positive, where
/// scikit-learn warns and says 0.
pub(super) fn average_precision(mut ranked: Vec<(f64, bool)>) -> Option<f64> {
    ranked.sort_unstable_by(|(one, _), (other, _)| other.total_cmp(one));
    let positives = ranked.iter().filter(|(_, is_positive)| *is_positive).count();
    let (mut seen, mut found, mut sum) = (0_usize, 0_usize, 0.0);
    // They descend, so that one that is not greater than the next is equal to it; 0 and -0 are equal, too.
    for step in ranked.chunk_by(|(one, _), (next, _)| one <= next) {
        let gained = step.iter().filter(|(_, is_positive)| *is_positive).count();
        seen += step.len();
        found += gained;
        sum += share(gained, positives) * share(found, seen);
    }
    (positives > 0).then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn average_precisions_by_hand() {
        let near = |ranked: &[(f64, bool)], expected: f64| {
            let found = average_precision(ranked.to_vec()).unwrap();
            assert!((found - expected).abs() < 1e-12, "{ranked:?}: {found}, expected {expected}");
        };
        // The positives are first and third: (1/1 + 2/3) / 2, scikit-learn's own example.
        near(&[(0.1, false), (0.4, false), (0.35, true), (0.8, true)], 5.0 / 6.0);
        // Equal ones are one step, whatever their order.
        near(&[(0.5, true), (0.5, false)], 0.5);
        near(&[(0.5, false), (0.5, true)], 0.5);
        near(&[(-0.0, true), (0.0, false)], 0.5);
        near(&[(0.1, true), (0.2, true)], 1.0);
        assert_eq!(average_precision(vec![(0.9, false)]), None);
        assert_eq!(average_precision(vec![]), None);
    }
}
