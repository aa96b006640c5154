//! Adam on the processor: one pass over each parameter.
//!
//! Burn's Adam makes about a dozen passes, and lets the running means of gradients that have become 0 (units that ReLU has
//! switched off) sink into the subnormal numbers, where each multiplication costs an Intel processor over a hundred cycles: the
//! course's later epochs took 4 s instead of 0.5 s. Here a mean below the smallest normal number becomes 0. Values and records
//! are otherwise those of Burn's `Adam` and PyTorch's `Adam` and `AdamW`, to rounding.

use burn::optim::{Adam, AdamState, AdaptiveMomentumState, LearningRate, Optimizer};
use burn::tensor::{Device, Tensor, TensorData};

/// Where the weight decay goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decay {
    /// Into the gradient, as in Adam.
    Gradient,
    /// Into the weight, as in AdamW.
    Weight,
}

/// Adam or AdamW for parameters that lie in host memory.
#[derive(Clone, Debug)]
pub(crate) struct HostAdam {
    pub(crate) betas: [f64; 2],
    pub(crate) epsilon: f64,
    pub(crate) weight_decay: f64,
    pub(crate) decay: Decay,
    pub(crate) memory: HostMemory,
}

/// How a backend of the processor hands out its tensors' memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HostMemory {
    /// flex: as it lies.
    Plain,
    /// ndarray: `into_data` fetches tensors that others hold too, or that lie transposed, element by element (burn-ndarray 0.22.1,
    /// `tensor.rs:477`: 2 ms for the course's first layer). A sum with fresh zeros lies in row order and is nobody else's.
    Shared,
}

impl HostMemory {
    /// The memory of a device's tensors; none where it is not the host's. Burn's device types are only there with their
    /// backend's feature, which this crate does not have; their names always are.
    pub(crate) fn of(device: &Device) -> Option<Self> {
        let name = format!("{device:?}");
        if name.contains("Flex") {
            Some(Self::Plain)
        } else if name.contains("NdArray") {
            Some(Self::Shared)
        } else {
            None
        }
    }

    /// The tensor's values, to be changed in place.
    fn take<const D: usize>(self, tensor: Tensor<D>) -> TensorData {
        match self {
            Self::Plain => tensor.into_data(),
            Self::Shared => (Tensor::zeros(tensor.shape(), &tensor.device()) + tensor).into_data(),
        }
    }
}

/// The numbers of one step, as the elements need them.
#[derive(Clone, Copy)]
struct Factors {
    beta_1: f32,
    rest_1: f32,
    beta_2: f32,
    rest_2: f32,
    /// `sqrt(1 - beta_2^time)`
    correction_2: f32,
    epsilon: f32,
    /// `learning_rate / (1 - beta_1^time)`
    step: f32,
    gradient_decay: f32,
    weight_factor: f32,
}

impl HostAdam {
    #[expect(clippy::cast_possible_truncation, reason = "the elements are f32")]
    fn factors(&self, rate: LearningRate, time: usize) -> Factors {
        let time = i32::try_from(time).unwrap_or(i32::MAX);
        let [beta_1, beta_2] = self.betas;
        let (gradient_decay, weight_factor) = match self.decay {
            Decay::Gradient => (self.weight_decay, 1.0),
            Decay::Weight => (0.0, 1.0 - rate * self.weight_decay),
        };
        Factors {
            beta_1: beta_1 as f32,
            rest_1: (1.0 - beta_1) as f32,
            beta_2: beta_2 as f32,
            rest_2: (1.0 - beta_2) as f32,
            correction_2: (1.0 - beta_2.powi(time)).sqrt() as f32,
            epsilon: self.epsilon as f32,
            step: (rate / (1.0 - beta_1.powi(time))) as f32,
            gradient_decay: gradient_decay as f32,
            weight_factor: weight_factor as f32,
        }
    }
}

impl Optimizer for HostAdam {
    type State<const D: usize> = AdamState<D>;

    fn step<const D: usize>(
        &self,
        rate: LearningRate,
        tensor: Tensor<D>,
        gradient: Tensor<D>,
        state: Option<AdamState<D>>,
    ) -> (Tensor<D>, Option<AdamState<D>>) {
        let device = tensor.device();
        let momentum = state.map_or_else(
            || {
                let zeros = Tensor::zeros(tensor.shape(), &device);
                AdaptiveMomentumState::new(0, zeros.clone(), zeros)
            },
            |state| state.momentum,
        );
        let time = momentum.time + 1;
        let gradient = self.memory.take(gradient);
        let mut values =
            [tensor, momentum.moment_1, momentum.moment_2].map(|tensor| self.memory.take(tensor));
        update(&mut values, &gradient, self.factors(rate, time));
        let [tensor, mean, square] = values.map(|data| Tensor::from_data(data, &device));
        (tensor, Some(AdamState::new(AdaptiveMomentumState::new(time, mean, square))))
    }

    fn to_device<const D: usize>(state: AdamState<D>, device: &Device) -> AdamState<D> {
        Adam::to_device(state, device)
    }
}

/// Weight, running mean and running mean of squares, in place. Data of another type than `f32` stay as they are; none reach
/// this optimizer.
fn update(values: &mut [TensorData; 3], gradient: &TensorData, factors: Factors) {
    let [weight, mean, square] = values;
    if let (Ok(weight), Ok(mean), Ok(square), Ok(gradient)) = (
        weight.as_mut_slice::<f32>(),
        mean.as_mut_slice::<f32>(),
        square.as_mut_slice::<f32>(),
        gradient.as_slice::<f32>(),
    ) {
        widest(Pass { weight, gradient, mean, square, factors });
    }
}

/// One pass over one parameter.
struct Pass<'a> {
    weight: &'a mut [f32],
    gradient: &'a [f32],
    mean: &'a mut [f32],
    square: &'a mut [f32],
    factors: Factors,
}

impl Pass<'_> {
    // Plain loops: the compiler makes vectors of them, as wide as the extension for which it compiles this copy. Whichever it
    // is, the bits are the same, for each element goes through the same operations.
    #[expect(clippy::inline_always, reason = "only inlined is it compiled for the wide vectors")]
    #[inline(always)]
    fn run(self) {
        let Self { weight, gradient, mean, square, factors } = self;
        let moments = mean.iter_mut().zip(square);
        for ((weight, &gradient), (mean, square)) in weight.iter_mut().zip(gradient).zip(moments) {
            element(weight, gradient, mean, square, factors);
        }
    }
}

/// Runs with the widest vectors that the processor has. (`pulp::Arch` leaves out AVX2 without a feature that would have the
/// matrix products compiled once more.)
fn widest(pass: Pass<'_>) {
    #[cfg(target_arch = "x86_64")]
    if let Some(simd) = pulp::x86::V4::try_new() {
        return simd.vectorize(|| pass.run());
    } else if let Some(simd) = pulp::x86::V3::try_new() {
        return simd.vectorize(|| pass.run());
    }
    pulp::Arch::new().dispatch(|| pass.run());
}

#[expect(clippy::inline_always, reason = "only inlined is it compiled for the wide vectors")]
#[inline(always)]
fn element(weight: &mut f32, gradient: f32, mean: &mut f32, square: &mut f32, f: Factors) {
    let gradient = gradient + f.gradient_decay * *weight;
    *mean = normal_or_zero(f.beta_1 * *mean + f.rest_1 * gradient);
    *square = normal_or_zero(f.beta_2 * *square + f.rest_2 * (gradient * gradient));
    let denominator = square.sqrt() / f.correction_2 + f.epsilon;
    *weight = *weight * f.weight_factor - f.step * *mean / denominator;
}

/// NaN stays NaN: the guard of the loop must see it.
#[expect(clippy::inline_always, reason = "only inlined is it compiled for the wide vectors")]
#[inline(always)]
fn normal_or_zero(value: f32) -> f32 {
    if value.abs() < f32::MIN_POSITIVE { 0.0 } else { value }
}
