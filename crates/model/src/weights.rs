//! A model's weights under PyTorch's names and in PyTorch's layout, as safetensors bytes and back.
//!
//! Burn's adapters transpose linear weights to `[out, in]` and call batch normalisation's `gamma` and `beta` `weight` and
//! `bias`; [`Model::exported_name`] does the rest.

use std::borrow::Cow;
use std::collections::BTreeMap;

use burn::store::bridge::{from_data, to_data};
use burn::store::{BurnToPyTorchAdapter, ModuleSnapshot, PyTorchToBurnAdapter};
use burn::tensor::{DType, TensorData};
use safetensors::{Dtype, SafeTensors, View};

use crate::Model;

/// A parameter or buffer outside the model: `f32`, little-endian, PyTorch's layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedTensor {
    /// PyTorch's name, such as `fc1.weight`.
    pub name: String,
    /// PyTorch's shape: a linear weight is `[out, in]`.
    pub shape: Vec<usize>,
    /// Little-endian `f32` values.
    pub bytes: Vec<u8>,
}

/// Why weights could not be taken out of a model or put into one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WeightsError {
    /// The bytes are no safetensors file.
    #[error("not a safetensors file: {0}")]
    Format(String),
    /// The names, shapes or types differ from the model's.
    #[error("the weights do not fit the model: {}", mismatch_text(missing, unexpected, different))]
    Mismatch {
        /// Names that matched in every respect.
        matched: Vec<String>,
        /// Names of the model that the file lacks.
        missing: Vec<String>,
        /// Names of the file that the model lacks.
        unexpected: Vec<String>,
        /// Names whose shape or type differs, and how.
        different: Vec<String>,
    },
    /// The device did not give the values.
    #[error("the weights could not be read from or written to the model: {0}")]
    Device(String),
}

fn mismatch_text(missing: &[String], unexpected: &[String], different: &[String]) -> String {
    let part = |name: &str, list: &[String]| {
        (!list.is_empty()).then(|| format!("{} {name} ({})", list.len(), list.join(", ")))
    };
    [
        part("missing", missing),
        part("left over", unexpected),
        part("of another shape or type", different),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join("; ")
}

/// All parameters and buffers, sorted by name.
pub fn state_dict<M: Model>(model: &M) -> Result<Vec<NamedTensor>, WeightsError> {
    let device = |error: burn::store::burn_pack::Error| WeightsError::Device(error.to_string());
    let mut tensors = model
        .collect(None, Some(Box::new(BurnToPyTorchAdapter)), true)
        .iter()
        .map(|tensor| {
            let data = to_data(tensor).map_err(device)?.convert::<f32>();
            let shape = data.shape().to_vec();
            let values =
                data.try_to_vec::<f32>().map_err(|e| WeightsError::Device(format!("{e:?}")))?;
            let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
            Ok(NamedTensor { name: M::exported_name(&tensor.name), shape, bytes })
        })
        .collect::<Result<Vec<_>, WeightsError>>()?;
    tensors.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(tensors)
}

/// The weights as the content of a safetensors file, which `safetensors.torch.load_file` reads.
pub fn to_safetensors(tensors: &[NamedTensor]) -> Result<Vec<u8>, WeightsError> {
    let metadata = Some(std::collections::HashMap::from([("format".to_owned(), "pt".to_owned())]));
    safetensors::serialize(tensors.iter().map(|t| (t.name.as_str(), t)), metadata)
        .map_err(|error| WeightsError::Format(error.to_string()))
}

impl View for &NamedTensor {
    fn dtype(&self) -> Dtype {
        Dtype::F32
    }
    fn shape(&self) -> &[usize] {
        &self.shape
    }
    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.bytes)
    }
    fn data_len(&self) -> usize {
        self.bytes.len()
    }
}

/// The model with the weights of a safetensors file: all of them, or an error that lists what does not fit.
///
/// `*.num_batches_tracked`, which PyTorch counts and nothing here uses, may be there or not.
pub fn from_safetensors<M: Model>(model: M, bytes: &[u8]) -> Result<M, WeightsError> {
    let file = SafeTensors::deserialize(bytes).map_err(|e| WeightsError::Format(e.to_string()))?;
    let mut given: BTreeMap<String, _> = file.tensors().into_iter().collect();
    given.retain(|name, _| !name.ends_with(".num_batches_tracked"));

    let (mut matched, mut missing, mut different, mut accepted) = (vec![], vec![], vec![], vec![]);
    for expected in model.collect(None, Some(Box::new(BurnToPyTorchAdapter)), true) {
        let name = M::exported_name(&expected.name);
        let Some(tensor) = given.remove(&name) else {
            missing.push(name);
            continue;
        };
        let expected_shape = expected.shape.to_vec();
        if tensor.shape() != expected_shape || tensor.dtype() != Dtype::F32 {
            let (shape, dtype) = (tensor.shape(), tensor.dtype());
            different.push(format!("{name}: {dtype:?} {shape:?}, expected F32 {expected_shape:?}"));
            continue;
        }
        let data = TensorData::from_bytes_vec(tensor.data().to_vec(), expected_shape, DType::F32);
        accepted.push(from_data(data, expected.name.clone(), None));
        matched.push(name);
    }
    let unexpected: Vec<String> = given.into_keys().collect();
    if !(missing.is_empty() && unexpected.is_empty() && different.is_empty()) {
        return Err(WeightsError::Mismatch { matched, missing, unexpected, different });
    }

    let mut model = model;
    let result = model.apply(accepted, None, Some(Box::new(PyTorchToBurnAdapter)), true);
    if result.errors.is_empty() && result.missing.is_empty() && result.unused.is_empty() {
        Ok(model)
    } else {
        Err(WeightsError::Device(format!("{result:?}")))
    }
}
