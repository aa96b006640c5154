//! What is asked of a model, and what is read as a picture, takes memory by its size, not by its number. One test, for what it measures is
//! the whole process's.
#![allow(clippy::unwrap_used, reason = "in a test's helper, too, a panic is a failure")]

mod support;

use std::io::Cursor;
use std::sync::Arc;

use burnwright_data::{ImageShape, Images, Source};
use burnwright_inference::{EVALUATION_BATCH, PreparedImage, prepare};
use burnwright_model::{CnnConfig, INFERENCE_BYTES, ModelConfig};
use image::{DynamicImage, ImageFormat};
use peak_alloc::PeakAlloc;
use support::untrained;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const SIDE: usize = 128;
const COUNT: usize = 80;

/// The most bytes that `work` takes beside what is there.
fn peak<T>(work: impl FnOnce() -> T) -> (T, usize) {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let made = work();
    (made, MEMORY.peak_usage() - before)
}

#[test]
fn memory_is_bounded_by_bytes() {
    let config = ModelConfig::Cnn(CnnConfig { hidden: 2, ..CnnConfig::default() });
    let (predictor, card) = untrained(&config, SIDE);
    let classes = card.classes.clone();
    let pixels = vec![99; COUNT * SIDE * SIDE];
    let shape = ImageShape { channels: 1, height: SIDE, width: SIDE };
    let source = Images::new(shape, classes, pixels, vec![3; COUNT], "test").unwrap();
    let source: Arc<dyn Source> = Arc::new(source);
    // Two or three outputs of the widest layer are there at a time; of all images at once, one is 315 MB.
    let most = 4 * INFERENCE_BYTES;
    let (judged, taken) = peak(|| predictor.judge(source, EVALUATION_BATCH, 1).unwrap());
    assert_eq!(judged.scores().unwrap().total, Some(COUNT));
    assert!(taken < most, "{} MiB to judge", taken >> 20);
    let pictures: Vec<PreparedImage> = (0..COUNT)
        .map(|_| PreparedImage {
            pixels: vec![99; SIDE * SIDE],
            inverted: false,
            resized: false,
            converted: false,
        })
        .collect();
    let (answers, taken) = peak(|| predictor.predict(&pictures).unwrap());
    assert_eq!(answers.len(), COUNT);
    assert!(taken < most, "{} MiB to predict", taken >> 20);

    // 16 bits, RGBA: 8 bytes a pixel.
    let picture = DynamicImage::new_rgba16(2048, 2048);
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, ImageFormat::Png).unwrap();
    drop(picture);
    let (_, taken) = peak(|| prepare(file.get_ref(), &card).unwrap());
    assert!(taken < 40 << 20, "{} MiB to decode 32", taken >> 20);
}
