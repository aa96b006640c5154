//! Weights, gradients and an optimizer's state in, the new ones out, in one pass over each parameter.

mod adam;
mod sgd;

use pulp::WithSimd;

use crate::simd::widest;

pub use adam::{AdamStep, adam_step};
pub use sgd::{SgdStep, sgd_step};

/// Parameters with more values than these are updated in two halves at once; below, waking a thread takes longer.
const LARGE: usize = 1 << 19;

/// One pass over one parameter, whose elements do not know of each other.
trait Pass: WithSimd<Output = ()> + Send + Sized {
    /// The number of elements.
    fn length(&self) -> usize;

    /// The passes over the first and the second half.
    fn halves(self) -> [Self; 2];
}

fn update(pass: impl Pass) {
    if pass.length() >= LARGE {
        let [first, second] = pass.halves();
        rayon::join(|| widest(first), || widest(second));
    } else {
        widest(pass);
    }
}

/// Multiplying subnormal numbers costs an Intel processor over a hundred cycles. NaN stays NaN: the guard of the training loop
/// must see it.
#[expect(clippy::inline_always, reason = "only inlined is it compiled for the wide vectors")]
#[inline(always)]
fn normal_or_zero(value: f32) -> f32 {
    if value.abs() < f32::MIN_POSITIVE { 0.0 } else { value }
}

#[cfg(test)]
mod test_values {
    use burn::tensor::{Device, Tensor, TensorData};

    /// Values that look random, enough of them to be updated in halves.
    pub(super) fn values(seed: f32, device: &Device) -> Tensor<2> {
        let numbers = (0..u16::MAX).map(|number| (f32::from(number) * seed).sin() * 0.1);
        let values: Vec<f32> = numbers.cycle().take(600 * 1000).collect();
        Tensor::from_data(TensorData::new(values, [600, 1000]), device)
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    /// The devices of this build in whose memory a step is one pass.
    pub(crate) fn devices() -> Vec<Device> {
        vec![
            Device::flex(),
            #[cfg(feature = "ndarray")]
            Device::ndarray(),
        ]
    }
}
