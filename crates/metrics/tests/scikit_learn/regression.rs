//! One number for each example.

use burnwright_metrics::regression::METRICS;
use burnwright_metrics::{
    JudgedNumber, RegressionEvaluation, RegressionPredictions, compare_paired,
};
use serde_json::Value;

use super::assert_near;

fn expected() -> Value {
    serde_json::from_str(include_str!("../fixtures/regression.json")).unwrap()
}

fn numbers(values: &Value) -> Vec<f64> {
    serde_json::from_value(values.clone()).unwrap()
}

fn evaluation(case: &Value) -> Value {
    let mut predictions = RegressionPredictions::new();
    let pairs = numbers(&case["target"]).into_iter().zip(numbers(&case["predicted"]));
    for (index, (target, predicted)) in (0..).zip(pairs) {
        predictions.push(JudgedNumber { index, target, predicted, loss: 0.0 });
    }
    serde_json::to_value(RegressionEvaluation::of(&predictions).unwrap()).unwrap()
}

#[test]
fn scores() {
    for case in expected()["cases"].as_array().unwrap() {
        let got = evaluation(case);
        let names = METRICS.iter().map(|measure| measure.metric.name);
        for key in names.chain(["mean_error"]) {
            assert_near(&format!("{} of {}", key, case["name"]), &got[key], &case[key]);
        }
        let quantiles = got["error_quantiles"].as_array().unwrap();
        let errors: Value = quantiles.iter().map(|quantile| quantile["error"].clone()).collect();
        assert_near("error quantiles", &errors, &case["error_quantiles"]);
    }
}

#[test]
fn the_paired_t_test() {
    for case in expected()["paired"].as_array().unwrap() {
        let found = compare_paired(&numbers(&case["first"]), &numbers(&case["second"])).unwrap();
        let ratio = found.p / case["p"].as_f64().unwrap();
        assert!((ratio - 1.0).abs() < 1e-9, "{}, expected {}", found.p, case["p"]);
        assert_near("difference", &found.difference.into(), &case["difference"]);
        assert_near("interval", &serde_json::json!(found.interval), &case["interval"]);
    }
}
