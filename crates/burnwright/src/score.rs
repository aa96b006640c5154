//! A model and examples in, its scores out.

use std::sync::Arc;

use burn::tensor::{Device, Tensor};
use burnwright_data::{Assembly, Loader, LoaderConfig, Order, Preprocess, Source};
use burnwright_inference::EVALUATION_BATCH;
use burnwright_model::Model;
use burnwright_run::Scores;
use burnwright_task::{Task, TaskError, evaluation_of, judge};

/// All scores of a model on the examples of a loader. The model is on the loader's device, without gradients.
///
/// No example, a target that is not the task's, and outputs that are not `[batch, outputs]` are errors.
pub fn score<M: Model, A: Assembly<Input = M::Input>>(
    model: &M,
    loader: &Loader<A>,
    task: &dyn Task,
) -> Result<Scores, TaskError> {
    let predictions = judge(model, loader, task, |_| true)?;
    let predictions = predictions.expect("nobody wanted it to stop");
    Ok(evaluation_of(&predictions)?.scores())
}

/// All scores of a model on all images of a source, as `preprocess` prepares them. The model is on `device`, without gradients.
///
/// It is asked in batches of 500. No image, and a target that is not the task's, are errors.
pub fn score_images<M: Model<Input = Tensor<4>>>(
    model: &M,
    source: Arc<dyn Source>,
    preprocess: &Preprocess,
    task: &dyn Task,
    device: &Device,
) -> Result<Scores, TaskError> {
    let order = Order::Sequential;
    let config = LoaderConfig { batch_size: EVALUATION_BATCH, order, workers: 1 };
    score(model, &Loader::of_images(source, preprocess, config, device)?, task)
}

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests {
    use burnwright_data::{ImageShape, Images, Normalize, Scale, Subset};
    use burnwright_task::{LossConfig, TaskConfig};

    use super::*;

    /// Each image's own pixels, `[batch, 1, 1, 2]`, are its outputs.
    #[derive(burn::module::Module, Debug)]
    struct Pixels;

    impl Model for Pixels {
        type Input = Tensor<4>;

        fn forward(&self, images: Tensor<4>) -> Tensor<2> {
            images.flatten(1, 3) // [batch, 2]
        }
    }

    fn scores_of(samples: Vec<u32>) -> Result<Scores, TaskError> {
        let shape = ImageShape { channels: 1, height: 1, width: 2 };
        let classes = vec!["left".to_owned(), "right".to_owned()];
        let pixels = vec![9, 0, 9, 0, 0, 9, 0, 9];
        let images = Images::new(shape, classes, pixels, vec![0, 1, 1, 1], "bright").unwrap();
        let source: Arc<dyn Source> = Arc::new(Subset::new(Arc::new(images), samples));
        let (preprocess, loss) =
            (Preprocess::new(shape, Normalize::default()), LossConfig::default());
        let task = TaskConfig::default().init(source.targets(), &loss, Scale::default())?;
        score_images(&Pixels, source, &preprocess, task.as_ref(), &Device::flex())
    }

    #[test]
    fn each_image_counts_once() {
        let scores = scores_of(vec![0, 1, 2, 3]).unwrap();
        assert_eq!((scores.get("accuracy"), scores.count("correct")), (Some(0.75), Some(3)));
    }

    #[test]
    fn nothing_has_no_scores() {
        let error = scores_of(Vec::new()).unwrap_err();
        assert_eq!(error.to_string(), "the data set to evaluate holds no sample");
    }
}
