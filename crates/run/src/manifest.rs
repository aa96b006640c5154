//! `manifest.json`: what a run was begun with.

use serde::{Deserialize, Serialize};

use crate::Form;

/// The version of the manifest's format.
pub const MANIFEST_SCHEMA: u32 = 2;
pub(crate) const FORM: Form = Form::new("schema", 2, MANIFEST_SCHEMA as u64);

/// Written before the first step; never changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`MANIFEST_SCHEMA`].
    pub schema: u32,
    /// The run's name.
    pub run: String,
    /// The built-in recipe's name, or the recipe file's.
    pub recipe: String,
    /// All settings, as they were; `recipe.toml` says the same.
    pub settings: serde_json::Value,
    /// What makes it this run and no other.
    #[serde(flatten)]
    pub identity: Identity,
    /// SHA-256 over shape, labels and pixels of the test set, in order; runs of older versions do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_fingerprint: Option<String>,
    /// BLAKE3 of `split.json`, see [`crate::SplitRecord::digest`]; none where there is no such file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split_digest: Option<String>,
    /// Where it was begun.
    #[serde(flatten)]
    pub machine: Machine,
    /// The command line.
    pub command: Vec<String>,
    /// When the run began, RFC 3339 in UTC.
    pub started: String,
}

/// What the bits of a run follow from, on a given machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// BLAKE3 of the settings that may not change when a run is taken up again.
    pub settings_hash: String,
    /// SHA-256 over shape, labels and pixels of the training set, in order.
    pub data_fingerprint: String,
    /// The seed of every random choice.
    pub seed: u64,
    /// The digest of the initial weights; see `weights_digest`.
    pub initial_weights: String,
}

/// What else the last bits of a run may depend on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// Burnwright's version.
    pub version: String,
    /// The device, as `--device` names it.
    pub device: String,
    /// Processor threads that the program may use.
    pub threads: usize,
    /// The processor's architecture and the vector extensions that change results.
    pub isa: String,
}

impl Machine {
    /// What differs on another machine, such as `device wgpu instead of flex`, and may change the last bits. Neither flex nor
    /// ndarray depends on the number of threads.
    pub fn differences(&self, before: &Self) -> Vec<String> {
        let pairs = [
            ("version", &self.version, &before.version),
            ("device", &self.device, &before.device),
            ("processor", &self.isa, &before.isa),
        ];
        let differing = pairs.into_iter().filter(|(_, now, then)| now != then);
        differing.map(|(what, now, then)| format!("{what} {now} instead of {then}")).collect()
    }
}
