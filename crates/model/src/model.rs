//! What a model must be able to do to be trained and used here.

use burn::module::{Module, ModuleDisplay};
use burn::tensor::Tensor;

/// A network that gives each example a row of outputs: a score a class, a score a label, or a number, as its task has it.
pub trait Model: Module + ModuleDisplay + 'static {
    /// What it is given: images are a `Tensor<4>`, `[batch, channels, height, width]`.
    type Input;

    /// The outputs, before softmax or any other decision.
    ///
    /// # Shapes
    ///
    /// - `inputs`: the batch is its first dimension
    /// - output: `[batch, outputs]`
    fn forward(&self, inputs: Self::Input) -> Tensor<2>;

    /// The name under which a parameter is exported, from its path in the module (`conv1.weight`). Two paths must not share a
    /// name.
    fn exported_name(path: &str) -> String {
        path.to_owned()
    }
}
