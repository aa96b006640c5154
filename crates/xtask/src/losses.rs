//! Two event logs in, the largest difference of their losses out.

use std::path::Path;

/// The largest difference between the losses of the same step of two runs, and how many steps were compared; an error where
/// there are none, or not the same number.
pub(crate) fn largest_difference(one: &Path, two: &Path) -> Result<(f64, usize), String> {
    let (ours, theirs) = (losses_of(one)?, losses_of(two)?);
    if ours.is_empty() || ours.len() != theirs.len() {
        return Err(format!("{} losses against {}", ours.len(), theirs.len()));
    }
    let differences = ours.iter().zip(&theirs).map(|(a, b)| (a - b).abs());
    // NaN is larger than any difference.
    let largest = differences
        .fold(0.0, |largest: f64, d| if d > largest || d.is_nan() { d } else { largest });
    Ok((largest, ours.len()))
}

/// The loss of each step in a run's `events.jsonl`.
fn losses_of(run: &Path) -> Result<Vec<f64>, String> {
    let path = run.join("events.jsonl");
    let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let mut losses = Vec::new();
    for line in text.lines() {
        let event: serde_json::Value =
            serde_json::from_str(line).map_err(|e| format!("{}: {e}", path.display()))?;
        let of_window = event["losses"].as_array().into_iter().flatten();
        // default: JSON writes null for a number that is not finite
        losses.extend(of_window.map(|loss| loss.as_f64().unwrap_or(f64::NAN)));
    }
    Ok(losses)
}
