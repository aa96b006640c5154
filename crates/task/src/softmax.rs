//! The logits of one example, `[classes]`, become a class and probabilities; all sums are `f64` on the host.

/// The place of the largest value, the first of equal ones. NaN never wins; with nothing but NaN it is 0.
pub fn first_largest(logits: &[f32]) -> usize {
    let mut best = None;
    for (class, &value) in logits.iter().enumerate() {
        if !value.is_nan() && best.is_none_or(|(_, largest)| value > largest) {
            best = Some((class, value));
        }
    }
    best.map_or(0, |(class, _)| class)
}

/// `torch.softmax` over all classes; none where a logit is infinite or NaN.
pub fn softmax(logits: &[f32]) -> Option<Vec<f64>> {
    if !logits.iter().all(|value| value.is_finite()) {
        return None;
    }
    let shifted = exponentials(logits);
    let sum: f64 = shifted.iter().sum();
    Some(shifted.into_iter().map(|value| value / sum).collect())
}

/// `exp(logit - largest logit)`: at most 1, so that no sum overflows.
pub(crate) fn exponentials(logits: &[f32]) -> Vec<f64> {
    let largest = largest(logits);
    logits.iter().map(|&value| (f64::from(value) - largest).exp()).collect()
}

pub(crate) fn largest(logits: &[f32]) -> f64 {
    logits.iter().fold(f64::NEG_INFINITY, |largest, &value| largest.max(f64::from(value)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LossConfig;
    use crate::loss::Truth;

    fn cross_entropy(logits: &[f32], class: usize) -> f64 {
        LossConfig::default().of_example(logits, &Truth::Class(class))
    }

    #[test]
    fn the_first_of_equal_values_wins_and_nan_never() {
        assert_eq!(first_largest(&[1.0, 3.0, 3.0]), 1);
        assert_eq!(first_largest(&[f32::NAN, 1.0, 2.0]), 2);
        assert_eq!(first_largest(&[1.0, f32::NAN]), 0);
        assert_eq!(first_largest(&[f32::NAN, f32::NEG_INFINITY]), 1);
        assert_eq!(first_largest(&[f32::NAN, f32::NAN]), 0);
        assert_eq!(first_largest(&[f32::NEG_INFINITY, f32::INFINITY]), 1);
        assert_eq!(first_largest(&[]), 0);
    }

    #[test]
    fn softmax_and_cross_entropy_are_those_of_torch() {
        // torch 2: softmax and cross_entropy in float64 on these two rows.
        let (one, two) = ([1.0, 2.0, 3.0], [0.0, -1.0, 100.0]);
        let expected = [0.090_030_573_170_380_45, 0.244_728_471_054_797_6, 0.665_240_955_774_821_8];
        for (got, expected) in softmax(&one).unwrap().iter().zip(expected) {
            assert!((got - expected).abs() < 1e-15);
        }
        let mean = f64::midpoint(cross_entropy(&one, 0), cross_entropy(&two, 1));
        assert!((mean - 51.703_802_982_222_19).abs() < 1e-12);
    }

    #[test]
    fn large_logits_do_not_overflow() {
        assert!(cross_entropy(&[f32::MAX, f32::MIN], 0).abs() < 1e-9);
        assert_eq!(softmax(&[f32::MAX, f32::MIN]).unwrap(), [1.0, 0.0]);
        assert!(softmax(&[f32::INFINITY, 0.0]).is_none());
        assert!(cross_entropy(&[f32::NAN, 0.0], 1).is_nan());
    }
}
