//! The weights with which a run begins.

use burn::tensor::Device;
use burnwright_data::Source;
use burnwright_inference::digest;
use burnwright_model::{Network, from_safetensors, state_dict};
use burnwright_training::Recipe;

use crate::SessionError;
use crate::error::internal;

/// A model before its first step.
pub(crate) struct Initial {
    pub(crate) model: Network,
    /// The names of its parameters and buffers.
    pub(crate) names: Vec<String>,
    /// See `weights_digest`.
    pub(crate) digest: String,
}

impl Initial {
    /// The recipe's model on `device`, with the weights of a safetensors file if one is given, else with those of the seed.
    pub(crate) fn new(
        recipe: &Recipe,
        source: &dyn Source,
        weights: Option<&[u8]>,
        device: &Device,
    ) -> Result<Self, SessionError> {
        let (image, outputs) = (source.shape().dimensions(), source.targets().names().len());
        let mut model = recipe.model.init(image, outputs, recipe.training.seed, device);
        if let Some(bytes) = weights {
            model = from_safetensors(model, bytes).map_err(SessionError::InitialWeights)?;
        }
        // Reading the values forces them into being: Burn would leave that to their first use.
        let tensors = state_dict(&model).map_err(internal)?;
        let digest = digest(&tensors);
        let names = tensors.into_iter().map(|tensor| tensor.name).collect();
        Ok(Self { model, names, digest })
    }
}
