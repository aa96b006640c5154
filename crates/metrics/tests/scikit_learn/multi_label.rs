//! A yes or no to each of several labels for each example.

use burnwright_metrics::{JudgedLabels, MultiLabelEvaluation, MultiLabelPredictions};
use serde_json::Value;

use super::assert_near;

fn evaluation(case: &Value) -> Value {
    let targets: Vec<Vec<u8>> = serde_json::from_value(case["target"].clone()).unwrap();
    let probabilities: Vec<Vec<f64>> = serde_json::from_value(case["probability"].clone()).unwrap();
    let threshold = case["threshold"].as_f64().unwrap();
    let mut predictions = MultiLabelPredictions::new(targets[0].len(), threshold);
    for (index, (targets, probabilities)) in (0..).zip(targets.iter().zip(probabilities)) {
        let targets = targets.iter().map(|&target| target == 1).collect();
        predictions.push(JudgedLabels { index, targets, probabilities, loss: 0.0 });
    }
    serde_json::to_value(MultiLabelEvaluation::of(&predictions).unwrap()).unwrap()
}

fn cases() -> Vec<Value> {
    let mut file: Value =
        serde_json::from_str(include_str!("../fixtures/multi_label.json")).unwrap();
    serde_json::from_value(file["cases"].take()).unwrap()
}

#[test]
fn scores_of_the_whole() {
    for case in cases() {
        let got = evaluation(&case);
        for key in [
            "mean_average_precision",
            "micro_average_precision",
            "f1_macro",
            "f1_micro",
            "subset_accuracy",
            "hamming_loss",
        ] {
            // scikit-learn takes one label for two classes, and says none of these then.
            if key.starts_with("f1") && case[key].is_null() {
                continue;
            }
            assert_near(&format!("{} of {}", key, case["name"]), &got[key], &case[key]);
        }
    }
}

#[test]
fn scores_of_each_label() {
    for case in cases() {
        let got = evaluation(&case);
        for key in [
            "positives",
            "precision",
            "recall",
            "f1",
            "average_precision",
            "true_positives",
            "false_positives",
            "false_negatives",
            "true_negatives",
        ] {
            let labels = got["per_label"].as_array().unwrap();
            let column: Value = labels.iter().map(|label| label[key].clone()).collect();
            if case[key].is_array() {
                assert_near(&format!("{} of {}", key, case["name"]), &column, &case[key]);
            }
        }
    }
}
