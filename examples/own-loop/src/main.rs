//! Our model and our data in a loop written by hand: forward, loss, backward, update.
//!
//! cargo run --bin example-own-loop        about 95 % on the test images after two epochs, in two seconds
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "examples talk to people")]

use burnwright::prelude::*;

const EPOCHS: usize = 2;
const SEED: u64 = 42;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let steps = std::env::args().nth(1).map_or(Ok(usize::MAX), |steps| steps.parse())?;
    let device = Device::flex().autodiff();
    let data = mnist::bundled()?;
    let mut config =
        LoaderConfig { batch_size: 64, order: Order::Shuffled { seed: SEED }, workers: 1 };
    let preprocess = Preprocess::new(data.train.shape(), Normalize::default());
    let loss = LossConfig::default();
    let task = TaskConfig::default().init(data.train.targets(), &loss, Scale::default())?;
    let train = Loader::of_images(data.train, &preprocess, config, &device)?;
    let mut model = MlpConfig::default().init(28 * 28, mnist::CLASS_COUNT, SEED, &device);
    let mut optimizer = OptimizerConfig::default().init(&device);

    for epoch in 1..=EPOCHS {
        let mut last = None;
        for batch in train.epoch(epoch).take(steps) {
            let batch = batch?;
            let logits = model.forward(batch.inputs); // [batch, 10]
            let value = loss.forward(logits, &batch.targets); // [1]
            let gradients = GradientsParams::from_grads(value.backward(), &model);
            model = optimizer.step(1e-3, model, gradients);
            last = Some(value);
        }
        let last: f32 = last.map_or(Ok(f32::NAN), Tensor::try_into_scalar)?;
        println!("Epoch [{epoch}/{EPOCHS}], Loss: {last:.4}");
    }

    config.order = Order::Sequential;
    let test = Loader::of_images(data.test, &preprocess, config, &device.inner())?;
    let scores = score(&model.valid(), &test, task.as_ref())?;
    let accuracy = 100.0 * scores.get("accuracy").ok_or("no accuracy")?;
    println!("Accuracy of the model on the test images: {accuracy:.2}%");
    Ok(())
}
