//! `manifest.json`: what a run was begun with.

use serde::{Deserialize, Serialize};

/// The version of the manifest's format.
pub const MANIFEST_SCHEMA: u32 = 1;

/// Written before the first step; never changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`MANIFEST_SCHEMA`].
    pub schema: u32,
    /// Burnwright's version.
    pub version: String,
    /// The run's name.
    pub run: String,
    /// The built-in recipe's name, or the recipe file's.
    pub recipe: String,
    /// BLAKE3 of `recipe.toml`.
    pub recipe_hash: String,
    /// SHA-256 over shape, labels and pixels of the training set, in order.
    pub data_fingerprint: String,
    /// The seed of every random choice.
    pub seed: u64,
    /// The device, as `--device` names it.
    pub device: String,
    /// Processor threads that the program may use.
    pub threads: usize,
    /// The processor's architecture and the vector extensions that change results.
    pub isa: String,
    /// The command line.
    pub command: Vec<String>,
    /// When the run began, RFC 3339 in UTC.
    pub started: String,
}
