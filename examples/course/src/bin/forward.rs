//! A forward pass: four digits through the course's perceptron, before it has learned anything.
//!
//! cargo run --bin course-forward
//!
//! ```text
//! input:         [4, 1, 28, 28]
//! logits:        [4, 10]
//! probabilities: sum to [1.0000, 1.0000, 1.0000, 1.0000]
//! largest:       [0.1101, 0.1167, 0.1145, 0.1207]
//! predicted:     [9, 9, 9, 9]
//! labels:        [7, 2, 1, 0]
//! parameters:    109386
//! ```
#![expect(clippy::print_stdout, reason = "examples talk to the person who runs them")]

use burn::module::Module;
use burn::tensor::{Device, activation};
use burnwright_data::{Order, mnist};
use example_course::{DataLoader, SimpleNN};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let device = Device::flex();
    device.seed(42);
    let model = SimpleNN::new(&device);

    let test = DataLoader::new(mnist::bundled_test()?, Order::Sequential, &device)?;
    let (images, labels) = test.epoch(1).next().ok_or("the data set is empty")??;
    let x = images.slice(0..4); // [4, 1, 28, 28]
    println!("input:         {:?}", x.dims());

    let logits = model.forward(x);
    println!("logits:        {:?}", logits.dims());

    let probabilities = activation::softmax(logits.clone(), 1); // [4, 10]
    let sums: Vec<f32> = probabilities.clone().sum_dim(1).try_to_vec_as()?;
    println!("probabilities: sum to {sums:.4?}");
    let largest: Vec<f32> = probabilities.max_dim(1).try_to_vec_as()?;
    println!("largest:       {largest:.4?}");
    println!("predicted:     {:?}", logits.argmax(1).try_to_vec_as::<i64>()?);
    println!("labels:        {:?}", labels.slice(0..4).try_to_vec_as::<i64>()?);
    println!("parameters:    {}", model.num_params());
    Ok(())
}
