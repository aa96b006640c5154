//! Every score against the value that scikit-learn or `SciPy` wrote.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

mod baseline;
mod classification;
mod multi_label;
mod regression;

use serde_json::Value;

#[track_caller]
fn assert_near(what: &str, got: &Value, expected: &Value) {
    if let (Value::Array(got), Value::Array(expected)) = (got, expected) {
        assert_eq!(got.len(), expected.len(), "{what}");
        for (place, (got, expected)) in got.iter().zip(expected).enumerate() {
            assert_near(&format!("{what}[{place}]"), got, expected);
        }
    } else if expected.is_null() {
        assert!(got.is_null(), "{what}: {got}, expected none");
    } else {
        let (got, expected) = (got.as_f64().expect(what), expected.as_f64().unwrap());
        // Of numbers above 1, the relative difference: a mean squared error may be of any size.
        let tolerance = 1e-9 * expected.abs().max(1.0);
        assert!((got - expected).abs() < tolerance, "{what}: {got}, expected {expected}");
    }
}
