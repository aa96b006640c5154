//! Linear baselines.

use burnwright_metrics::baseline::{Features, Layout, fit_classes, fit_numbers};
use burnwright_metrics::{ClassificationEvaluation, RegressionEvaluation};
use serde::Deserialize;

#[derive(Deserialize)]
struct Fixture {
    regression: Vec<Case<f64, Numbers>>,
    classification: Vec<Case<usize, Expected>>,
}

#[derive(Deserialize)]
struct Case<T, E> {
    name: String,
    numbers: usize,
    cardinalities: Vec<usize>,
    train: usize,
    values: Vec<f32>,
    target: Vec<T>,
    #[serde(flatten)]
    expected: E,
}

#[derive(Deserialize)]
struct Numbers {
    predicted: Vec<f64>,
    weights: Option<Vec<f64>>,
    intercept: Option<f64>,
    rmse: f64,
    r2: f64,
}

#[derive(Deserialize)]
struct Expected {
    classes: usize,
    accuracy: f64,
    loss: f64,
    probabilities: Vec<Vec<f64>>,
    weights: Vec<f64>,
    intercepts: Vec<f64>,
}

impl<T, E> Case<T, E> {
    fn layout(&self) -> Layout {
        Layout { numbers: self.numbers, cardinalities: self.cardinalities.clone() }
    }

    /// Training rows and test rows.
    fn features<'a>(&'a self, layout: &'a Layout) -> [Features<'a>; 2] {
        let (train, test) = self.values.split_at(self.train * layout.columns());
        [train, test].map(|values| Features::new(values, layout).unwrap())
    }
}

fn fixture() -> Fixture {
    serde_json::from_str(include_str!("../fixtures/baseline.json")).unwrap()
}

/// Each difference is at most `tolerance` of the largest expected value.
#[track_caller]
fn assert_close(what: &str, got: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(got.len(), expected.len(), "{what}");
    let largest = expected.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    for (place, (got, expected)) in got.iter().zip(expected).enumerate() {
        let close = (got - expected).abs() <= tolerance * largest;
        assert!(close, "{what} {place}: {got}, expected {expected}");
    }
}

#[test]
fn least_squares() {
    for case in fixture().regression {
        let layout = case.layout();
        let [train, test] = case.features(&layout);
        let linear = fit_numbers(&train, &case.target[..case.train]).unwrap();
        let (name, expected) = (&case.name, &case.expected);
        let predicted = [linear.predict(&train).unwrap(), linear.predict(&test).unwrap()].concat();
        assert_close(&format!("prediction of {name}"), &predicted, &expected.predicted, 1e-6);
        if let (Some(weights), Some(intercept)) = (&expected.weights, expected.intercept) {
            assert_close(&format!("weight of {name}"), linear.weights(), weights, 1e-6);
            assert_close(
                &format!("intercept of {name}"),
                &[linear.intercept()],
                &[intercept],
                1e-6,
            );
        }
        let judged = linear.judge(&test, &case.target[case.train..]).unwrap();
        let scores = serde_json::to_value(RegressionEvaluation::of(&judged).unwrap()).unwrap();
        let score = |name: &str| scores[name].as_f64().unwrap();
        assert_close(&format!("RMSE of {name}"), &[score("rmse")], &[expected.rmse], 1e-6);
        assert_close(&format!("R2 of {name}"), &[score("r2")], &[expected.r2], 1e-6);
    }
}

#[test]
fn logistic_regression() {
    for case in fixture().classification {
        let layout = case.layout();
        let [train, test] = case.features(&layout);
        let expected = &case.expected;
        let linear = fit_classes(&train, &case.target[..case.train], expected.classes).unwrap();
        let name = &case.name;
        assert!(linear.fit().converged, "{name}: {:?}", linear.fit());
        assert_close(&format!("weight of {name}"), linear.weights(), &expected.weights, 2e-3);
        assert_close(
            &format!("intercept of {name}"),
            linear.intercepts(),
            &expected.intercepts,
            2e-3,
        );
        let probabilities = linear.predict(&test).unwrap().concat();
        assert_close(
            &format!("probability of {name}"),
            &probabilities,
            &expected.probabilities.concat(),
            1e-3,
        );
        let judged = linear.judge(&test, &case.target[case.train..]).unwrap();
        let evaluation = ClassificationEvaluation::of(&judged).unwrap();
        assert!((evaluation.accuracy - expected.accuracy).abs() < 1e-12, "{name}");
        let difference = (evaluation.loss - expected.loss).abs();
        assert!(difference < 1e-4, "{name}: {}, expected {}", evaluation.loss, expected.loss);
    }
}
