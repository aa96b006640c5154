//! What a model must be able to do to be trained and used here.

use burn::module::{Module, ModuleDisplay};
use burn::tensor::Tensor;

/// A network that gives each image a score a class.
pub trait ImageClassifier: Module + ModuleDisplay + 'static {
    /// Scores before softmax.
    ///
    /// # Shapes
    ///
    /// - `images`: `[batch, channels, height, width]`
    /// - output: `[batch, classes]`
    fn forward(&self, images: Tensor<4>) -> Tensor<2>;

    /// The name under which a parameter is exported, from its path in the module (`conv1.weight`). Two paths must not share a
    /// name.
    fn exported_name(path: &str) -> String {
        path.to_owned()
    }
}
