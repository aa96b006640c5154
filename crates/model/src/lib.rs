//! Pixels in, logits out.
//!
//! Models, their settings, and their weights under PyTorch's names and in PyTorch's layout. This crate knows no files, no
//! clocks, no loss and no optimizer.

mod activation;
mod architecture;
mod cnn;
mod convnet;
mod convolution;
mod initialization;
mod layers;
mod linear;
mod mlp;
mod model;
mod network;
mod tabular;
mod weights;

pub use activation::Activation;
pub use architecture::{Architecture, INFERENCE_BYTES};
pub use cnn::{Cnn, CnnConfig};
pub use convnet::{ConvNet, ConvNetConfig};
pub use layers::{Layer, Layers};
pub use mlp::{Mlp, MlpConfig};
pub use model::Model;
pub use network::{ModelConfig, Network};
pub use tabular::{Tabular, TabularConfig};
pub use weights::{NamedTensor, WeightsError, from_safetensors, state_dict, to_safetensors};
