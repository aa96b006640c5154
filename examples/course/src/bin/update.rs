//! The weight update: `w = w - learning_rate * gradient` finds the line y = 2x + 1 through four points.
//!
//! cargo run --bin course-update
//!
//! ```text
//! Step [1/200], Loss: 21.0000, w: 0.8500, b: 0.4000
//! Step [2/200], Loss: 7.0587, w: 1.3425, b: 0.6325
//! Step [3/200], Loss: 2.3730, w: 1.6277, b: 0.7679
//! Step [4/200], Loss: 0.7981, w: 1.7929, b: 0.8469
//! Step [5/200], Loss: 0.2687, w: 1.8883, b: 0.8933
//! Step [50/200], Loss: 0.0001, w: 2.0054, b: 0.9885
//! Step [100/200], Loss: 0.0000, w: 2.0012, b: 0.9975
//! Step [150/200], Loss: 0.0000, w: 2.0003, b: 0.9994
//! Step [200/200], Loss: 0.0000, w: 2.0001, b: 0.9999
//! ```
#![expect(clippy::print_stdout, reason = "examples talk to the person who runs them")]

use burn::tensor::{Device, Tensor};

const STEPS: usize = 200;
const LEARNING_RATE: f64 = 0.05;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let device = Device::flex().autodiff();
    let x = Tensor::<1>::from_floats([0.0, 1.0, 2.0, 3.0], &device);
    let target = Tensor::<1>::from_floats([1.0, 3.0, 5.0, 7.0], &device);
    let mut w = Tensor::<1>::from_floats([0.0], &device).require_grad();
    let mut b = Tensor::<1>::from_floats([0.0], &device).require_grad();

    for step in 1..=STEPS {
        let y = x.clone() * w.clone() + b.clone(); // [4]
        let loss = (y - target.clone()).powi_scalar(2).mean();
        let gradients = loss.backward();
        let of = |weight: &Tensor<1>| weight.grad(&gradients).ok_or("no gradient");
        let (d_w, d_b) = (of(&w)?, of(&b)?);

        // The new weights begin a graph of their own: PyTorch's `with torch.no_grad()`.
        w = Tensor::from_inner(w.inner() - d_w * LEARNING_RATE).require_grad();
        b = Tensor::from_inner(b.inner() - d_b * LEARNING_RATE).require_grad();

        if step <= 5 || step % 50 == 0 {
            let number = |tensor: &Tensor<1>| tensor.clone().try_into_scalar::<f32>();
            let (loss, w, b) = (number(&loss)?, number(&w)?, number(&b)?);
            println!("Step [{step}/{STEPS}], Loss: {loss:.4}, w: {w:.4}, b: {b:.4}");
        }
    }
    Ok(())
}
