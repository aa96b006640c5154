//! Models for tests of predictors.
#![allow(clippy::unwrap_used, reason = "in a test's helper, too, a panic is a failure")]

use burn::tensor::Device;
use burnwright_inference::{Predictor, digest};
use burnwright_model::{Architecture, ModelConfig, state_dict, to_safetensors};
use burnwright_run::{MODEL_CARD_SCHEMA, ModelCard, RunDirectory};

/// An untrained model for grey images of ten classes, `side` pixels wide and high, and its card.
pub(crate) fn untrained(config: &ModelConfig, side: usize) -> (Predictor, ModelCard) {
    let image_shape = [1, side, side];
    let tensors = state_dict(&config.init(image_shape, 10, 7, &Device::flex())).unwrap();
    let card = ModelCard {
        schema: MODEL_CARD_SCHEMA,
        architecture: serde_json::to_value(config).unwrap(),
        task: serde_json::json!({ "kind": "classification" }),
        loss: serde_json::json!({ "kind": "cross-entropy" }),
        image_shape,
        classes: (0..10).map(|digit: usize| digit.to_string()).collect(),
        mean: vec![0.5],
        std: vec![0.5],
        bright_on_dark: true,
        scale: None,
        preparation: None,
        dataset: "mnist".to_owned(),
        data_root: None,
        weights_digest: digest(&tensors),
    };
    let folder = tempfile::tempdir().unwrap();
    let run = RunDirectory::create(folder.path(), "untrained", None).unwrap();
    run.write_model(&to_safetensors(&tensors).unwrap(), &card).unwrap();
    (Predictor::open(&run, &Device::flex()).unwrap(), card)
}
