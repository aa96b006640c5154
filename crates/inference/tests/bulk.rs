//! Many pictures at once are answered as each of them alone, in their order.
#![allow(clippy::unwrap_used, reason = "in a test's helper, too, a panic is a failure")]

mod support;

use std::io::Cursor;

use burnwright_data::mnist;
use burnwright_inference::{InferenceError, Prediction, Predictor, prepare};
use burnwright_model::ModelConfig;
use image::{GrayImage, ImageFormat};
use support::untrained;

/// An untrained model of the course.
fn predictor() -> Predictor {
    untrained(&ModelConfig::default(), 28).0
}

/// The first test images as PNG files.
fn files(count: usize) -> Vec<Vec<u8>> {
    let source = mnist::bundled_test().unwrap();
    let file = |index| {
        let mut pixels = vec![0; 784];
        source.read(index, &mut pixels).unwrap();
        let mut bytes = Cursor::new(Vec::new());
        let image = GrayImage::from_raw(28, 28, pixels).unwrap();
        image.write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    };
    (0..count).map(file).collect()
}

/// What is said of each file, with its number.
fn answers(
    predictor: &Predictor,
    files: &[Vec<u8>],
    threads: usize,
) -> Vec<(usize, Result<Prediction, String>)> {
    let sources: Vec<_> = files.iter().cloned().enumerate().collect();
    let read = |source: &(usize, Vec<u8>)| {
        assert_ne!(source.1, b"panic", "no such file");
        Ok::<_, InferenceError>(source.1.clone())
    };
    let answers = predictor.predict_each(sources.into_iter(), read, threads).unwrap();
    let said = |result: Result<_, InferenceError>| match result {
        Ok((_, prediction)) => Ok(prediction),
        Err(error) => Err(error.to_string()),
    };
    answers.flatten().map(|answer| (answer.source.0, said(answer.result))).collect()
}

#[test]
fn many_are_answered_as_each_alone_in_their_order_whatever_the_threads() {
    let predictor = predictor();
    let files = files(700);
    let alone = |bytes: &Vec<u8>| {
        let picture = prepare(bytes, predictor.card()).unwrap();
        predictor.predict(&[picture]).unwrap().remove(0)
    };
    let expected: Vec<Prediction> = files.iter().map(alone).collect();
    for threads in [1, 2, 5] {
        let got = answers(&predictor, &files, threads);
        assert_eq!(got.len(), files.len());
        for (number, (source, prediction)) in got.into_iter().enumerate() {
            assert_eq!(source, number);
            // To the bit, though each was in another batch.
            assert_eq!(prediction.unwrap(), expected[number], "{number}, {threads} threads");
        }
    }
}

#[test]
fn one_failure_is_one_answer() {
    let predictor = predictor();
    let mut files = files(600);
    files[255].truncate(60);
    files[256] = b"panic".to_vec();
    files[599].clear();
    let got = answers(&predictor, &files, 3);
    let failed: Vec<_> =
        got.iter().filter_map(|(number, said)| Some((*number, said.as_ref().err()?))).collect();
    assert_eq!(failed.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [255, 256, 599]);
    assert!(failed[0].1.starts_with("the PNG picture cannot be decoded"), "{failed:?}");
    assert!(failed[1].1.starts_with("the reader panicked: "), "{failed:?}");
    assert_eq!(failed[2].1, "not a PNG or JPEG picture: the file is empty");
    assert_eq!(got.len(), 600);
}

#[test]
fn no_source_gives_no_answer() {
    assert!(answers(&predictor(), &[], 2).is_empty());
}
