//! Dropout draws from the device's generator, of which a process has one a device: a test of its own, for tests of one file run
//! at the same time.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

mod support;

use burn::tensor::Device;
use burnwright_model::Architecture;
use burnwright_training::{Job, train};
use support::{digest, halves, recipe};

#[test]
fn dropout_and_batch_norm_repeat_to_the_bit() {
    let run = |dropout, seed| {
        let recipe = recipe(&[
            "model.kind=cnn",
            "model.channels=[2,3]",
            "model.hidden=6",
            dropout,
            "data.batch_size=16",
            "training.epochs=2",
        ]);
        let device = Device::flex().autodiff();
        // Whatever the generator was left at by others must not matter.
        device.seed(seed);
        let model = recipe.model.init([1, 8, 8], 4, 42, &device);
        digest(
            &train(Job::new(model, recipe.clone(), &halves(100), device).unwrap()).unwrap().model,
        )
    };
    let once = run("model.dropout=0.5", 1);
    assert_eq!(run("model.dropout=0.5", 2), once);
    assert_ne!(run("model.dropout=0.0", 1), once);
}
