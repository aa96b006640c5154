//! Weights leave a model under PyTorch's names and come back unchanged.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

use burn::tensor::{Device, Tensor};
use burnwright_model::{
    Architecture, CnnConfig, Model, ModelConfig, NamedTensor, Network, WeightsError,
    from_safetensors, state_dict, to_safetensors,
};

const IMAGE: [usize; 3] = [1, 28, 28];

fn course(seed: u64) -> Network {
    ModelConfig::default().init(IMAGE, 10, seed, &Device::flex())
}

fn small_cnn(seed: u64) -> Network {
    let config = CnnConfig { channels: [2, 3], hidden: 5, dropout: 0.5 };
    ModelConfig::Cnn(config).init([1, 8, 8], 4, seed, &Device::flex())
}

fn names(tensors: &[NamedTensor]) -> Vec<(&str, &[usize])> {
    tensors.iter().map(|tensor| (tensor.name.as_str(), &tensor.shape[..])).collect()
}

#[test]
fn the_course_exports_the_names_and_shapes_of_simple_nn() {
    let expected: [(&str, &[usize]); 6] = [
        ("fc1.bias", &[128]),
        ("fc1.weight", &[128, 784]),
        ("fc2.bias", &[64]),
        ("fc2.weight", &[64, 128]),
        ("fc3.bias", &[10]),
        ("fc3.weight", &[10, 64]),
    ];
    assert_eq!(names(&state_dict(&course(1)).unwrap()), expected);
}

#[test]
fn the_cnn_exports_batch_norm_as_pytorch_names_it() {
    let tensors = state_dict(&small_cnn(1)).unwrap();
    let names: Vec<_> = tensors.iter().map(|tensor| tensor.name.as_str()).collect();
    for name in ["bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var", "conv2.weight"] {
        assert!(names.contains(&name), "{name} is not in {names:?}");
    }
    assert_eq!(tensors.len(), 16);
}

#[test]
fn weights_survive_the_round_trip() {
    for (one, two) in [(course(1), course(2)), (small_cnn(1), small_cnn(2))] {
        let exported = state_dict(&one).unwrap();
        assert_ne!(exported, state_dict(&two).unwrap());
        let two = from_safetensors(two, &to_safetensors(&exported).unwrap()).unwrap();
        assert_eq!(exported, state_dict(&two).unwrap());
    }
}

#[test]
fn loaded_weights_compute_the_same() {
    let one = course(1);
    let bytes = to_safetensors(&state_dict(&one).unwrap()).unwrap();
    let two = from_safetensors(course(2), &bytes).unwrap();
    let images = Tensor::<4>::ones([3, 1, 28, 28], &Device::flex());
    let logits = |model: &Network| model.forward(images.clone()).into_data();
    assert_eq!(logits(&one), logits(&two));
}

#[test]
fn anything_but_a_full_match_lists_what_differs() {
    let mut tensors = state_dict(&course(1)).unwrap();
    tensors[0].name = "fc9.bias".to_owned();
    tensors[2].shape = vec![2, 32];
    let error = from_safetensors(course(2), &to_safetensors(&tensors).unwrap()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the weights do not fit the model: 1 missing (fc1.bias); 1 left over (fc9.bias); \
         1 of another shape or type (fc2.bias: F32 [2, 32], expected F32 [64])"
    );
    let WeightsError::Mismatch { matched, .. } = error else { panic!("{error}") };
    assert_eq!(matched.len(), 4);
}

#[test]
fn bytes_that_are_no_safetensors_are_an_error() {
    for bytes in [&b""[..], b"PK", &[255; 64]] {
        let error = from_safetensors(course(1), bytes).unwrap_err();
        assert!(error.to_string().starts_with("not a safetensors file"), "{error}");
    }
}

#[test]
fn initial_weights_are_the_same_on_every_device_and_for_every_process() {
    let flex = state_dict(&course(42)).unwrap();
    #[cfg(feature = "ndarray")]
    {
        let ndarray = state_dict(&ModelConfig::default().init(IMAGE, 10, 42, &ndarray())).unwrap();
        assert_eq!(flex, ndarray);
    }
    // The first four values of fc1.weight under seed 42: part of the format.
    let first: Vec<u32> = flex[1].bytes[..16]
        .chunks_exact(4)
        .map(|bytes| u32::from_le_bytes(bytes.try_into().unwrap()))
        .collect();
    assert_eq!(first, GOLDEN);
}

const GOLDEN: [u32; 4] = [0x3c05_1da5, 0x3bb1_d713, 0xbcc8_ebf5, 0xbbcc_4df7];

#[test]
fn initial_weights_lie_within_pytorchs_bounds() {
    for tensor in state_dict(&course(3)).unwrap() {
        let fan_in = if tensor.name.starts_with("fc1") {
            784.0_f32
        } else if tensor.name.starts_with("fc2") {
            128.0
        } else {
            64.0
        };
        let bound = 1.0 / fan_in.sqrt();
        let values: Vec<f32> = tensor
            .bytes
            .chunks_exact(4)
            .map(|b| f32::from_le_bytes(b.try_into().unwrap()))
            .collect();
        assert!(values.iter().all(|value| value.abs() <= bound), "{}", tensor.name);
        let largest = values.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
        assert!(largest > 0.8 * bound, "{}: {largest} of {bound}", tensor.name);
    }
}

#[cfg(feature = "ndarray")]
#[expect(deprecated, reason = "ndarray leaves Burn with 0.23; until then it is one of ours")]
fn ndarray() -> Device {
    Device::ndarray()
}
