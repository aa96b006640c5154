//! Adam: weight, gradient and running means in, the new ones out.
//!
//! Burn's Adam makes about a dozen passes, and lets the running means of gradients that have become 0 (units that ReLU has
//! switched off) sink into the subnormal numbers, where each multiplication costs an Intel processor over a hundred cycles: the
//! course's later epochs took 4 s instead of 0.5 s. Here a mean below the smallest normal number becomes 0. Values are otherwise
//! those of Burn's `Adam` and PyTorch's `Adam` and `AdamW`, to rounding.

#[cfg(feature = "ndarray")]
use burn::backend::NdArray;
use burn::backend::tensor::FloatTensor;
use burn::backend::{DispatchDevice, DispatchKindConversion, DispatchTensor, Flex};
use burn::tensor::{BackendPrimitive, Float, Tensor};
use pulp::{Simd, WithSimd};

use super::{Pass, normal_or_zero, update};
use crate::host::{Host, runs_here};

/// The numbers of one step of Adam, as the elements need them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamStep {
    /// Decay of the running means of the gradient and of its square.
    pub betas: [f64; 2],
    /// Added to the denominator.
    pub epsilon: f64,
    /// This times the weight is added to the gradient, as in Adam.
    pub gradient_decay: f64,
    /// The weight is multiplied by this before the step; `1 - learning_rate * weight_decay` in AdamW.
    pub weight_factor: f64,
    /// Size of the step.
    pub learning_rate: f64,
    /// The number of the step, from 1.
    pub time: usize,
}

/// The same, narrowed to the type of the elements.
#[derive(Clone, Copy)]
struct Factors {
    beta_1: f32,
    rest_1: f32,
    beta_2: f32,
    rest_2: f32,
    /// `epsilon * sqrt(1 - beta_2^time)`
    epsilon: f32,
    /// `learning_rate * sqrt(1 - beta_2^time) / (1 - beta_1^time)`
    step: f32,
    gradient_decay: f32,
    weight_factor: f32,
}

impl AdamStep {
    /// `m / c1 / (sqrt(v) / c2 + epsilon)` is `m * (c2 / c1) / (sqrt(v) + epsilon * c2)`: one division an element.
    #[expect(clippy::cast_possible_truncation, reason = "the elements are f32")]
    fn factors(self) -> Factors {
        // default: long before so many steps, a power of beta is 0.
        let time = i32::try_from(self.time).unwrap_or(i32::MAX);
        let [beta_1, beta_2] = self.betas;
        let correction = (1.0 - beta_2.powi(time)).sqrt();
        Factors {
            beta_1: beta_1 as f32,
            rest_1: (1.0 - beta_1) as f32,
            beta_2: beta_2 as f32,
            rest_2: (1.0 - beta_2) as f32,
            epsilon: (self.epsilon * correction) as f32,
            step: (self.learning_rate * correction / (1.0 - beta_1.powi(time))) as f32,
            gradient_decay: self.gradient_decay as f32,
            weight_factor: self.weight_factor as f32,
        }
    }
}

/// One step of Adam or AdamW: the new weight and the new running means of the gradient and of its square.
///
/// All tensors have the same shape. Those that are not 32-bit floats in host memory go through Burn's operations.
pub fn adam_step<const D: usize>(
    step: AdamStep,
    weight: Tensor<D>,
    gradient: Tensor<D>,
    means: [Tensor<D>; 2],
) -> (Tensor<D>, [Tensor<D>; 2]) {
    let here = [&weight, &gradient, &means[0], &means[1]].into_iter().all(runs_here);
    match weight.device().as_dispatch() {
        DispatchDevice::Flex(_) if here => step_on::<Flex, D>(step, weight, gradient, means),
        #[cfg(feature = "ndarray")]
        DispatchDevice::NdArray(_) if here => step_on::<NdArray, D>(step, weight, gradient, means),
        _ => composed(step, weight, gradient, means),
    }
}

/// The same of Burn's operations.
fn composed<const D: usize>(
    step: AdamStep,
    weight: Tensor<D>,
    gradient: Tensor<D>,
    [mean, square]: [Tensor<D>; 2],
) -> (Tensor<D>, [Tensor<D>; 2]) {
    let [beta_1, beta_2] = step.betas;
    // default: long before so many steps, a power of beta is 0.
    let time = i32::try_from(step.time).unwrap_or(i32::MAX);
    let correction = (1.0 - beta_2.powi(time)).sqrt();
    let size = step.learning_rate * correction / (1.0 - beta_1.powi(time));
    let gradient = gradient + weight.clone() * step.gradient_decay;
    let mean = mean * beta_1 + gradient.clone() * (1.0 - beta_1);
    let square = square * beta_2 + gradient.square() * (1.0 - beta_2);
    let change = mean.clone() * size / (square.clone().sqrt() + step.epsilon * correction);
    (weight * step.weight_factor - change, [mean, square])
}

/// In one pass on a backend of the processor.
fn step_on<B: Host, const D: usize>(
    step: AdamStep,
    weight: Tensor<D>,
    gradient: Tensor<D>,
    [mean, square]: [Tensor<D>; 2],
) -> (Tensor<D>, [Tensor<D>; 2])
where
    Float: BackendPrimitive<B, Primitive = FloatTensor<B>>,
    DispatchTensor: DispatchKindConversion<B>,
{
    let shape = weight.dims();
    let [weight, mean, square, gradient] = [weight, mean, square, gradient]
        .map(|tensor| tensor.try_into_primitive::<B>().expect("the device was asked before"));
    let [mut mean, mut square, mut gradient] = [mean, square, gradient].map(B::into_values);
    // The weight is still held by the model that is replaced; the gradient by nobody.
    let weight = B::values(&weight);
    let factors = step.factors();
    update(AdamPass {
        weight: &weight,
        gradient: &mut gradient,
        mean: &mut mean,
        square: &mut square,
        factors,
    });
    let [weight, mean, square] = [gradient, mean, square]
        .map(|values| Tensor::from_primitive::<B>(B::tensor(values, shape)));
    (weight, [mean, square])
}

/// One pass over one parameter.
struct AdamPass<'a> {
    weight: &'a [f32],
    /// Becomes the new weight.
    gradient: &'a mut [f32],
    mean: &'a mut [f32],
    square: &'a mut [f32],
    factors: Factors,
}

impl Pass for AdamPass<'_> {
    fn length(&self) -> usize {
        self.weight.len()
    }

    fn halves(self) -> [Self; 2] {
        let half = self.weight.len() / 2;
        let factors = self.factors;
        let (weight, other_weight) = self.weight.split_at(half);
        let (gradient, other_gradient) = self.gradient.split_at_mut(half);
        let (mean, other_mean) = self.mean.split_at_mut(half);
        let (square, other_square) = self.square.split_at_mut(half);
        [
            Self { weight, gradient, mean, square, factors },
            Self {
                weight: other_weight,
                gradient: other_gradient,
                mean: other_mean,
                square: other_square,
                factors,
            },
        ]
    }
}

impl WithSimd for AdamPass<'_> {
    type Output = ();

    // Plain loops: the compiler makes vectors of them, as wide as the extension for which it compiles this copy. Whichever it
    // is, the bits are the same, for each element goes through the same operations.
    #[expect(clippy::inline_always, reason = "only inlined is it compiled for the wide vectors")]
    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self { weight, gradient, mean, square, factors } = self;
        let moments = mean.iter_mut().zip(square);
        for ((&weight, gradient), (mean, square)) in weight.iter().zip(gradient).zip(moments) {
            *gradient = element(weight, *gradient, mean, square, factors);
        }
    }
}

#[expect(clippy::inline_always, reason = "only inlined is it compiled for the wide vectors")]
#[inline(always)]
fn element(weight: f32, gradient: f32, mean: &mut f32, square: &mut f32, f: Factors) -> f32 {
    let gradient = gradient + f.gradient_decay * weight;
    *mean = normal_or_zero(f.beta_1 * *mean + f.rest_1 * gradient);
    *square = normal_or_zero(f.beta_2 * *square + f.rest_2 * (gradient * gradient));
    weight * f.weight_factor - f.step * *mean / (square.sqrt() + f.epsilon)
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::super::test_values::values;
    use super::*;

    const STEP: AdamStep = AdamStep {
        betas: [0.9, 0.999],
        epsilon: 1e-8,
        gradient_decay: 0.01,
        weight_factor: 0.99,
        learning_rate: 1e-3,
        time: 3,
    };

    #[test]
    fn one_pass_is_what_burns_operations_make() {
        for device in crate::update::tests::devices() {
            let of = |seed| values(seed, &device);
            let means = || [of(0.3), of(0.7).square()];
            let (weight, [mean, square]) = adam_step(STEP, of(1.1), of(1.7), means());
            let (expected, [means_1, means_2]) = composed(STEP, of(1.1), of(1.7), means());
            for (got, expected) in [(weight, expected), (mean, means_1), (square, means_2)] {
                let largest = (got - expected).abs().max().into_scalar::<f32>();
                assert!(largest < 1e-6, "{device:?}: {largest}");
            }
        }
    }

    #[test]
    fn a_gradient_that_is_no_number_is_seen_in_the_weight() {
        let device = Device::flex();
        let one = || Tensor::<1>::from_data([1.0_f32], &device);
        let (weight, _) = adam_step(STEP, one(), one() * f32::NAN, [one(), one()]);
        assert!(weight.into_scalar::<f32>().is_nan());
    }

    #[test]
    fn subnormal_means_become_zero() {
        let device = Device::flex();
        let tiny = || Tensor::<1>::from_data([f32::MIN_POSITIVE], &device);
        let (_, [mean, square]) = adam_step(STEP, tiny() * 0.0, tiny() * 0.0, [tiny(), tiny()]);
        assert_eq!((mean.into_scalar::<f32>(), square.into_scalar::<f32>()), (0.0, 0.0));
    }
}
