//! Activations: ReLU, sigmoid, tanh and softmax, by hand and by Burn.
//!
//! cargo run --bin course-activations
//!
//! ```text
//! x        [-2.0000, -1.0000, -0.5000,  0.0000,  0.5000,  1.0000,  2.0000]
//! relu     [ 0.0000,  0.0000,  0.0000,  0.0000,  0.5000,  1.0000,  2.0000]
//!          by hand the same to 1e-6: true
//! sigmoid  [ 0.1192,  0.2689,  0.3775,  0.5000,  0.6225,  0.7311,  0.8808]
//!          by hand the same to 1e-6: true
//! tanh     [-0.9640, -0.7616, -0.4621,  0.0000,  0.4621,  0.7616,  0.9640]
//!          by hand the same to 1e-6: true
//! softmax  [ 0.0098,  0.0265,  0.0437,  0.0721,  0.1189,  0.1960,  0.5329]
//!          by hand the same to 1e-6: true
//! ```
#![expect(clippy::print_stdout, reason = "examples talk to the person who runs them")]

use burn::tensor::{Device, Tensor, activation};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let device = Device::flex();
    let x = Tensor::<1>::from_floats([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0], &device);

    let relu = activation::relu(x.clone());
    let sigmoid = activation::sigmoid(x.clone());
    let tanh = activation::tanh(x.clone());
    let softmax = activation::softmax(x.clone(), 0);

    let exp = x.clone().exp();
    let by_hand = [
        ("relu", relu, x.clone().clamp_min(0.0)),
        ("sigmoid", sigmoid, (x.clone().neg().exp() + 1.0).recip()),
        ("tanh", tanh, (exp.clone() - exp.clone().recip()) / (exp.clone() + exp.clone().recip())),
        ("softmax", softmax, exp.clone() / exp.sum()),
    ];

    println!("{:<8} {:7.4?}", "x", x.try_to_vec_as::<f32>()?);
    for (name, burn, hand) in by_hand {
        println!("{name:<8} {:7.4?}", burn.try_to_vec_as::<f32>()?);
        let difference: f32 = (burn - hand).abs().max().try_into_scalar()?;
        println!("         by hand the same to 1e-6: {}", difference < 1e-6);
    }
    Ok(())
}
