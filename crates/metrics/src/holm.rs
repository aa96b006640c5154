//! Probabilities of many tests in, what is left of their strength out.

/// Holm's correction (Holm 1979; `statsmodels.stats.multitest.multipletests(method="holm")`): of many tests at 5 % one in twenty finds what
/// is not there. With these probabilities instead, it is one in twenty for all of them together.
pub fn holm(probabilities: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..probabilities.len()).collect();
    order.sort_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b]));
    let mut corrected = vec![0.0; probabilities.len()];
    let mut least: f64 = 0.0;
    for (rank, place) in order.into_iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "nobody makes 2^53 tests")]
        let tests = (probabilities.len() - rank) as f64;
        least = least.max((tests * probabilities[place]).min(1.0));
        corrected[place] = least;
    }
    corrected
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_counts_as_often_as_there_are_tests() {
        let found = holm(&[0.01, 0.04, 0.03, 0.5]);
        for (found, expected) in found.into_iter().zip([0.04, 0.09, 0.09, 0.5]) {
            assert!((found - expected).abs() < 1e-12, "{found}, expected {expected}");
        }
        assert!(holm(&[]).is_empty());
        assert!(holm(&[0.9, 0.8]).iter().all(|&p| p <= 1.0));
    }
}
