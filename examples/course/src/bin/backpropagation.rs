//! Backpropagation: a network of two layers, its gradients by the chain rule and by Burn.
//!
//! cargo run --bin course-backpropagation
//!
//! ```text
//! loss: 0.7364
//! w1 gradient: [0.0249, -0.0289, -0.1009, 0.1157]
//!    by hand the same to 1e-6: true
//! w2 gradient: [-0.7507, -0.7470]
//!    by hand the same to 1e-6: true
//! ```
#![expect(clippy::print_stdout, reason = "examples talk to the person who runs them")]

use burn::tensor::{Device, Tensor, activation};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let device = Device::flex().autodiff();
    let x = Tensor::<2>::from_floats([[0.5, -1.0], [1.5, 0.3], [-0.7, 2.0]], &device);
    let target = Tensor::<2>::from_floats([[1.0], [0.0], [1.0]], &device);
    let w1 = [[0.1, -0.2], [0.4, 0.3]];
    let w1 = Tensor::<2>::from_floats(w1, &device).require_grad();
    let w2 = Tensor::<2>::from_floats([[0.7], [-0.8]], &device).require_grad();

    let hidden = activation::sigmoid(x.clone().matmul(w1.clone())); // [3, 2]
    let y = hidden.clone().matmul(w2.clone()); // [3, 1]
    let loss = (y.clone() - target.clone()).powi_scalar(2).mean();
    println!("loss: {:.4}", loss.clone().try_into_scalar::<f32>()?);

    // From the loss back to the weights: each line is the one above it times one derivative.
    let d_y = (y - target) * (2.0 / 3.0); // the mean is over 3 examples
    let d_w2 = hidden.clone().transpose().matmul(d_y.clone()); // [2, 1]
    let d_hidden = d_y.matmul(w2.clone().transpose()); // [3, 2]
    let d_sum = d_hidden * hidden.clone() * (-hidden + 1.0); // sigmoid' = s (1 - s)
    let d_w1 = x.transpose().matmul(d_sum); // [2, 2]

    let gradients = loss.backward();
    for (name, weight, by_hand) in [("w1", w1, d_w1), ("w2", w2, d_w2)] {
        let by_burn = weight.grad(&gradients).ok_or("the loss does not depend on a weight")?;
        println!("{name} gradient: {:.4?}", by_burn.try_to_vec_as::<f32>()?);
        let difference: f32 = (by_hand.inner() - by_burn).abs().max().try_into_scalar()?;
        println!("   by hand the same to 1e-6: {}", difference < 1e-6);
    }
    Ok(())
}
