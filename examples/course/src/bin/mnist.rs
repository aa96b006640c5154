//! The course's training job in Burn alone; only the images come from this project.
//!
//! cargo run --bin course-mnist           5 epochs
//! cargo run --bin course-mnist -- 20     20 steps an epoch
//!
//! ```text
//! Epoch [1/5], Loss: 0.2153
//! Epoch [2/5], Loss: 0.1584
//! Epoch [3/5], Loss: 0.0213
//! Epoch [4/5], Loss: 0.3198
//! Epoch [5/5], Loss: 0.0705
//! Accuracy of the model on the test images: 96.61%
//! ```
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "examples talk to people")]

use burn::module::Module;
use burn::nn::loss::CrossEntropyLossConfig;
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::Device;
use burnwright_data::{Order, mnist};
use example_course::{DataLoader, SimpleNN};

const EPOCHS: usize = 5;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let steps = std::env::args().nth(1).map_or(Ok(usize::MAX), |steps| steps.parse())?;
    let device = Device::flex().autodiff();
    device.seed(42);
    let data = mnist::bundled()?;
    let train = DataLoader::new(data.train, Order::Shuffled { seed: 42 }, &device)?;
    let test = DataLoader::new(data.test, Order::Sequential, &device.clone().inner())?;

    let mut model = SimpleNN::new(&device);
    let criterion = CrossEntropyLossConfig::new().init(&device);
    let mut optimizer = AdamConfig::new().with_epsilon(1e-8).init();
    for epoch in 1..=EPOCHS {
        let mut last = 0.0;
        for batch in train.epoch(epoch).take(steps) {
            let (images, labels) = batch?;
            let loss = criterion.forward(model.forward(images), labels);
            let gradients = GradientsParams::from_grads(loss.backward(), &model);
            model = optimizer.step(0.001, model, gradients);
            last = loss.try_into_scalar::<f32>()?;
        }
        println!("Epoch [{epoch}/{EPOCHS}], Loss: {last:.4}");
    }

    let (model, mut correct) = (model.valid(), 0);
    for batch in test.epoch(1) {
        let (images, labels) = batch?;
        let predicted = model.forward(images).argmax(1).squeeze_dim::<1>(1); // [batch]
        correct += predicted.equal(labels).int().sum().try_into_scalar::<u32>()?;
    }
    println!("Accuracy of the model on the test images: {:.2}%", f64::from(correct) / 100.0);
    Ok(())
}
