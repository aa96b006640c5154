//! A count of successes becomes the range that the true share lies in; knows nothing of models.

/// The 97.5 % quantile of the normal distribution: two sides of it leave 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// The 95 % confidence interval `[low, high]` of a share of which `correct` in `total` were seen, both in `[0, 1]`.
///
/// Wilson's score interval (Wilson 1927; `scipy.stats.binomtest(..).proportion_ci(method="wilson")`): unlike the usual
/// `p +- z sqrt(p(1-p)/n)` it does not collapse where all or none are right. Without a sample it is `[0, 1]`; more correct
/// than there are counts as all.
#[expect(clippy::cast_precision_loss, reason = "counts of samples are far below 2^53")]
pub fn wilson_interval(correct: u64, total: u64) -> [f64; 2] {
    if total == 0 {
        return [0.0, 1.0];
    }
    let (correct, total) = (correct.min(total) as f64, total as f64);
    let share = correct / total;
    let square = Z * Z / total;
    let centre = (share + square / 2.0) / (1.0 + square);
    let half = Z / (1.0 + square) * (share * (1.0 - share) / total + square / (4.0 * total)).sqrt();
    // At the ends the formula is exact on paper, but not after rounding.
    let low = if share > 0.0 { (centre - half).max(0.0) } else { 0.0 };
    let high = if share < 1.0 { (centre + half).min(1.0) } else { 1.0 };
    [low, high]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn intervals_are_those_of_scipy() {
        let cases = [
            (0, 0, [0.0, 1.0]),
            // By hand: high = z^2 / (10 + z^2) = 3.841459 / 13.841459
            (0, 10, [0.0, 0.277_532_799_862_889_26]),
            (10, 10, [0.722_467_200_137_110_9, 1.0]),
            (5, 10, [0.236_593_090_512_564, 0.763_406_909_487_436_1]),
            (1, 1, [0.206_549_314_377_237_45, 1.0]),
            (9670, 10_000, [0.963_315_543_624_136_5, 0.970_325_801_897_651_5]),
        ];
        for (correct, total, expected) in cases {
            let got = wilson_interval(correct, total);
            let close = got.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-14);
            assert!(close, "{correct} of {total}: {got:?}, expected {expected:?}");
        }
    }

    proptest! {
        #[test]
        #[expect(clippy::cast_precision_loss, reason = "the formula is tested on any count")]
        fn the_share_lies_in_its_interval(correct: u64, total: u64) {
            let [low, high] = wilson_interval(correct, total);
            prop_assert!((0.0..=1.0).contains(&low) && (low..=1.0).contains(&high));
            if total > 0 {
                let share = correct.min(total) as f64 / total as f64;
                prop_assert!(low <= share + 1e-9 && share <= high + 1e-9);
            }
        }
    }
}
