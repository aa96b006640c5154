//! The card of a model for tables is not believed where its parts contradict one another.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

use burn::tensor::Device;
use burnwright_inference::{Predictor, digest};
use burnwright_model::{Architecture, ModelConfig, TabularConfig, state_dict, to_safetensors};
use burnwright_run::{MODEL_CARD_SCHEMA, ModelCard, RunDirectory};
use serde_json::json;

/// Opens an untrained model for rows of one number and one category with three values, and a place for unseen ones, whose network has
/// room for as many.
fn open(categories: &[usize]) -> Result<Predictor, String> {
    let config = TabularConfig { categories: categories.to_vec(), ..TabularConfig::default() };
    let config = ModelConfig::Tabular(config);
    let image_shape = [1, 1, 2];
    let tensors = state_dict(&config.init(image_shape, 2, 7, &Device::flex())).unwrap();
    let card = ModelCard {
        schema: MODEL_CARD_SCHEMA,
        architecture: serde_json::to_value(config).unwrap(),
        task: json!({ "kind": "classification" }),
        loss: json!({ "kind": "cross-entropy" }),
        image_shape,
        classes: ["no", "yes"].map(str::to_owned).to_vec(),
        mean: vec![0.0],
        std: vec![1.0],
        bright_on_dark: false,
        scale: None,
        preparation: Some(json!({ "kind": "row", "inputs": [
            { "name": "sold", "kind": "yes-no", "share": 0.5, "indicator": false },
            { "name": "city", "kind": "category", "values": ["Bonn", "Kiel", "Ulm"] },
        ]})),
        dataset: "table".to_owned(),
        data_root: None,
        weights_digest: digest(&tensors),
    };
    let folder = tempfile::tempdir().unwrap();
    let run = RunDirectory::create(folder.path(), "untrained", None).unwrap();
    run.write_model(&to_safetensors(&tensors).unwrap(), &card).unwrap();
    Predictor::open(&run, &Device::flex()).map_err(|error| error.to_string())
}

#[test]
fn a_network_without_a_place_for_a_code_is_refused_before_it_is_asked() {
    assert_eq!(open(&[4]).unwrap().preprocess().preparation.categories(), [4]);
    for categories in [&[3][..], &[1], &[5], &[], &[4, 4]] {
        let said = open(categories).unwrap_err();
        let expected =
            "architecture: is not for categories of [4] values, as the preparation makes them";
        assert!(said.contains(expected), "{categories:?}: {said}");
    }
}
