//! Scales are those of scikit-learn: `fixtures/make_scales.py` made what they are compared with.

use std::path::Path;

use burnwright_table::{Encoder, NumberScale, ReadOptions, Table, read_bytes};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    name: String,
    train: Vec<f64>,
    new: Vec<f64>,
    standard: Vec<f64>,
    quantiles: Vec<f64>,
}

fn table(values: &[f64]) -> Table {
    let rows: Vec<String> = values.iter().map(f64::to_string).collect();
    let options = ReadOptions {
        kinds: [("x".to_owned(), burnwright_table::Kind::Number)].into(),
        ..ReadOptions::default()
    };
    read_bytes(format!("x\n{}\n", rows.join("\n")).as_bytes(), Path::new("x.csv"), &options)
        .expect("the table of a fixture")
}

#[test]
fn scales_are_those_of_scikit_learn() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("fixtures/scales.json")).unwrap();
    for case in cases {
        let train = table(&case.train);
        let rows: Vec<u32> = (0..train.rows()).collect();
        for (scale, expected) in
            [(NumberScale::Standard, &case.standard), (NumberScale::Quantiles, &case.quantiles)]
        {
            let encoder = Encoder::fit(&train, &rows, None, scale).unwrap();
            let found = encoder.encode(&table(&case.new)).unwrap().values;
            for (place, (found, expected)) in found.iter().zip(expected).enumerate() {
                let difference = (f64::from(*found) - expected).abs();
                assert!(
                    difference <= 1e-6 * expected.abs().max(1.0),
                    "{}, {scale:?}, {}: {found}, expected {expected}",
                    case.name,
                    case.new[place]
                );
            }
        }
    }
}
