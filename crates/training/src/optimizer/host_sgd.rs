//! SGD on the processor: one pass over each parameter. Values and records are those of Burn's `Sgd`, to rounding.

use burn::optim::{LearningRate, Optimizer, RecordState, StateSink, StateSource, join_path};
use burn::tensor::{Device, Tensor};
use burnwright_kernels::{SgdStep, sgd_step};

use super::SgdConfig;

/// SGD for parameters that lie in host memory.
#[derive(Clone, Debug)]
pub(super) struct HostSgd(pub(super) SgdConfig);

/// The velocity, where there is a momentum. Burn's own state does not show it.
#[derive(Clone, Debug)]
pub(super) struct HostSgdState<const D: usize> {
    velocity: Option<Tensor<D>>,
}

impl Optimizer for HostSgd {
    type State<const D: usize> = HostSgdState<D>;

    fn step<const D: usize>(
        &self,
        rate: LearningRate,
        tensor: Tensor<D>,
        gradient: Tensor<D>,
        state: Option<HostSgdState<D>>,
    ) -> (Tensor<D>, Option<HostSgdState<D>>) {
        let step = SgdStep {
            learning_rate: rate,
            momentum: self.0.momentum,
            nesterov: self.0.nesterov,
            weight_decay: self.0.weight_decay,
        };
        let velocity = state.and_then(|state| state.velocity);
        let (tensor, velocity) = sgd_step(step, tensor, gradient, velocity);
        (tensor, Some(HostSgdState { velocity }))
    }

    fn to_device<const D: usize>(state: HostSgdState<D>, device: &Device) -> HostSgdState<D> {
        HostSgdState { velocity: state.velocity.map(|velocity| velocity.to_device(device)) }
    }
}

/// The names are those of Burn's `SgdState`.
impl<const D: usize> RecordState for HostSgdState<D> {
    fn state_flatten(&self, prefix: &str, out: &mut StateSink) {
        if let Some(velocity) = &self.velocity {
            out.push_tensor(&join_path(prefix, "momentum"), "velocity", velocity.to_data());
        }
    }

    fn state_unflatten(prefix: &str, source: &mut StateSource, device: &Device) -> Option<Self> {
        let velocity = source.take_tensor(&join_path(prefix, "momentum"), "velocity");
        Some(Self { velocity: velocity.map(|data| Tensor::from_data(data, device)) })
    }
}
