//! Values in, what given shares of them stay below out.

/// `numpy.quantile` (linear between two values) at each share from 0 to 1, of at least one value; all NaN where a value is.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "places are not negative and far below 2^53"
)]
pub(super) fn quantiles<const COUNT: usize>(
    mut values: Vec<f64>,
    shares: [f64; COUNT],
) -> [f64; COUNT] {
    if values.iter().any(|value| value.is_nan()) {
        return [f64::NAN; COUNT];
    }
    values.sort_unstable_by(f64::total_cmp);
    let last = values.len() - 1;
    shares.map(|share| {
        let place = share * last as f64;
        let below = place.floor() as usize;
        let above = (below + 1).min(last);
        values[below] + (values[above] - values[below]) * (place - place.floor())
    })
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values have no rounding")]
mod tests {
    use super::*;

    #[test]
    fn quantiles_by_hand() {
        assert_eq!(
            quantiles(vec![4.0, 1.0, 2.0, 3.0], [0.0, 0.5, 0.75, 1.0]),
            [1.0, 2.5, 3.25, 4.0]
        );
        assert_eq!(quantiles(vec![7.0], [0.0, 0.5, 1.0]), [7.0; 3]);
        assert!(quantiles(vec![1.0, f64::NAN], [0.5])[0].is_nan());
    }
}
