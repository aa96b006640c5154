//! A run's model answers as it did when it was saved, or not at all.
#![allow(clippy::unwrap_used, reason = "in a test's helper, too, a panic is a failure")]

use std::sync::Arc;

use burn::tensor::Device;
use burnwright_data::{
    ImageShape, Images, Loader, LoaderConfig, Order, Scale, Target, Targets, mnist,
};
use burnwright_inference::{InferenceError, Predictor, PreparedImage};
use burnwright_model::{Architecture, CnnConfig, ModelConfig, state_dict, to_safetensors};
use burnwright_run::{MODEL_CARD_SCHEMA, ModelCard, RunDirectory, weights_digest};
use burnwright_task::{Decision, Evaluation, LossConfig, TaskConfig, judge};
use tempfile::TempDir;

const IMAGE: [usize; 3] = [1, 28, 28];

/// A run with an untrained model, and the folder that holds it.
fn run(config: &ModelConfig) -> (TempDir, RunDirectory, ModelCard) {
    let network = config.init(IMAGE, 10, 7, &Device::flex());
    let tensors = state_dict(&network).unwrap();
    let card = ModelCard {
        schema: MODEL_CARD_SCHEMA,
        architecture: serde_json::to_value(config).unwrap(),
        task: serde_json::json!({ "kind": "classification" }),
        loss: serde_json::json!({ "kind": "cross-entropy", "label_smoothing": 0.1 }),
        image_shape: IMAGE,
        classes: (0..10).map(|digit: usize| format!("digit {digit}")).collect(),
        mean: vec![0.5],
        std: vec![0.5],
        bright_on_dark: true,
        scale: None,
        preparation: None,
        dataset: "mnist".to_owned(),
        data_root: None,
        weights_digest: weights_digest(
            tensors.iter().map(|t| (t.name.as_str(), &t.shape[..], &t.bytes[..])),
        ),
    };
    let folder = tempfile::tempdir().unwrap();
    let run = RunDirectory::create(folder.path(), "course", None).unwrap();
    run.write_model(&to_safetensors(&tensors).unwrap(), &card).unwrap();
    (folder, run, card)
}

fn course() -> (TempDir, RunDirectory, ModelCard) {
    run(&ModelConfig::default())
}

fn open(run: &RunDirectory) -> Result<Predictor, InferenceError> {
    Predictor::open(run, &Device::flex())
}

/// What opening the course's run says after its card was changed.
fn refusal(change: impl FnOnce(&mut ModelCard)) -> String {
    let (_folder, run, mut card) = course();
    let weights = run.model_bytes().unwrap();
    change(&mut card);
    run.write_model(&weights, &card).unwrap();
    open(&run).err().map(|error| error.to_string()).unwrap_or_default()
}

/// The first `count` test images, with their labels as a data set.
fn test_images(count: usize) -> (Vec<PreparedImage>, Vec<u32>) {
    let source = mnist::bundled_test().unwrap();
    let picture = |index| {
        let mut pixels = vec![0; 784];
        let Target::Class(label) = source.read(index, &mut pixels).unwrap() else { panic!() };
        (PreparedImage { pixels, inverted: false, resized: false, converted: false }, label)
    };
    (0..count).map(picture).unzip()
}

fn data_set(count: usize, class_count: usize) -> Arc<Images> {
    let (pictures, labels) = test_images(count);
    let shape = ImageShape { channels: 1, height: 28, width: 28 };
    let classes = (0..class_count).map(|digit| digit.to_string()).collect();
    let pixels = pictures.into_iter().flat_map(|picture| picture.pixels).collect();
    Arc::new(Images::new(shape, classes, pixels, labels, "test").unwrap())
}

#[test]
fn predictions_and_evaluation_agree() {
    let cnn = CnnConfig { channels: [2, 3], hidden: 8, dropout: 0.5 };
    for config in [ModelConfig::default(), ModelConfig::Cnn(cnn)] {
        let (_folder, run, card) = run(&config);
        let predictor = open(&run).unwrap();
        assert_eq!(predictor.card(), &card);
        let (pictures, labels) = test_images(300);
        let predictions = predictor.predict(&pictures).unwrap();
        let Evaluation::Classification(evaluation) =
            predictor.evaluate(data_set(300, 10), 64, 1).unwrap()
        else {
            panic!()
        };

        let mut confusion = vec![vec![0; 10]; 10];
        let mut loss = 0.0;
        for (prediction, &label) in predictions.iter().zip(&labels) {
            let Decision::Class { class, probabilities } = &prediction.decision else { panic!() };
            confusion[label as usize][*class] += 1;
            loss -= probabilities[label as usize].ln() / 300.0;
            assert_eq!(prediction.label, format!("digit {class}"));
            assert!((probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        }
        let correct: u64 = (0..10).map(|class| confusion[class][class]).sum();
        assert_eq!(evaluation.confusion, confusion);
        assert_eq!((evaluation.correct as u64, evaluation.total), (correct, 300));
        assert!((evaluation.loss - loss).abs() < 1e-5, "{} {loss}", evaluation.loss);
        let [low, high] = evaluation.interval;
        assert!(low < evaluation.accuracy && evaluation.accuracy < high);
    }
}

#[test]
fn batch_size_and_workers_do_not_change_an_evaluation() {
    let (_folder, run, _) = course();
    let predictor = open(&run).unwrap();
    let evaluate = |batch_size, workers| match predictor
        .evaluate(data_set(100, 10), batch_size, workers)
        .unwrap()
    {
        Evaluation::Classification(evaluation) => evaluation,
        _ => panic!(),
    };
    let expected = evaluate(100, 0);
    for (batch_size, workers) in [(1, 0), (7, 3), (1000, 2)] {
        let got = evaluate(batch_size, workers);
        assert_eq!(got.confusion, expected.confusion);
        assert!((got.loss - expected.loss).abs() < 1e-6);
    }
}

#[test]
fn the_squared_error_of_zero_scores_is_a_tenth() {
    let (_folder, run, mut card) = course();
    let weights = run.model_bytes().unwrap();
    card.loss = serde_json::json!({ "kind": "mse" });
    run.write_model(&weights, &card).unwrap();
    let predictor = open(&run).unwrap();
    let config = LoaderConfig { batch_size: 30, order: Order::Shuffled { seed: 3 }, workers: 0 };
    let (device, preprocess) = (Device::flex(), predictor.preprocess());
    let loader =
        |classes| Loader::of_images(data_set(100, classes), preprocess, config, &device).unwrap();
    // An untrained network gives scores near 0, for which the mean over ten classes is 1/10.
    let (network, task) = (predictor.network(), predictor.task().as_ref());
    let judged = judge(network, &loader(10), task, |_| true).unwrap().unwrap();
    let loss = judged.scores().unwrap().loss();
    assert!((loss - 0.1).abs() < 0.03, "{loss}");
    // Of a card that names a class fewer than the model has.
    let names = Targets::Classes((0..9).map(|digit| digit.to_string()).collect());
    let nine =
        TaskConfig::default().init(&names, &LossConfig::default(), Scale::default()).unwrap();
    let error = judge(network, &loader(10), nine.as_ref(), |_| true).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the model's output is [30, 10], expected [30, 9] (samples, outputs)"
    );
}

#[test]
fn the_most_probable_classes_come_first() {
    let (_folder, run, _) = course();
    let predictor = open(&run).unwrap();
    let prediction = predictor.predict(&test_images(1).0).unwrap().remove(0);
    let top = predictor.top(&prediction, 3);
    assert_eq!(top[0], (prediction.label.as_str(), prediction.probability().unwrap()));
    assert!(top[0].1 >= top[1].1 && top[1].1 >= top[2].1 && top.len() == 3);
    assert_eq!(predictor.top(&prediction, 99).len(), 10);
}

#[test]
fn no_picture_gives_no_prediction_and_a_wrong_one_an_error() {
    let (_folder, run, _) = course();
    let predictor = open(&run).unwrap();
    assert!(predictor.predict(&[]).unwrap().is_empty());
    let mut pictures = test_images(300).0;
    pictures[299].pixels.pop();
    let error = predictor.predict(&pictures).unwrap_err().to_string();
    assert_eq!(error, "picture 299 has 783 values, expected 784");
}

#[test]
fn data_sets_of_another_kind_are_refused() {
    let (_folder, run, _) = course();
    let predictor = open(&run).unwrap();
    let refusal =
        |source, batch_size| predictor.evaluate(source, batch_size, 0).unwrap_err().to_string();
    assert_eq!(refusal(data_set(5, 11), 64), "the data set has 11 classes, the model 10");
    assert_eq!(refusal(data_set(5, 10), 0), "the batch size is 0, expected at least 1");
    assert_eq!(refusal(data_set(0, 10), 64), "the data set to evaluate holds no sample");
    let shape = ImageShape { channels: 3, height: 2, width: 1 };
    let classes = (0..10).map(|digit: usize| digit.to_string()).collect();
    let small = Images::new(shape, classes, vec![0; 6], vec![0], "test").unwrap();
    assert_eq!(
        refusal(Arc::new(small), 64),
        "the images of the data set are 3 x 2 x 1, the model's are 1 x 28 x 28"
    );
}

#[test]
fn weights_with_any_flipped_bit_are_refused() {
    let (_folder, run, _) = course();
    let bytes = run.model_bytes().unwrap();
    let header = 8 + usize::try_from(u64::from_le_bytes(bytes[..8].try_into().unwrap())).unwrap();
    for place in [header, header + 1001, bytes.len() - 1] {
        let mut damaged = bytes.clone();
        damaged[place] ^= 1;
        std::fs::write(run.model_path(), damaged).unwrap();
        let error = open(&run).err().unwrap();
        let text = error.to_string();
        assert!(text.starts_with("the weights differ from those the card vouches for"), "{text}");
    }
}

#[test]
fn damaged_weight_files_are_refused() {
    let (_folder, run, _) = course();
    let bytes = run.model_bytes().unwrap();
    let damaged = [
        Vec::new(),
        bytes[..bytes.len() - 1].to_vec(),
        bytes[..100].to_vec(),
        vec![0xFF; bytes.len()],
        vec![0; bytes.len()],
        [&bytes[..], &[0; 4]].concat(),
    ];
    for bytes in damaged {
        std::fs::write(run.model_path(), &bytes).unwrap();
        let error = open(&run).err().unwrap();
        let expected =
            matches!(error, InferenceError::TooFewWeights { .. } | InferenceError::Weights { .. });
        assert!(expected, "{error}");
    }
    std::fs::remove_file(run.model_path()).unwrap();
    assert!(matches!(open(&run), Err(InferenceError::Run(_))));
}

#[test]
fn cards_that_cannot_be_are_refused() {
    let architecture =
        |value: serde_json::Value| move |card: &mut ModelCard| card.architecture = value;
    let cases = [
        (
            refusal(|card| card.schema = 3),
            "format version 3 is newer than 2, the newest that is known here",
        ),
        (refusal(|card| card.image_shape = [1, 0, 28]), "images of 1 x 0 x 28"),
        (refusal(|card| card.image_shape = [usize::MAX; 3]), "images of 184467"),
        (refusal(|card| card.classes.clear()), "0 classes, expected 1 to 4096"),
        (refusal(|card| card.classes = vec![String::new(); 5000]), "5000 classes"),
        (refusal(|card| card.std = vec![0.0]), "std not 0"),
        (refusal(|card| card.mean = vec![0.0; 2]), "mean has 2 values"),
        (
            refusal(|card| card.loss = serde_json::json!({ "kind": "huber" })),
            "the loss huber does not belong to the task classification",
        ),
        (refusal(|card| card.loss = serde_json::json!(null)), "loss: "),
        (refusal(|card| card.task = serde_json::json!({ "kind": "alchemy" })), "task: unknown"),
        (refusal(architecture(serde_json::json!("mlp"))), "architecture: "),
        (
            refusal(architecture(serde_json::json!({ "kind": "mlp", "hidden": [0] }))),
            "hidden [0] is 0",
        ),
        (
            refusal(architecture(serde_json::json!({ "kind": "mlp", "hidden": [65536, 65536] }))),
            "describes 4347133962 parameters",
        ),
        (
            refusal(|card| {
                card.architecture = serde_json::json!({ "kind": "cnn", "channels": [65536, 1] });
                card.image_shape = [1, 100, 100];
            }),
            "a layer gives 629407744 values",
        ),
        (
            refusal(|card| {
                card.architecture = serde_json::json!({ "kind": "cnn" });
                card.image_shape = [1, 5, 28];
            }),
            "this model needs at least 6 x 6",
        ),
        (refusal(|card| card.weights_digest.clear()), "the weights differ"),
    ];
    for (got, expected) in cases {
        assert!(got.contains(expected), "{got:?} does not say {expected:?}");
    }
}
