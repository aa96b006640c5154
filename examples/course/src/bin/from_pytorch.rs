//! Your PyTorch weights in Burn: a `state_dict` as safetensors, trained further as PyTorch would train it.
//!
//! cargo run --bin course-from-pytorch                        from weights that PyTorch drew, 200 steps in file order
//! cargo run --bin course-from-pytorch -- FILE.safetensors    from yours
//!
//! ```text
//! Step [1/200], Loss: 2.2945
//! Step [10/200], Loss: 2.0212
//! Step [20/200], Loss: 1.7526
//! Step [50/200], Loss: 0.7164
//! Step [100/200], Loss: 0.3445
//! Step [200/200], Loss: 0.6295
//! ```
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "examples talk to people")]

use burn::nn::loss::CrossEntropyLossConfig;
use burn::optim::{AdamConfig, GradientsParams};
use burn::store::{ModuleSnapshot, PyTorchToBurnAdapter, SafetensorsStore};
use burn::tensor::Device;
use burnwright_data::{Order, mnist};
use example_course::{DataLoader, SimpleNN};

const STEPS: usize = 200;
const DRAWN_BY_PYTORCH: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../crates/training/tests/fixtures/traces/relu_ce_adam.init.safetensors"
);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).unwrap_or_else(|| DRAWN_BY_PYTORCH.to_owned());
    let device = Device::flex().autodiff();
    let mut model = SimpleNN::new(&device);
    let mut store = SafetensorsStore::from_file(file).with_from_adapter(PyTorchToBurnAdapter);
    model.load_from(&mut store)?;

    let train = DataLoader::new(mnist::bundled()?.train, Order::Sequential, &device)?;
    let criterion = CrossEntropyLossConfig::new().init(&device);
    let mut optimizer = AdamConfig::new().with_epsilon(1e-8).init();
    for (step, batch) in (1..=STEPS).zip(train.epoch(1)) {
        let (images, labels) = batch?;
        let loss = criterion.forward(model.forward(images), labels);
        let gradients = GradientsParams::from_grads(loss.backward(), &model);
        model = optimizer.step(0.001, model, gradients);
        if [1, 10, 20, 50, 100, 200].contains(&step) {
            println!("Step [{step}/{STEPS}], Loss: {:.4}", loss.try_into_scalar::<f32>()?);
        }
    }
    Ok(())
}
