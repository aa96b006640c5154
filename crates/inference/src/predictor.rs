//! A run's model becomes a function from prepared pictures to probabilities; knows the run's files, not how they came to be.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use burn::tensor::Device;
use burnwright_data::{
    Images, Loader, LoaderConfig, Order, Preprocess, Rows, Source, Target, Targets,
};
use burnwright_model::{
    Architecture, Model, ModelConfig, NamedTensor, from_safetensors, state_dict,
};
use burnwright_run::{ModelCard, RunDirectory, weights_digest};
use burnwright_task::{Decision, Evaluation, Predictions, Task, evaluation_of, judge};

use crate::card::{self, Settings};
use crate::{InferenceError, PreparedImage};

/// The most samples a batch when a model is judged: enough to be bound by arithmetic. Where images are large, a batch is
/// smaller; see [`Architecture::inference_batch`].
pub const EVALUATION_BATCH: usize = 500;

/// The most pictures that are predicted at once.
const LARGEST_BATCH: usize = 256;

/// The finished model of a run, on a device.
#[derive(Debug)]
pub struct Predictor<A: Architecture = ModelConfig> {
    card: ModelCard,
    network: A::Model,
    preprocess: Preprocess,
    task: Arc<dyn Task>,
    architecture: A,
    device: Device,
}

/// What the model says of one picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// A class, labels or a number, as the model's task has it.
    pub decision: Decision,
    /// The same in words: the name of the class, those of the labels, the number.
    pub label: String,
}

impl Prediction {
    /// The probability of the class, 0 to 1; none of labels, each of which has its own, and of a number.
    pub fn probability(&self) -> Option<f64> {
        match &self.decision {
            Decision::Class { class, probabilities } => probabilities.get(*class).copied(),
            _ => None,
        }
    }

    /// The probability of each class or label, in the order of the card's names; nothing of a number.
    pub fn probabilities(&self) -> &[f64] {
        match &self.decision {
            Decision::Class { probabilities, .. } | Decision::Labels { probabilities, .. } => {
                probabilities
            }
            Decision::Number(_) => &[],
        }
    }
}

impl<A: Architecture> Predictor<A> {
    /// Reads `model.json` and `model.safetensors` of a run, and verifies that the weights are those that the card vouches for.
    ///
    /// A card of another schema or with impossible settings, weights that do not fit it, and weights with another digest are
    /// errors. Nothing is built before the weight file is known to be long enough for it.
    pub fn open(run: &RunDirectory, device: &Device) -> Result<Self, InferenceError> {
        /// A run that was taken up writes its weights anew, and the card a moment later; whoever reads between the two waits.
        const TRIES: u32 = 5;
        const PAUSE: Duration = Duration::from_millis(50);
        for _ in 1..TRIES {
            match Self::open_once(run, device) {
                Err(InferenceError::Digest { .. }) => std::thread::sleep(PAUSE),
                result => return result,
            }
        }
        Self::open_once(run, device)
    }

    fn open_once(run: &RunDirectory, device: &Device) -> Result<Self, InferenceError> {
        let weights_path = run.model_path();
        let card = run.model_card()?;
        let settings = card::check(&card, &weights_path.with_file_name("model.json"))?;
        let weights = run.model_bytes()?;
        let (parameters, bytes) = (settings.parameters, weights.len());
        if bytes / 4 < parameters {
            return Err(InferenceError::TooFewWeights { parameters, bytes, path: weights_path });
        }
        // A device that records gradients would also wake dropout.
        let device = device.clone().inner();
        let network = load(&settings, &card, &weights, &device, &weights_path)?;
        Ok(Self {
            network,
            preprocess: settings.preprocess,
            task: settings.task,
            architecture: settings.architecture,
            card,
            device,
        })
    }

    /// How many images the model is asked for at a time, at most `most`.
    fn batch_of_most(&self, most: usize) -> usize {
        let (image, classes) = (self.preprocess.image.dimensions(), self.card.classes.len());
        self.architecture.inference_batch(image, classes, most)
    }

    /// The card of the model.
    pub fn card(&self) -> &ModelCard {
        &self.card
    }

    /// What the model has learned.
    pub fn task(&self) -> &Arc<dyn Task> {
        &self.task
    }

    /// How examples are prepared for it.
    pub fn preprocess(&self) -> &Preprocess {
        &self.preprocess
    }

    /// The network itself, for whoever needs more than probabilities.
    pub fn network(&self) -> &A::Model {
        &self.network
    }

    /// The most pictures that are predicted at once.
    pub(crate) fn batch_size(&self) -> usize {
        self.batch_of_most(LARGEST_BATCH)
    }

    /// What the model says of each picture, in their order. The softmax is taken in `f64` on the host.
    pub fn predict(&self, pictures: &[PreparedImage]) -> Result<Vec<Prediction>, InferenceError> {
        self.predict_all(&pictures.iter().collect::<Vec<_>>())
    }

    /// [`Predictor::predict`] of pictures that lie anywhere.
    pub(crate) fn predict_all(
        &self,
        pictures: &[&PreparedImage],
    ) -> Result<Vec<Prediction>, InferenceError> {
        let mut predictions = Vec::with_capacity(pictures.len());
        for pictures in pictures.chunks(self.batch_size()) {
            self.predict_batch(pictures, &mut predictions)?;
        }
        Ok(predictions)
    }

    /// The `count` most probable classes or labels of a prediction with their probabilities, the most probable first; equal ones in
    /// their order. A number has none.
    pub fn top(&self, prediction: &Prediction, count: usize) -> Vec<(&str, f64)> {
        let labels = self.card.classes.iter().map(String::as_str);
        let mut ranked: Vec<_> = labels.zip(prediction.probabilities().iter().copied()).collect();
        ranked.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        ranked.truncate(count);
        ranked
    }

    /// All scores of the model on a data set; see [`judge`](Self::judge).
    pub fn evaluate(
        &self,
        source: Arc<dyn Source>,
        batch_size: usize,
        workers: usize,
    ) -> Result<Evaluation, InferenceError> {
        Ok(evaluation_of(&self.judge(source, batch_size, workers)?)?)
    }

    /// What the model says of each sample of a data set, with the loss it was trained with (without label smoothing), in
    /// batches of at most `batch_size` that `workers` threads make; smaller ones where their activations would be large, see
    /// [`INFERENCE_BYTES`](burnwright_model::INFERENCE_BYTES).
    ///
    /// The data set must have the model's image shape and number of classes.
    pub fn judge(
        &self,
        source: Arc<dyn Source>,
        batch_size: usize,
        workers: usize,
    ) -> Result<Predictions, InferenceError> {
        let (got, expected) = (source.shape(), self.preprocess.image);
        if got != expected {
            let (got, expected) = (got.to_string(), expected.to_string());
            return Err(InferenceError::ImageShape { got, expected });
        }
        let (got, expected) = (source.targets().names().len(), self.card.classes.len());
        if got != expected {
            return Err(InferenceError::ClassCount { got, expected });
        }
        if batch_size == 0 {
            return Err(InferenceError::BatchSize);
        }
        let loader = self.loader(source, self.batch_of_most(batch_size), workers)?;
        let all = judge(&self.network, &loader, self.task.as_ref(), |_| true)?;
        Ok(all.expect("nothing ends it early"))
    }

    /// Predicts pictures that fit one batch; `predictions` holds those of the pictures before.
    fn predict_batch(
        &self,
        pictures: &[&PreparedImage],
        predictions: &mut Vec<Prediction>,
    ) -> Result<(), InferenceError> {
        let expected = self.preprocess.image.pixel_count();
        let odd = pictures.iter().position(|picture| picture.pixels.len() != expected);
        if let Some(place) = odd {
            let (index, got) = (predictions.len() + place, pictures[place].pixels.len());
            return Err(InferenceError::PictureSize { index, got, expected });
        }
        // Pictures take the way of the data set's images: one normalisation, one copy to the device.
        let pixels = pictures.iter().flat_map(|picture| picture.pixels.iter().copied());
        let pixels = self.with_twin(pixels.collect(), pictures.len());
        let count = pixels.len() / expected;
        let classes = self.card.classes.clone();
        let labels = vec![0; count];
        let source = Images::new(self.preprocess.image, classes, pixels, labels, "the pictures")?;
        self.predict_source(Arc::new(source), count, pictures.len(), predictions)
    }

    /// What the model says of each row of numbers, as its encoder made them, in their order.
    pub fn predict_rows(&self, numbers: &[f32]) -> Result<Vec<Prediction>, InferenceError> {
        let columns = self.preprocess.image.pixel_count();
        if !numbers.len().is_multiple_of(columns) {
            let (index, got) = (numbers.len() / columns, numbers.len() % columns);
            return Err(InferenceError::PictureSize { index, got, expected: columns });
        }
        let mut predictions = Vec::with_capacity(numbers.len() / columns);
        for numbers in numbers.chunks(self.batch_size() * columns) {
            let count = numbers.len() / columns;
            let numbers = self.with_twin(numbers.to_vec(), count);
            let all = numbers.len() / columns;
            let targets = Targets::Number(String::new());
            let truth = vec![Target::Number(0.0); all];
            let source = Rows::new(columns, numbers, targets, truth, "the rows")?;
            self.predict_source(Arc::new(source), all, count, &mut predictions)?;
        }
        Ok(predictions)
    }

    /// Alone, an example would be multiplied as a vector, whose sums round in another way: a twin keeps its answer the same in
    /// any company, down to the last bit.
    fn with_twin<T: Copy>(&self, mut values: Vec<T>, count: usize) -> Vec<T> {
        if count == 1 && self.batch_size() > 1 {
            values.extend_from_within(..);
        }
        values
    }

    /// Predicts the first `count` of all examples of a source, which fit one batch.
    fn predict_source(
        &self,
        source: Arc<dyn Source>,
        all: usize,
        count: usize,
        predictions: &mut Vec<Prediction>,
    ) -> Result<(), InferenceError> {
        for batch in self.loader(source, all, 0)?.epoch(1) {
            let logits = self.logits(batch?.inputs)?;
            for logits in logits.chunks_exact(self.card.classes.len()).take(count) {
                let index = predictions.len();
                predictions.push(self.prediction(logits, index)?);
            }
        }
        Ok(())
    }

    /// Scores of images `[batch, channels, height, width]` as `[batch * classes]` values: the one read of the device a batch.
    fn logits(&self, images: burn::tensor::Tensor<4>) -> Result<Vec<f32>, InferenceError> {
        let device = |reason: String| InferenceError::Device(reason);
        let logits = self.network.forward(images); // [batch, classes]
        let logits = logits.try_into_data().map_err(|error| device(format!("{error:?}")))?;
        logits.try_into_vec_as().map_err(|error| device(format!("{error:?}")))
    }

    fn prediction(&self, logits: &[f32], index: usize) -> Result<Prediction, InferenceError> {
        let decision = self.task.decide(logits).ok_or(InferenceError::NotFinite { index })?;
        let names = &self.card.classes;
        let label = match &decision {
            Decision::Class { class, .. } => names[*class].clone(),
            Decision::Labels { holds, .. } => {
                let held = names.iter().zip(holds).filter(|(_, holds)| **holds);
                held.map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")
            }
            Decision::Number(number) => number.to_string(),
        };
        Ok(Prediction { decision, label })
    }

    fn loader(
        &self,
        source: Arc<dyn Source>,
        batch_size: usize,
        workers: usize,
    ) -> Result<Loader, InferenceError> {
        let config = LoaderConfig { batch_size, order: Order::Sequential, workers };
        Ok(Loader::of_images(source, &self.preprocess, config, &self.device)?)
    }
}

/// Builds the network, fills it and compares its digest with the card's.
fn load<A: Architecture>(
    settings: &Settings<A>,
    card: &ModelCard,
    weights: &[u8],
    device: &Device,
    path: &Path,
) -> Result<A::Model, InferenceError> {
    let fault = |source| InferenceError::Weights { source, path: path.to_owned() };
    let image = settings.preprocess.image.dimensions();
    let network = settings.architecture.init(image, card.classes.len(), 0, device);
    let network = from_safetensors(network, weights).map_err(fault)?;
    let got = digest(&state_dict(&network).map_err(fault)?);
    if got == card.weights_digest {
        return Ok(network);
    }
    let expected = card.weights_digest.clone();
    Err(InferenceError::Digest { got, expected, path: path.to_owned() })
}

/// The digest that a card vouches for, of weights sorted by name; see `burnwright_run::weights_digest`.
pub fn digest(tensors: &[NamedTensor]) -> String {
    weights_digest(tensors.iter().map(|t| (t.name.as_str(), &t.shape[..], &t.bytes[..])))
}
