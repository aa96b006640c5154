//! Cross-entropy on slices: logits and classes in, mean loss and probabilities out.

/// The mean over the rows of `log(sum(exp(logits))) - logits[class]`, and the softmax of each row, `[batch, classes]`.
///
/// A class that is none makes the loss NaN; the loader lets none through.
pub(crate) fn forward(logits: &[f32], classes: usize, targets: &[f32]) -> (f32, Vec<f32>) {
    let mut probabilities = logits.to_vec();
    let mut sum = 0.0_f32;
    for (row, &target) in probabilities.chunks_exact_mut(classes).zip(targets) {
        let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let chosen = row.get(place(target)).map_or(f32::NAN, |logit| logit - largest);
        let mut total = 0.0_f32;
        for value in row.iter_mut() {
            *value = (*value - largest).exp();
            total += *value;
        }
        for value in row.iter_mut() {
            *value /= total;
        }
        sum += total.ln() - chosen;
    }
    (sum / count(targets.len()), probabilities)
}

/// `(softmax - one_hot(target)) * gradient / batch`: `[batch, classes]`.
pub(crate) fn backward(
    probabilities: &[f32],
    classes: usize,
    targets: &[f32],
    gradient: f32,
) -> Vec<f32> {
    let mut made = probabilities.to_vec();
    let share = gradient / count(targets.len());
    for (row, &target) in made.chunks_exact_mut(classes).zip(targets) {
        if let Some(value) = row.get_mut(place(target)) {
            *value -= 1.0;
        }
        for value in row.iter_mut() {
            *value *= share;
        }
    }
    made
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a class, exact in f32"
)]
fn place(target: f32) -> usize {
    target as usize
}

#[expect(clippy::cast_precision_loss, reason = "batches are far below 2^24")]
fn count(length: usize) -> f32 {
    length as f32
}
