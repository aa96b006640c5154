//! Logits in, probabilities and their loss out.

/// Makes probabilities of the logits in their place, `[classes]`, and returns the logarithm of the sum of their exponentials.
pub(super) fn softmax(logits: &mut [f64]) -> f64 {
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for logit in &mut *logits {
        *logit = (*logit - largest).exp();
        sum += *logit;
    }
    for probability in logits {
        *probability /= sum;
    }
    largest + sum.ln()
}

/// The loss of an example whose true class has this probability, which counts as 2.2e-16 at least (`sklearn.metrics.log_loss`).
pub(super) fn log_loss(probability: f64) -> f64 {
    -probability.max(f64::EPSILON).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_logits_do_not_overflow() {
        let mut logits = [1e4, 1e4, -1e4];
        let logarithm = softmax(&mut logits);
        assert!((logarithm - 1e4 - 2.0_f64.ln()).abs() < 1e-9, "{logarithm}");
        for (got, expected) in logits.into_iter().zip([0.5, 0.5, 0.0]) {
            assert!((got - expected).abs() < 1e-12, "{got}, expected {expected}");
        }
    }
}
