//! Adam on the processor: one pass over each parameter. Values and records are those of Burn's `Adam`, to rounding.

use burn::optim::{Adam, AdamState, AdaptiveMomentumState, LearningRate, Optimizer};
use burn::tensor::{Device, Tensor};
use burnwright_kernels::{AdamStep, adam_step};

/// Where the weight decay goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decay {
    /// Into the gradient, as in Adam.
    Gradient,
    /// Into the weight, as in AdamW.
    Weight,
}

/// Adam or AdamW for parameters that lie in host memory.
#[derive(Clone, Debug)]
pub(super) struct HostAdam {
    pub(super) betas: [f64; 2],
    pub(super) epsilon: f64,
    pub(super) weight_decay: f64,
    pub(super) decay: Decay,
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
        let (gradient_decay, weight_factor) = match self.decay {
            Decay::Gradient => (self.weight_decay, 1.0),
            Decay::Weight => (0.0, 1.0 - rate * self.weight_decay),
        };
        let step = AdamStep {
            betas: self.betas,
            epsilon: self.epsilon,
            gradient_decay,
            weight_factor,
            learning_rate: rate,
            time,
        };
        let means = [momentum.moment_1, momentum.moment_2];
        let (tensor, [mean, square]) = adam_step(step, tensor, gradient, means);
        (tensor, Some(AdamState::new(AdaptiveMomentumState::new(time, mean, square))))
    }

    fn to_device<const D: usize>(state: AdamState<D>, device: &Device) -> AdamState<D> {
        Adam::to_device(state, device)
    }
}
