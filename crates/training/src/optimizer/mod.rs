//! How gradients change weights: Burn's optimizers under PyTorch's names, defaults and semantics; one file each.
//!
//! Burn's own defaults differ (epsilon 1e-5, dampening 0.1, momentum 0.9 in RMSprop); every value is therefore given.

mod adagrad;
mod adam;
mod adamw;
mod host_adam;
mod host_sgd;
mod lion;
mod rmsprop;
mod sgd;

use burn::optim::ModuleOptimizer;
use burn::optim::decay::WeightDecayConfig;
use burn::tensor::Device;
use burnwright_recipe::kinds;

pub use adagrad::AdaGradConfig;
pub use adam::AdamConfig;
pub use adamw::AdamWConfig;
pub use lion::LionConfig;
pub use rmsprop::RmsPropConfig;
pub use sgd::SgdConfig;

kinds! {
    /// The `[optimizer]` section of a recipe. Where it says nothing: the course's, Adam with learning rate 0.001.
    #[non_exhaustive]
    pub enum OptimizerConfig: Method = Adam {
        /// `torch.optim.SGD`
        "sgd" => Sgd(SgdConfig),
        /// `torch.optim.Adam`
        "adam" => Adam(AdamConfig),
        /// `torch.optim.AdamW`
        "adamw" => AdamW(AdamWConfig),
        /// `torch.optim.RMSprop`
        "rmsprop" => RmsProp(RmsPropConfig),
        /// `torch.optim.Adagrad`
        "adagrad" => AdaGrad(AdaGradConfig),
        /// Lion (Chen et al., 2023), which PyTorch does not have.
        "lion" => Lion(LionConfig),
    }
}

impl OptimizerConfig {
    /// The optimizer, without state, for parameters on `device`.
    ///
    /// On the processor SGD, Adam and AdamW take one pass over each parameter; elsewhere they are Burn's, whose operations a GPU
    /// fuses. The records are the same.
    pub fn init(&self, device: &Device) -> ModuleOptimizer {
        self.as_dyn().init(device)
    }

    /// The learning rate from which the schedule starts.
    pub fn learning_rate(&self) -> f64 {
        self.as_dyn().learning_rate()
    }
}

/// What the settings of each kind give.
trait Method {
    /// The learning rate from which the schedule starts.
    fn learning_rate(&self) -> f64;

    /// The optimizer, without state, for parameters on `device`.
    fn init(&self, device: &Device) -> ModuleOptimizer;
}

fn decay(penalty: f64) -> Option<WeightDecayConfig> {
    (penalty > 0.0).then(|| WeightDecayConfig::new(narrow(penalty)))
}

#[expect(clippy::cast_possible_truncation, reason = "Burn takes these settings as f32")]
fn narrow(value: f64) -> f32 {
    value as f32
}
