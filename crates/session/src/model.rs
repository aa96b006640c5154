//! The weights with which a run begins.
//!
//! An architecture may be a user's: its code runs here for the first time, before a run is made or changed, and its panic is an error.

use std::panic::{AssertUnwindSafe, catch_unwind};

use burn::tensor::Device;
use burnwright_data::Source;
use burnwright_inference::digest;
use burnwright_model::{Architecture, Layers, from_safetensors, state_dict};
use burnwright_task::TaskError;
use burnwright_training::Recipe;

use crate::SessionError;
use crate::error::internal;

/// A model before its first step.
pub(crate) struct Initial<A: Architecture> {
    pub(crate) model: A::Model,
    /// Its layers, as the architecture says them or as they are counted.
    pub(crate) layers: Layers,
    /// The names of its parameters and buffers.
    pub(crate) names: Vec<String>,
    /// See `weights_digest`.
    pub(crate) digest: String,
}

impl<A: Architecture> Initial<A> {
    /// The recipe's model on `device`, with the weights of a safetensors file if one is given, else with those of the seed. A model whose
    /// output is not as wide as the targets is an error, and so is one that panics.
    pub(crate) fn new(
        recipe: &Recipe<A>,
        source: &dyn Source,
        weights: Option<&[u8]>,
        device: &Device,
    ) -> Result<Self, SessionError> {
        let (image, outputs) = (source.shape().dimensions(), source.targets().names().len());
        let (architecture, seed) = (&recipe.model, recipe.training.seed);
        // For architectures whose weights Burn makes.
        device.seed(seed);
        let mut model =
            caught("while it was made", || architecture.init(image, outputs, seed, device))?;
        if let Some(bytes) = weights {
            model = from_safetensors(model, bytes).map_err(SessionError::InitialWeights)?;
        }
        // Reading the values forces them into being: Burn would leave that to their first use.
        let tensors = state_dict(&model).map_err(internal)?;
        let got = caught("on an image of zeros", || {
            architecture.output_shape(&model, image, outputs, device)
        })?;
        let expected = [1, outputs];
        if got != expected {
            return Err(TaskError::Outputs { got, expected }.into());
        }
        let said = architecture.layers(image, outputs);
        let layers = if said.layers.is_empty() { Layers::counted(&tensors) } else { said };
        let digest = digest(&tensors);
        let names = tensors.into_iter().map(|tensor| tensor.name).collect();
        Ok(Self { model, layers, names, digest })
    }
}

/// What a model's code gives; its panic as an error.
fn caught<T>(what: &'static str, work: impl FnOnce() -> T) -> Result<T, SessionError> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        let text = payload.downcast_ref::<&str>().map(ToString::to_string);
        let message = text.or_else(|| payload.downcast_ref::<String>().cloned());
        // default: whoever panics may say nothing.
        let message = message.unwrap_or_else(|| "no message".to_owned());
        SessionError::ModelPanicked { what, message }
    })
}
