//! Which tensors lie in host memory; such a tensor as a slice, and back, without a copy where the backend allows it.

use std::borrow::Cow;

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, DispatchDevice, Flex, flex};
#[cfg(feature = "ndarray")]
use burn::backend::{NdArray, ndarray};
use burn::tensor::{DType, Device, Tensor, TensorData};

/// Whether the tensors of a device lie in host memory, where this crate has code of its own.
pub fn is_on_host(device: &Device) -> bool {
    match device.clone().inner().as_dispatch() {
        DispatchDevice::Flex(_) => true,
        #[cfg(feature = "ndarray")]
        DispatchDevice::NdArray(_) => true,
        #[allow(unreachable_patterns, reason = "reachable where other backends are compiled in")]
        _ => false,
    }
}

/// Whether an operation of this crate takes the tensor.
pub(crate) fn runs_here<const D: usize>(tensor: &Tensor<D>) -> bool {
    tensor.dtype() == DType::F32 && is_on_host(&tensor.device())
}

/// A backend whose tensors of 32-bit floats lie in host memory.
pub(crate) trait Host: Backend {
    /// The values in row-major order.
    fn values(tensor: &FloatTensor<Self>) -> Cow<'_, [f32]>;

    /// The values in row-major order, to be changed: the tensor's own where nobody else holds them, or a copy.
    fn into_values(tensor: FloatTensor<Self>) -> Vec<f32>;

    /// A tensor of these values.
    fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> FloatTensor<Self>;
}

impl Host for Flex {
    fn values(tensor: &flex::FlexTensor) -> Cow<'_, [f32]> {
        let length = tensor.layout().num_elements();
        if tensor.is_contiguous() {
            let start = tensor.layout().start_offset();
            return Cow::Borrowed(&tensor.storage::<f32>()[start..start + length]);
        }
        Cow::Owned(owned(tensor.clone().into_data()))
    }

    fn into_values(tensor: flex::FlexTensor) -> Vec<f32> {
        if tensor.is_unique() {
            owned(tensor.into_data())
        } else {
            Self::values(&tensor).into_owned()
        }
    }

    fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> flex::FlexTensor {
        flex::FlexTensor::from_data(TensorData::new(values, shape))
    }
}

#[cfg(feature = "ndarray")]
impl Host for NdArray {
    fn values(tensor: &ndarray::NdArrayTensor) -> Cow<'_, [f32]> {
        let ndarray::NdArrayTensor::F32(storage) = tensor else {
            unreachable!("only tensors of f32 are taken, see `runs_here`")
        };
        let view = storage.view();
        match view.to_slice() {
            Some(values) => Cow::Borrowed(values),
            None => Cow::Owned(view.iter().copied().collect()),
        }
    }

    fn into_values(tensor: ndarray::NdArrayTensor) -> Vec<f32> {
        Self::values(&tensor).into_owned()
    }

    fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> ndarray::NdArrayTensor {
        ndarray::NdArrayTensor::from_data(TensorData::new(values, shape))
    }
}

fn owned(data: TensorData) -> Vec<f32> {
    data.try_into_vec().expect("only tensors of f32 are taken, see `runs_here`")
}
