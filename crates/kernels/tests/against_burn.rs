//! Our operations against Burn's own, in value and in gradient, over random shapes.

use burn::tensor::activation::{log_softmax, relu};
use burn::tensor::ops::{ConvOptions, MaxPoolOptions};
use burn::tensor::{DType, Device, Int, Tensor, TensorData, module};
use burnwright_kernels::{FusedActivation, batch_norm, conv2d, cross_entropy, linear, max_pool2d};
use proptest::prelude::*;

fn devices() -> Vec<Device> {
    vec![
        Device::flex().autodiff(),
        #[cfg(feature = "ndarray")]
        ndarray().autodiff(),
    ]
}

#[cfg(feature = "ndarray")]
#[expect(deprecated, reason = "ndarray leaves Burn with 0.23; until then it is one of ours")]
fn ndarray() -> Device {
    Device::ndarray()
}

/// Values between -1 and 1 that look random.
fn values(count: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        f64::from(state) / f64::from(u32::MAX) * 2.0 - 1.0
    };
    #[expect(clippy::cast_possible_truncation, reason = "to the tensors' type")]
    (0..count).map(|_| next() as f32).collect()
}

fn tensor<const D: usize>(shape: [usize; D], seed: u32, device: &Device) -> Tensor<D> {
    let data = TensorData::new(values(shape.iter().product(), seed), shape);
    Tensor::from_data(data, device).require_grad()
}

fn assert_near<const D: usize>(what: &str, ours: Tensor<D>, theirs: Tensor<D>) {
    let scale = theirs.clone().abs().max().into_scalar::<f32>().max(1.0);
    let largest = (ours - theirs).abs().max().into_scalar::<f32>();
    assert!(largest <= 2e-5 * scale, "{what}: differs by {largest}, scale {scale}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_linear_layer(
        batch in 1_usize..40,
        inputs in 1_usize..70,
        outputs in 1_usize..40,
        fused: bool,
        seed: u32,
    ) {
        for device in devices() {
            let made = |seed| {
                (
                    tensor([batch, inputs], seed, &device),
                    tensor([inputs, outputs], seed ^ 1, &device),
                    tensor([outputs], seed ^ 2, &device),
                )
            };
            let ((x, w, b), (x2, w2, b2)) = (made(seed), made(seed));
            let activation = if fused { FusedActivation::Relu } else { FusedActivation::None };
            let ours = linear(x.clone(), w.clone(), b.clone(), activation);
            let theirs = x2.clone().matmul(w2.clone()) + b2.clone().unsqueeze();
            let theirs = if fused { relu(theirs) } else { theirs };
            assert_near("output", ours.clone().inner(), theirs.clone().inner());
            // Another gradient for each output.
            let weights = tensor([batch, outputs], seed ^ 3, &device);
            let mut ours = (ours * weights.clone()).sum().backward();
            let mut theirs = (theirs * weights).sum().backward();
            assert_near("input", x.grad_remove(&mut ours).unwrap(), x2.grad_remove(&mut theirs).unwrap());
            assert_near("weight", w.grad_remove(&mut ours).unwrap(), w2.grad_remove(&mut theirs).unwrap());
            assert_near("bias", b.grad_remove(&mut ours).unwrap(), b2.grad_remove(&mut theirs).unwrap());
        }
    }

    #[test]
    fn a_convolution(
        batch in 1_usize..4,
        per_group in [1_usize..4, 1_usize..4],
        groups in 1_usize..4,
        kernel in [1_usize..4, 1_usize..4],
        stride in [1_usize..3, 1_usize..3],
        padding in [0_usize..3, 0_usize..3],
        dilation in [1_usize..3, 1_usize..3],
        beyond in [0_usize..6, 0_usize..6],
        seed: u32,
    ) {
        let [channels_in, channels_out] = per_group.map(|channels| channels * groups);
        let [height, width] = [0, 1].map(|axis| (kernel[axis] - 1) * dilation[axis] + 1 + beyond[axis]);
        let options = ConvOptions::new(stride, padding, dilation, groups);
        for device in devices() {
            let made = || {
                (
                    tensor([batch, channels_in, height, width], seed, &device),
                    tensor([channels_out, per_group[0], kernel[0], kernel[1]], seed ^ 1, &device),
                    tensor([channels_out], seed ^ 2, &device),
                )
            };
            let ((x, w, b), (x2, w2, b2)) = (made(), made());
            let ours = conv2d(x.clone(), w.clone(), b.clone(), options.clone());
            let theirs = module::conv2d(x2.clone(), w2.clone(), Some(b2.clone()), options.clone());
            assert_near("output", ours.clone().inner(), theirs.clone().inner());
            let weights = tensor(ours.dims(), seed ^ 3, &device);
            let mut ours = (ours * weights.clone()).sum().backward();
            let mut theirs = (theirs * weights).sum().backward();
            assert_near("input", x.grad_remove(&mut ours).unwrap(), x2.grad_remove(&mut theirs).unwrap());
            assert_near("weight", w.grad_remove(&mut ours).unwrap(), w2.grad_remove(&mut theirs).unwrap());
            assert_near("bias", b.grad_remove(&mut ours).unwrap(), b2.grad_remove(&mut theirs).unwrap());
        }
    }

    #[test]
    fn batch_normalisation(
        shape in [2_usize..6, 1_usize..5, 1_usize..7, 1_usize..7],
        fused: bool,
        seed: u32,
    ) {
        for device in devices() {
            let channels = shape[1];
            let made = || {
                (
                    tensor(shape, seed, &device),
                    tensor([channels], seed ^ 1, &device),
                    tensor([channels], seed ^ 2, &device),
                )
            };
            let ((x, g, b), (x2, g2, b2)) = (made(), made());
            let activation = if fused { FusedActivation::Relu } else { FusedActivation::None };
            // A large epsilon: with a few pixels of nearly one value, both would divide by next to nothing.
            let ours = batch_norm(x.clone(), g.clone(), b.clone(), 0.1, activation);
            let theirs = module::batch_norm_train(x2.clone(), g2.clone(), b2.clone(), 0.1);
            let output = if fused { relu(theirs.output) } else { theirs.output };
            assert_near("output", ours.output.clone().inner(), output.clone().inner());
            assert_near("mean", ours.mean.inner(), theirs.mean.inner());
            // Burn returns the biased variance (burn-backend 0.22.1, backend/ops/modules/base.rs:189), ours is the unbiased one.
            let [batch, _, height, width] = shape.map(|side| f64::from(u32::try_from(side).unwrap()));
            let count = batch * height * width;
            let unbiased = theirs.variance.inner() * (count / (count - 1.0));
            assert_near("variance", ours.variance.inner(), unbiased);
            let weights = tensor(shape, seed ^ 3, &device);
            let mut ours = (ours.output * weights.clone()).sum().backward();
            let mut theirs = (output * weights).sum().backward();
            assert_near("input", x.grad_remove(&mut ours).unwrap(), x2.grad_remove(&mut theirs).unwrap());
            assert_near("gamma", g.grad_remove(&mut ours).unwrap(), g2.grad_remove(&mut theirs).unwrap());
            assert_near("beta", b.grad_remove(&mut ours).unwrap(), b2.grad_remove(&mut theirs).unwrap());
        }
    }

    #[test]
    fn pooling(
        planes in [1_usize..4, 1_usize..4],
        kernel in [1_usize..4, 1_usize..4],
        stride in [1_usize..4, 1_usize..4],
        beyond in [0_usize..8, 0_usize..8],
        seed: u32,
    ) {
        for device in devices() {
            let shape = [planes[0], planes[1], kernel[0] + beyond[0], kernel[1] + beyond[1]];
            let (x, x2) = (tensor(shape, seed, &device), tensor(shape, seed, &device));
            let ours = max_pool2d(x.clone(), kernel, stride);
            let theirs = module::max_pool2d(x2.clone(), MaxPoolOptions::new(kernel).with_stride(stride));
            assert_near("output", ours.clone().inner(), theirs.clone().inner());
            let weights = tensor(ours.dims(), seed ^ 3, &device);
            let mut ours = (ours * weights.clone()).sum().backward();
            let mut theirs = (theirs * weights).sum().backward();
            assert_near("input", x.grad_remove(&mut ours).unwrap(), x2.grad_remove(&mut theirs).unwrap());
        }
    }

    #[test]
    fn cross_entropy_of_any_batch(batch in 1_usize..50, classes in 1_usize..20, seed: u32) {
        for device in devices() {
            let logits = || tensor([batch, classes], seed, &device);
            let classes = i32::try_from(classes).unwrap();
            let targets: Vec<i32> = (0..batch).map(|i| i32::try_from(i).unwrap() * 7 % classes).collect();
            let targets = Tensor::<1, Int>::from_data(TensorData::new(targets, [batch]), &device);
            let (one, two) = (logits(), logits());
            let ours = cross_entropy(one.clone() * 9.0, targets.clone());
            let chosen = log_softmax(two.clone() * 9.0, 1).gather(1, targets.unsqueeze_dim::<2>(1));
            let theirs = chosen.mean().neg();
            assert_near("loss", ours.clone().inner(), theirs.clone().inner());
            let (mut ours, mut theirs) = ((ours * 3.0).backward(), (theirs * 3.0).backward());
            assert_near("logits", one.grad_remove(&mut ours).unwrap(), two.grad_remove(&mut theirs).unwrap());
        }
    }
}

#[test]
fn a_large_layer_is_made_in_halves_and_comes_out_the_same() {
    let device = &Device::flex().autodiff();
    let (x, w, b) =
        (tensor([65, 1100], 1, device), tensor([1100, 1001], 2, device), tensor([1001], 3, device));
    let ours = linear(x.clone(), w.clone(), b.clone(), FusedActivation::None);
    let theirs = x.clone().matmul(w.clone()) + b.unsqueeze();
    assert_near("output", ours.clone().inner(), theirs.clone().inner());
    let (ours, theirs) = ((ours.square()).sum().backward(), (theirs.square()).sum().backward());
    assert_near("weight", w.grad(&ours).unwrap(), w.grad(&theirs).unwrap());
}

#[test]
fn the_variance_is_the_unbiased_one_whatever_the_path() {
    let device = Device::flex();
    // 0, 1, 2, 3: squared deviations of 5 in all.
    let made = |dtype: DType, values: &[f32]| {
        let shape = [1, 1, 1, values.len()];
        let input =
            Tensor::<4>::from_data(TensorData::new(values.to_vec(), shape), &device).cast(dtype);
        let [one, zero] =
            [1.0_f32, 0.0].map(|value| Tensor::<1>::from_data([value], &device).cast(dtype));
        batch_norm(input, one, zero, 1e-5, FusedActivation::None)
            .variance
            .cast(DType::F32)
            .into_scalar::<f32>()
    };
    // Ours takes f32, Burn's the rest.
    for dtype in [DType::F32, DType::F64] {
        assert!((made(dtype, &[0.0, 1.0, 2.0, 3.0]) - 5.0 / 3.0).abs() < 1e-6, "{dtype:?}");
        assert!(made(dtype, &[7.0]).abs() < 1e-6, "{dtype:?}");
    }
}

#[test]
fn what_is_no_number_stays_none() {
    for device in devices() {
        let x = Tensor::<2>::from_data([[f32::NAN, 1.0]], &device);
        let one = Tensor::<2>::from_data([[1.0_f32], [1.0]], &device);
        let zero = Tensor::<1>::from_data([0.0_f32], &device);
        let output = linear(x, one, zero, FusedActivation::Relu);
        assert!(output.clone().into_scalar::<f32>().is_nan());
        let target = Tensor::<1, Int>::from_data([0], &device);
        assert!(cross_entropy(output, target).into_scalar::<f32>().is_nan());
    }
}
