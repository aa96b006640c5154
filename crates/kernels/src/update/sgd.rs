//! Stochastic gradient descent: weight, gradient and velocity in, the new ones out.
//!
//! Values are those of PyTorch's `SGD` (dampening 0) and of Burn's `Sgd` with dampening 0, to rounding; a velocity below the
//! smallest normal number becomes 0.

#[cfg(feature = "ndarray")]
use burn::backend::NdArray;
use burn::backend::tensor::FloatTensor;
use burn::backend::{DispatchDevice, DispatchKindConversion, DispatchTensor, Flex};
use burn::tensor::{BackendPrimitive, Float, Tensor};
use pulp::{Simd, WithSimd};

use super::{Pass, normal_or_zero, update};
use crate::host::{Host, runs_here};

/// The numbers of one step of gradient descent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SgdStep {
    /// Size of the step.
    pub learning_rate: f64,
    /// Share of the last velocity that is kept; 0 needs no velocity.
    pub momentum: f64,
    /// The direction is the gradient and the momentum's share of the new velocity, not the new velocity.
    pub nesterov: bool,
    /// This times the weight is added to the gradient.
    pub weight_decay: f64,
}

/// The same, narrowed to the type of the elements.
#[derive(Clone, Copy)]
struct Factors {
    rate: f32,
    momentum: f32,
    nesterov: bool,
    weight_decay: f32,
}

impl SgdStep {
    #[expect(clippy::cast_possible_truncation, reason = "the elements are f32")]
    fn factors(self) -> Factors {
        Factors {
            rate: self.learning_rate as f32,
            momentum: self.momentum as f32,
            nesterov: self.nesterov,
            weight_decay: self.weight_decay as f32,
        }
    }
}

/// One step: the new weight, and the new velocity where there is a momentum.
///
/// All tensors have the same shape; no velocity is a velocity of 0, as in the first step. Those that are not 32-bit floats in
/// host memory go through Burn's operations.
pub fn sgd_step<const D: usize>(
    step: SgdStep,
    weight: Tensor<D>,
    gradient: Tensor<D>,
    velocity: Option<Tensor<D>>,
) -> (Tensor<D>, Option<Tensor<D>>) {
    let here =
        [Some(&weight), Some(&gradient), velocity.as_ref()].into_iter().flatten().all(runs_here);
    match weight.device().as_dispatch() {
        DispatchDevice::Flex(_) if here => step_on::<Flex, D>(step, weight, gradient, velocity),
        #[cfg(feature = "ndarray")]
        DispatchDevice::NdArray(_) if here => {
            step_on::<NdArray, D>(step, weight, gradient, velocity)
        }
        _ => composed(step, weight, gradient, velocity),
    }
}

/// The same of Burn's operations.
fn composed<const D: usize>(
    step: SgdStep,
    weight: Tensor<D>,
    gradient: Tensor<D>,
    velocity: Option<Tensor<D>>,
) -> (Tensor<D>, Option<Tensor<D>>) {
    let gradient = gradient + weight.clone() * step.weight_decay;
    if step.momentum == 0.0 {
        return (weight - gradient * step.learning_rate, None);
    }
    let velocity = match velocity {
        Some(velocity) => velocity * step.momentum + gradient.clone(),
        None => gradient.clone(),
    };
    let direction =
        if step.nesterov { gradient + velocity.clone() * step.momentum } else { velocity.clone() };
    (weight - direction * step.learning_rate, Some(velocity))
}

/// In one pass on a backend of the processor.
fn step_on<B: Host, const D: usize>(
    step: SgdStep,
    weight: Tensor<D>,
    gradient: Tensor<D>,
    velocity: Option<Tensor<D>>,
) -> (Tensor<D>, Option<Tensor<D>>)
where
    Float: BackendPrimitive<B, Primitive = FloatTensor<B>>,
    DispatchTensor: DispatchKindConversion<B>,
{
    let shape = weight.dims();
    let primitive =
        |tensor: Tensor<D>| tensor.try_into_primitive::<B>().expect("the device was asked before");
    let taken = |tensor| B::into_values(primitive(tensor));
    let mut gradient = taken(gradient);
    let mut velocity =
        (step.momentum != 0.0).then(|| velocity.map_or_else(|| vec![0.0; gradient.len()], taken));
    // The weight is still held by the model that is replaced; the gradient by nobody.
    let weight = primitive(weight);
    let weight = B::values(&weight);
    let factors = step.factors();
    match &mut velocity {
        Some(velocity) => {
            update(MomentumPass { weight: &weight, gradient: &mut gradient, velocity, factors });
        }
        None => update(PlainPass { weight: &weight, gradient: &mut gradient, factors }),
    }
    let tensor = |values| Tensor::from_primitive::<B>(B::tensor(values, shape));
    (tensor(gradient), velocity.map(tensor))
}

/// Without momentum.
struct PlainPass<'a> {
    weight: &'a [f32],
    /// Becomes the new weight.
    gradient: &'a mut [f32],
    factors: Factors,
}

impl Pass for PlainPass<'_> {
    fn length(&self) -> usize {
        self.weight.len()
    }

    fn halves(self) -> [Self; 2] {
        let half = self.weight.len() / 2;
        let factors = self.factors;
        let (weight, other_weight) = self.weight.split_at(half);
        let (gradient, other_gradient) = self.gradient.split_at_mut(half);
        [
            Self { weight, gradient, factors },
            Self { weight: other_weight, gradient: other_gradient, factors },
        ]
    }
}

impl WithSimd for PlainPass<'_> {
    type Output = ();

    #[expect(clippy::inline_always, reason = "only inlined is it compiled for the wide vectors")]
    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self { weight, gradient, factors: f } = self;
        for (&weight, gradient) in weight.iter().zip(gradient) {
            *gradient = weight - f.rate * (*gradient + f.weight_decay * weight);
        }
    }
}

/// With momentum.
struct MomentumPass<'a> {
    weight: &'a [f32],
    /// Becomes the new weight.
    gradient: &'a mut [f32],
    velocity: &'a mut [f32],
    factors: Factors,
}

impl Pass for MomentumPass<'_> {
    fn length(&self) -> usize {
        self.weight.len()
    }

    fn halves(self) -> [Self; 2] {
        let half = self.weight.len() / 2;
        let factors = self.factors;
        let (weight, other_weight) = self.weight.split_at(half);
        let (gradient, other_gradient) = self.gradient.split_at_mut(half);
        let (velocity, other_velocity) = self.velocity.split_at_mut(half);
        [
            Self { weight, gradient, velocity, factors },
            Self {
                weight: other_weight,
                gradient: other_gradient,
                velocity: other_velocity,
                factors,
            },
        ]
    }
}

impl WithSimd for MomentumPass<'_> {
    type Output = ();

    #[expect(clippy::inline_always, reason = "only inlined is it compiled for the wide vectors")]
    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self { weight, gradient, velocity, factors: f } = self;
        for ((&weight, gradient), velocity) in weight.iter().zip(gradient).zip(velocity) {
            let slope = *gradient + f.weight_decay * weight;
            *velocity = normal_or_zero(f.momentum * *velocity + slope);
            let direction = if f.nesterov { slope + f.momentum * *velocity } else { *velocity };
            *gradient = weight - f.rate * direction;
        }
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::super::test_values::values;
    use super::*;

    const STEP: SgdStep =
        SgdStep { learning_rate: 0.1, momentum: 0.9, nesterov: true, weight_decay: 0.01 };

    #[test]
    fn one_pass_is_what_burns_operations_make() {
        let steps = [
            STEP,
            SgdStep { nesterov: false, ..STEP },
            SgdStep { nesterov: false, momentum: 0.0, ..STEP },
        ];
        for (device, step) in
            crate::update::tests::devices().into_iter().flat_map(|d| steps.map(|s| (d.clone(), s)))
        {
            let of = |seed| values(seed, &device);
            for velocity in [None, Some(of(0.3))] {
                let (weight, next) = sgd_step(step, of(1.1), of(1.7), velocity.clone());
                let (expected, expected_next) = composed(step, of(1.1), of(1.7), velocity);
                assert_eq!(next.is_some(), step.momentum > 0.0);
                assert_eq!(next.is_some(), expected_next.is_some());
                let pairs = [(weight, expected)].into_iter().chain(next.zip(expected_next));
                for (got, expected) in pairs {
                    let largest = (got - expected).abs().max().into_scalar::<f32>();
                    assert!(largest < 1e-6, "{device:?}, {step:?}: {largest}");
                }
            }
        }
    }

    #[test]
    fn a_gradient_that_is_no_number_is_seen_in_the_weight() {
        let device = Device::flex();
        let one = || Tensor::<1>::from_data([1.0_f32], &device);
        for momentum in [0.0, 0.9] {
            let step = SgdStep { momentum, ..STEP };
            let (weight, _) = sgd_step(step, one(), one() * f32::NAN, None);
            assert!(weight.into_scalar::<f32>().is_nan());
        }
    }

    #[test]
    fn a_subnormal_velocity_becomes_zero() {
        let device = Device::flex();
        let tiny = Tensor::<1>::from_data([f32::MIN_POSITIVE], &device);
        let zero = || tiny.clone() * 0.0;
        let (_, velocity) = sgd_step(STEP, zero(), zero(), Some(tiny.clone()));
        assert_eq!(velocity.map(Tensor::into_scalar::<f32>), Some(0.0));
    }
}
