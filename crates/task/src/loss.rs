//! How wrong the outputs are: one number a batch on the device, one number an example on the host.
//!
//! A loss is a file of this folder and a line where the kinds are listed.

mod binary_cross_entropy;
mod cross_entropy;
mod huber;
mod l1;
mod mse;

use burn::tensor::Tensor;
use burnwright_data::TargetTensor;
use burnwright_recipe::kinds;

pub use binary_cross_entropy::BinaryCrossEntropyConfig;
pub use cross_entropy::CrossEntropyConfig;
pub use huber::HuberConfig;
pub use l1::L1Config;
pub use mse::MseConfig;

/// What each loss can do.
pub(crate) trait Loss {
    /// The mean loss of a batch, `[1]`, of outputs `[batch, outputs]`.
    fn forward(&self, outputs: Tensor<2>, targets: &TargetTensor) -> Tensor<1>;

    /// The loss of one example, in `f64`, of its outputs and what is true of it; without what only training needs. A number is as the
    /// task's scale makes it.
    fn of_example(&self, outputs: &[f32], truth: &Truth<'_>) -> f64;
}

/// What is true of an example, as a model learns it.
pub(crate) enum Truth<'a> {
    Class(usize),
    Labels(&'a [bool]),
    Number(f64),
}

kinds! {
    /// The `[loss]` section of a recipe.
    #[non_exhaustive]
    pub enum LossConfig: Loss = CrossEntropy {
        /// `torch.nn.CrossEntropyLoss`.
        "cross-entropy" => CrossEntropy(CrossEntropyConfig),
        /// `torch.nn.MSELoss`: of numbers, and of classes against one-hot targets.
        "mse" => Mse(MseConfig),
        /// `torch.nn.BCEWithLogitsLoss`, of labels.
        "binary-cross-entropy" => BinaryCrossEntropy(BinaryCrossEntropyConfig),
        /// `torch.nn.L1Loss`, of numbers.
        "l1" => L1(L1Config),
        /// `torch.nn.HuberLoss`, of numbers.
        "huber" => Huber(HuberConfig),
    }
}

impl LossConfig {
    /// The mean loss of a batch.
    ///
    /// # Shapes
    ///
    /// - `outputs`: `[batch, outputs]`
    /// - output: `[1]`
    ///
    /// # Panics
    ///
    /// Panics where the loss is not one for such targets.
    pub fn forward(&self, outputs: Tensor<2>, targets: &TargetTensor) -> Tensor<1> {
        self.as_dyn().forward(outputs, targets)
    }

    pub(crate) fn of_example(&self, outputs: &[f32], truth: &Truth<'_>) -> f64 {
        self.as_dyn().of_example(outputs, truth)
    }
}

/// A loss was given targets that are not its own: a task was made with a loss that it refuses.
fn not_mine(loss: &str, targets: &str) -> ! {
    panic!("the loss {loss} was given {targets}, which no task that accepts it has")
}

impl Truth<'_> {
    fn kind(&self) -> &'static str {
        match self {
            Self::Class(_) => "classes",
            Self::Labels(_) => "labels",
            Self::Number(_) => "numbers",
        }
    }
}
