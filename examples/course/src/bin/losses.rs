//! Losses: mean squared error and cross-entropy, by hand and by Burn.
//!
//! cargo run --bin course-losses
//!
//! ```text
//! mean squared error  by hand 0.0200, by Burn 0.0200, the same to 1e-6: true
//! cross-entropy       by hand 1.4185, by Burn 1.4185, the same to 1e-6: true
//! ```
#![expect(clippy::print_stdout, reason = "examples talk to the person who runs them")]

use burn::nn::loss::{CrossEntropyLossConfig, MseLoss, Reduction};
use burn::tensor::{Device, Int, Tensor};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let device = Device::flex();

    let prediction = Tensor::<1>::from_floats([0.9, 0.2, 0.4], &device);
    let target = Tensor::<1>::from_floats([1.0, 0.0, 0.5], &device);
    let by_hand = (prediction.clone() - target.clone()).powi_scalar(2).mean();
    let by_burn = MseLoss::new().forward(prediction, target, Reduction::Mean);
    compare("mean squared error", by_hand, by_burn)?;

    let logits = Tensor::<2>::from_floats([[2.0, 1.0, 0.1], [0.5, 2.5, 0.3]], &device);
    let labels = Tensor::<1, Int>::from_ints([0, 2], &device);
    let exp = logits.clone().exp(); // [2, 3]
    let probabilities = exp.clone() / exp.sum_dim(1); // [2, 3]
    let of_label = probabilities.gather(1, labels.clone().unsqueeze_dim(1)); // [2, 1]
    let by_hand = -of_label.log().mean();
    let by_burn = CrossEntropyLossConfig::new().init(&device).forward(logits, labels);
    compare("cross-entropy", by_hand, by_burn)
}

/// Prints both, and whether they agree.
fn compare(name: &str, hand: Tensor<1>, burn: Tensor<1>) -> Result<(), Box<dyn std::error::Error>> {
    let (hand, burn): (f32, f32) = (hand.try_into_scalar()?, burn.try_into_scalar()?);
    let same = (hand - burn).abs() < 1e-6;
    println!("{name:<19} by hand {hand:.4}, by Burn {burn:.4}, the same to 1e-6: {same}");
    Ok(())
}
