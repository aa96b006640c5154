//! One class for each example.

use burnwright_metrics::{
    ClassificationEvaluation, ClassificationPredictions, JudgedClass, compare_seeds, mcnemar,
    wilson_interval,
};
use serde_json::Value;

use super::assert_near;

const CLASSES: usize = 7;

struct Row {
    judged: JudgedClass,
    second: usize,
}

fn rows() -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(&include_bytes!("../fixtures/predictions.csv")[..]);
    let row = |(index, record): (u32, csv::StringRecord)| {
        let class = |column: usize| record[column].parse::<usize>().unwrap();
        let probabilities: Vec<f64> =
            (3..3 + CLASSES).map(|column| record[column].parse().unwrap()).collect();
        let loss = -probabilities[class(0)].ln();
        let judged =
            JudgedClass { index, target: class(0), predicted: class(1), loss, probabilities };
        Row { judged, second: class(2) }
    };
    (0..).zip(reader.records().map(Result::unwrap)).map(row).collect()
}

fn expected() -> Value {
    serde_json::from_str(include_str!("../fixtures/scores.json")).unwrap()
}

fn evaluation() -> Value {
    let mut predictions = ClassificationPredictions::new(CLASSES);
    for row in rows() {
        predictions.push(row.judged);
    }
    serde_json::to_value(ClassificationEvaluation::of(&predictions).unwrap()).unwrap()
}

/// One column of a table of objects.
fn column(rows: &Value, key: &str) -> Value {
    rows.as_array().unwrap().iter().map(|row| row[key].clone()).collect()
}

#[test]
fn scores_of_the_whole() {
    let (got, expected) = (evaluation(), expected());
    for key in ["accuracy", "interval", "loss", "confusion"] {
        assert_near(key, &got[key], &expected[key]);
    }
    assert_eq!(column(&got["top_k"], "k"), serde_json::json!([2, 5]));
    assert_near("top 2", &got["top_k"][0]["accuracy"], &expected["top_2"]);
    assert_near("top 5", &got["top_k"][1]["accuracy"], &expected["top_5"]);
}

#[test]
fn scores_of_each_class_and_their_means() {
    let (got, expected) = (evaluation(), expected());
    for key in ["precision", "recall", "f1", "support", "roc_auc"] {
        assert_near(key, &column(&got["per_class"], key), &expected[key]);
    }
    for mean in ["macro", "weighted"] {
        for key in ["precision", "recall", "f1", "roc_auc"] {
            assert_near(&format!("{mean} {key}"), &got[mean][key], &expected[mean][key]);
        }
    }
}

#[test]
fn calibration() {
    let (got, expected) = (evaluation()["calibration"].take(), expected());
    assert_near("error", &got["error"], &expected["calibration_error"]);
    let filled: Value =
        got["bins"].as_array().unwrap().iter().filter(|bin| bin["count"] != 0).cloned().collect();
    assert_near("count", &column(&got["bins"], "count"), &expected["bins"]["count"]);
    for key in ["accuracy", "confidence"] {
        assert_near(key, &column(&filled, key), &expected["bins"][key]);
    }
}

#[test]
fn mcnemars_test() {
    let expected = expected();
    let rows = rows();
    let first: Vec<bool> = rows.iter().map(|row| row.judged.is_right()).collect();
    let second: Vec<bool> = rows.iter().map(|row| row.second == row.judged.target).collect();
    let found = mcnemar(&first, &second);
    let got = serde_json::json!([found.only_first, found.only_second, found.p]);
    assert_near("predictions", &got, &expected["mcnemar"]);
    for case in expected["tosses"].as_array().unwrap() {
        let [one, other] = [0, 1].map(|i| usize::try_from(case[i].as_u64().unwrap()).unwrap());
        let first: Vec<bool> = (0..one + other).map(|sample| sample < one).collect();
        let second: Vec<bool> = first.iter().map(|right| !right).collect();
        let ratio = mcnemar(&first, &second).p / case[2].as_f64().unwrap();
        assert!((ratio - 1.0).abs() < 1e-9, "{case}: {ratio}");
    }
}

#[test]
fn welchs_test() {
    for case in expected()["seeds"].as_array().unwrap() {
        let values = |key: &str| -> Vec<f64> { serde_json::from_value(case[key].clone()).unwrap() };
        let found = compare_seeds(&values("first"), &values("second")).unwrap();
        assert!((found.p / case["p"].as_f64().unwrap() - 1.0).abs() < 1e-9, "{}", found.p);
        assert_near("interval", &serde_json::json!(found.interval), &case["interval"]);
    }
}

#[test]
fn wilsons_interval() {
    // scipy.stats.binomtest(9670, 10000).proportion_ci(method="wilson")
    let [low, high] = wilson_interval(9670, 10_000);
    assert!((low - 0.963_315_543_624_136_5).abs() < 1e-12);
    assert!((high - 0.970_325_801_897_651_5).abs() < 1e-12);
}
