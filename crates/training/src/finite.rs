//! Whether a model's weights are numbers, with one read of the device.

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Tensor, TensorReadError};

/// Whether all parameters and buffers are finite, the newest running statistics of batch normalisation included.
pub(crate) fn is_finite<M: Module>(model: &M) -> Result<bool, TensorReadError> {
    // The newest running statistics are only seen after this.
    let _ = model.valid();
    let mut check = FiniteCheck { sum: None };
    model.visit(&mut check);
    let Some(sum) = check.sum else { return Ok(true) };
    Ok(sum.try_into_scalar::<f32>()? == 0.0)
}

/// Adds up all weights times 0: 0, unless one is infinite or not a number.
struct FiniteCheck {
    sum: Option<Tensor<1>>,
}

impl ModuleVisitor for FiniteCheck {
    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        let zeros = parameter.val().inner().mul_scalar(0.0).sum(); // [1]
        self.sum = Some(match self.sum.take() {
            Some(sum) => sum + zeros,
            None => zeros,
        });
    }
}
