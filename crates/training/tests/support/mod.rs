//! What the tests of this folder share.
#![allow(dead_code, reason = "each test file uses its part")]

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use burn::tensor::Device;
use burnwright_data::{ImageShape, Images, Source};
use burnwright_model::{Model, state_dict};
use burnwright_run::{Event, EventSink, RunError, weights_digest};
use burnwright_training::Recipe;
use burnwright_training::recipe::Override;

/// The devices of this build that every machine has.
pub(crate) fn devices() -> Vec<(&'static str, Device)> {
    vec![
        ("flex", Device::flex()),
        #[cfg(feature = "ndarray")]
        ("ndarray", ndarray()),
    ]
}

#[cfg(feature = "ndarray")]
#[expect(deprecated, reason = "ndarray leaves Burn with 0.23; until then it is one of ours")]
fn ndarray() -> Device {
    Device::ndarray()
}

/// A file of the fixtures.
pub(crate) fn fixture(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A JSON file of the fixtures.
pub(crate) fn json(name: &str) -> serde_json::Value {
    serde_json::from_slice(&fixture(name)).unwrap()
}

/// The course's recipe with changes.
pub(crate) fn recipe(changes: &[&str]) -> Recipe {
    let changes: Vec<Override> = changes.iter().map(|change| change.parse().unwrap()).collect();
    Recipe::parse("test", "", &changes).unwrap()
}

/// A small data set that a small model can learn: bright left half, bright right half, bright everywhere, dark.
pub(crate) fn halves(count: u32) -> Arc<dyn Source> {
    let shape = ImageShape { channels: 1, height: 8, width: 8 };
    let classes = ["left", "right", "all", "none"].map(ToOwned::to_owned).to_vec();
    let mut pixels = Vec::new();
    for sample in 0..count {
        for place in 0..64_u32 {
            let left = place % 8 < 4;
            let bright = match sample % 4 {
                0 => left,
                1 => !left,
                2 => true,
                _ => false,
            };
            let noise = (sample.wrapping_mul(2_654_435_761) >> (place % 24)) % 60;
            pixels.push(u8::try_from(if bright { 190 + noise } else { noise }).unwrap());
        }
    }
    let labels = (0..count).map(|sample| sample % 4).collect();
    Arc::new(Images::new(shape, classes, pixels, labels, "halves").unwrap())
}

/// The digest of a model's weights.
pub(crate) fn digest<M: Model>(model: &M) -> String {
    let tensors = state_dict(model).unwrap();
    weights_digest(tensors.iter().map(|t| (t.name.as_str(), &t.shape[..], &t.bytes[..])))
}

/// Keeps all events.
#[derive(Clone, Default)]
pub(crate) struct Recorder(pub(crate) Arc<Mutex<Vec<Event>>>);

impl EventSink for Recorder {
    fn receive(&mut self, event: &Event) -> Result<(), RunError> {
        self.0.lock().unwrap().push(event.clone());
        Ok(())
    }
}

impl Recorder {
    /// The loss of each step.
    pub(crate) fn losses(&self) -> Vec<f32> {
        let events = self.0.lock().unwrap();
        let of = |event: &Event| match event {
            Event::Window { losses, .. } => losses.clone(),
            _ => Vec::new(),
        };
        events.iter().flat_map(of).collect()
    }
}
