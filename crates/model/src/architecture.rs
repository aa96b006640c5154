//! Settings in, a model out: what an architecture is, whether a recipe can name it or a user has written it.

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use burnwright_recipe::Settings;

use crate::{Layers, Model};

/// The most bytes that the widest layer gives for a batch when a model is only asked: 500 images of 28 x 28 for `cnn`. Two or three such
/// outputs are there at a time.
pub const INFERENCE_BYTES: usize = 72 << 20;

/// An architecture of models for images: its settings are the `[model]` section of a recipe, and are kept with each run.
///
/// The recipes of this workspace know [`ModelConfig`](crate::ModelConfig). For one of your own, declare its settings
/// (`burnwright_recipe::settings!`), say what model they make, and use `Recipe<YourConfig>`: sessions, resuming, judging and reports are
/// the same.
pub trait Architecture: Settings {
    /// What it makes.
    type Model: Model<Input = Tensor<4>>;

    /// A model for images `[channels, height, width]` with initial weights for `seed`. The settings have passed [`Settings::fault`], and
    /// the images [`image_fault`](Self::image_fault).
    ///
    /// A session has seeded Burn's generator by `seed` before it asks, and has the weights made at once: Burn's own initialisers repeat.
    fn init(&self, image: [usize; 3], outputs: usize, seed: u64, device: &Device) -> Self::Model;

    /// Takes from the data of a new run what its settings leave to them: how many values each category column of a table has. A row ends
    /// with a code for each of these columns.
    fn fit(&mut self, _categories: &[usize]) {}

    /// Layers, shapes and parameters, without making the model. Where it gives none, they are counted from the model's parameters; a
    /// model that would not fit into memory is then not refused before it is made.
    fn layers(&self, _image: [usize; 3], _outputs: usize) -> Layers {
        Layers::default()
    }

    /// What is wrong with images of this shape, if anything.
    fn image_fault(&self, _image: [usize; 3]) -> Option<String> {
        None
    }

    /// The most values that one image becomes on its way through the model: its own pixels, or the output of one of the
    /// [`layers`](Self::layers). An image that the model cannot take stays what it is.
    fn widest(&self, image: [usize; 3], outputs: usize) -> usize {
        if self.image_fault(image).is_some() {
            return image.iter().product();
        }
        let widest_layer = self.layers(image, outputs).widest();
        widest_layer.max(image.iter().product())
    }

    /// How many images are inferred at a time, at most `most` and at least 1: as many as keep the widest layer's output within
    /// [`INFERENCE_BYTES`].
    fn inference_batch(&self, image: [usize; 3], outputs: usize, most: usize) -> usize {
        let bytes = self.widest(image, outputs).saturating_mul(size_of::<f32>());
        (INFERENCE_BYTES / bytes.max(1)).clamp(1, most.max(1))
    }

    /// The shape of what a model that it made gives for one image, `[1, outputs]` where model and task fit: that of one forward pass of an
    /// image of zeros.
    fn output_shape(
        &self,
        model: &Self::Model,
        image: [usize; 3],
        _outputs: usize,
        device: &Device,
    ) -> [usize; 2] {
        let [channels, height, width] = image;
        let zeros = Tensor::zeros([1, channels, height, width], &device.clone().inner());
        model.valid().forward(zeros).dims()
    }
}
