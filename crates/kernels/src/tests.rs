//! Comes in: random shapes. Goes out: each kernel against plain loops, and on pools of 1, 2, 8 threads.

#![expect(
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "counts are small, maxima are copies"
)]

use crate::batch_norm;
use crate::conv2d::{self, Conv2dShape};
use crate::max_pool::{self, MaxPoolShape};
use crate::product::{Matrix, MatrixMut, product};
use proptest::prelude::*;

/// Values in -1..1 that a seed fixes.
fn noise(length: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        f32::from(u16::try_from(state >> 48).unwrap()) / 32768.0 - 1.0
    };
    (0..length).map(|_| next()).collect()
}

#[track_caller]
fn assert_close(found: &[f32], expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let scale = expected.iter().fold(1.0_f64, |scale, value| scale.max(value.abs()));
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        let gap = (f64::from(*found) - expected).abs();
        assert!(
            gap <= 1e-4 * expected.abs() + 1e-5 * scale,
            "{what}[{index}]: {found} for {expected}"
        );
    }
}

/// Runs `work` on pools of 1, 2 and 8 threads and asserts that the bits agree.
fn same_on_all_pools(work: impl Fn() -> Vec<Vec<f32>> + Sync) -> Vec<Vec<f32>> {
    let mut results = [1, 2, 8].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(&work)
    });
    let bits = |result: &Vec<Vec<f32>>| -> Vec<Vec<u32>> {
        result.iter().map(|values| values.iter().map(|value| value.to_bits()).collect()).collect()
    };
    assert!(
        results.iter().all(|result| bits(result) == bits(&results[0])),
        "threads change the result"
    );
    std::mem::take(&mut results[0])
}

/// Calls `term(output, input, weight)` with the indices of every product of the convolution.
fn each_term(shape: &Conv2dShape, mut term: impl FnMut(usize, usize, usize)) {
    let [height, width] = shape.output();
    let [inputs, outputs] = shape.channels.map(|channels| channels / shape.groups);
    for n in 0..shape.batch {
        for o in 0..shape.channels[1] {
            for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
                for c in 0..inputs {
                    for (i, j) in
                        (0..shape.kernel[0]).flat_map(|i| (0..shape.kernel[1]).map(move |j| (i, j)))
                    {
                        let row = (y * shape.stride[0] + i * shape.dilation[0])
                            .wrapping_sub(shape.padding[0]);
                        let column = (x * shape.stride[1] + j * shape.dilation[1])
                            .wrapping_sub(shape.padding[1]);
                        if row >= shape.image[0] || column >= shape.image[1] {
                            continue;
                        }
                        let channel = o / outputs * inputs + c;
                        term(
                            ((n * shape.channels[1] + o) * height + y) * width + x,
                            ((n * shape.channels[0] + channel) * shape.image[0] + row)
                                * shape.image[1]
                                + column,
                            ((o * inputs + c) * shape.kernel[0] + i) * shape.kernel[1] + j,
                        );
                    }
                }
            }
        }
    }
}

fn check_convolution(shape: &Conv2dShape, seed: u64) {
    let [height, width] = shape.output();
    let area = height * width;
    let input = noise(shape.batch * shape.channels[0] * shape.image[0] * shape.image[1], seed);
    let weight = noise(
        shape.channels[1] * (shape.channels[0] / shape.groups) * shape.kernel[0] * shape.kernel[1],
        seed + 1,
    );
    let bias = noise(shape.channels[1], seed + 2);
    let gradient = noise(shape.batch * shape.channels[1] * area, seed + 3);
    let found = same_on_all_pools(|| {
        let mut results = [gradient.len(), gradient.len(), input.len(), weight.len(), bias.len()]
            .map(|length| vec![f32::NAN; length]);
        conv2d::forward(shape, &input, &weight, None, &mut results[0]);
        conv2d::forward(shape, &input, &weight, Some(&bias), &mut results[1]);
        conv2d::input_gradient(shape, &weight, &gradient, &mut results[2]);
        conv2d::weight_gradient(shape, &input, &gradient, &mut results[3]);
        conv2d::bias_gradient(shape, &gradient, &mut results[4]);
        results.into()
    });
    let mut expected =
        [gradient.len(), input.len(), weight.len(), bias.len()].map(|length| vec![0.0_f64; length]);
    each_term(shape, |o, i, w| {
        expected[0][o] += f64::from(input[i]) * f64::from(weight[w]);
        expected[1][i] += f64::from(gradient[o]) * f64::from(weight[w]);
        expected[2][w] += f64::from(gradient[o]) * f64::from(input[i]);
    });
    let channel = |index: usize| index / area % shape.channels[1];
    for (index, value) in gradient.iter().enumerate() {
        expected[3][channel(index)] += f64::from(*value);
    }
    let biased: Vec<f64> = expected[0]
        .iter()
        .enumerate()
        .map(|(index, value)| value + f64::from(bias[channel(index)]))
        .collect();
    assert_close(&found[0], &expected[0], "output");
    assert_close(&found[1], &biased, "output with bias");
    assert_close(&found[2], &expected[1], "input gradient");
    assert_close(&found[3], &expected[2], "weight gradient");
    assert_close(&found[4], &expected[3], "bias gradient");
}

fn shapes() -> impl Strategy<Value = Conv2dShape> {
    let pair = |low: usize, high: usize| [low..=high, low..=high];
    let sizes = (0_usize..=5, 1_usize..=3, [1_usize..=6, 1_usize..=40]);
    (sizes, pair(1, 17), pair(1, 4), pair(1, 4), pair(0, 3), pair(1, 3))
        .prop_map(|((batch, groups, channels), image, kernel, stride, padding, dilation)| {
            Conv2dShape {
                batch,
                channels: channels.map(|channels| channels * groups),
                image,
                kernel,
                stride,
                padding,
                dilation,
                groups,
            }
        })
        .prop_filter("the kernel fits", |shape| {
            (0..2).all(|axis| {
                shape.image[axis] + 2 * shape.padding[axis]
                    > shape.dilation[axis] * (shape.kernel[axis] - 1)
            })
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn convolution_agrees_with_loops(shape in shapes(), seed in 1_u64..1000) {
        check_convolution(&shape, seed);
    }

    #[test]
    fn product_agrees_with_loops(sizes in [1_usize..40, 1_usize..40, 0_usize..40], flags in 0_u32..8, beta in 0_u8..3) {
        let [m, n, k] = sizes;
        let strides = |rows: usize, columns: usize, flag: u32| if flags & flag == 0 { (columns + 1, 1) } else { (1, rows + 2) };
        let (a, b, c) = (noise(2000, 1), noise(2000, 2), noise(2000, 3));
        let ((ar, ac), (br, bc), (cr, cc)) = (strides(m, k, 1), strides(k, n, 2), strides(m, n, 4));
        let mut found = if beta == 0 { vec![f32::NAN; 2000] } else { c.clone() };
        let before = found.clone();
        product(
            Matrix { values: &a, rows: m, columns: k, row_stride: ar, column_stride: ac },
            Matrix { values: &b, rows: k, columns: n, row_stride: br, column_stride: bc },
            f32::from(beta),
            MatrixMut { values: &mut found, rows: m, columns: n, row_stride: cr, column_stride: cc },
        );
        let mut touched = vec![false; 2000];
        for (i, j) in (0..m).flat_map(|i| (0..n).map(move |j| (i, j))) {
            let sum: f64 = (0..k).map(|l| f64::from(a[i * ar + l * ac]) * f64::from(b[l * br + j * bc])).sum();
            let at = i * cr + j * cc;
            touched[at] = true;
            let old = if beta == 0 { 0.0 } else { f64::from(beta) * f64::from(c[at]) };
            prop_assert!((f64::from(found[at]) - sum - old).abs() < 1e-4);
        }
        for at in 0..2000 {
            prop_assert!(touched[at] || found[at].to_bits() == before[at].to_bits());
        }
    }
}

#[test]
fn convolution_of_the_network() {
    for (channels, side) in [([1, 32], 28), ([32, 64], 26), ([5, 70], 9)] {
        let shape = Conv2dShape {
            batch: 3,
            channels,
            image: [side; 2],
            kernel: [3; 2],
            stride: [1; 2],
            padding: [0; 2],
            dilation: [1; 2],
            groups: 1,
        };
        check_convolution(&shape, 7);
    }
}

#[test]
#[should_panic(expected = "a is in its slice")]
fn product_past_its_slice() {
    let values = [0.0; 5];
    let a = Matrix { values: &values, rows: 2, columns: 3, row_stride: 3, column_stride: 1 };
    let b = Matrix { values: &values, rows: 3, columns: 1, row_stride: 1, column_stride: 1 };
    let c =
        MatrixMut { values: &mut [0.0; 2], rows: 2, columns: 1, row_stride: 1, column_stride: 1 };
    product(a, b, 0.0, c);
}

#[test]
#[should_panic(expected = "distinct")]
fn product_onto_itself() {
    let values = [0.0; 9];
    let a = Matrix { values: &values, rows: 3, columns: 3, row_stride: 3, column_stride: 1 };
    let c =
        MatrixMut { values: &mut [0.0; 9], rows: 3, columns: 3, row_stride: 2, column_stride: 1 };
    product(a, a, 0.0, c);
}

/// Means over all but the channels of `[n, c, area]`.
fn channel_means(values: &[f64], [batch, count, area]: [usize; 3]) -> Vec<f64> {
    let mut means = vec![0.0; count];
    for (index, value) in values.iter().enumerate() {
        means[index / area % count] += value / (batch * area) as f64;
    }
    means
}

fn check_batch_norm(shape: [usize; 3], relu: bool, offset: f32, seed: u64) {
    let [batch, count, area] = shape;
    let length = batch * count * area;
    let input: Vec<f32> = noise(length, seed).iter().map(|value| value + offset).collect();
    let gradient = noise(length, seed + 1);
    let (gamma, beta) = (noise(count, seed + 2), noise(count, seed + 3));
    let found = same_on_all_pools(|| {
        let (mut output, mut back) = (vec![f32::NAN; length], vec![f32::NAN; length]);
        let statistics = batch_norm::forward(&input, shape, &gamma, &beta, 1e-5, relu, &mut output);
        let (gammas, betas) = batch_norm::backward(
            &input,
            shape,
            &gradient,
            &gamma,
            &beta,
            &statistics,
            relu,
            &mut back,
        );
        vec![
            output,
            back,
            gammas,
            betas,
            statistics.mean,
            statistics.variance,
            statistics.inverse_deviation,
        ]
    });
    let channel = |index: usize| index / area % count;
    let wide =
        |values: &[f32]| -> Vec<f64> { values.iter().map(|value| f64::from(*value)).collect() };
    let x = wide(&input);
    let mean = channel_means(&x, shape);
    let centered: Vec<f64> = x.iter().enumerate().map(|(i, x)| x - mean[channel(i)]).collect();
    let variance = channel_means(&centered.iter().map(|x| x * x).collect::<Vec<_>>(), shape);
    let inverse: Vec<f64> =
        variance.iter().map(|variance| 1.0 / (variance + 1e-5).sqrt()).collect();
    let hat: Vec<f64> = centered.iter().enumerate().map(|(i, x)| x * inverse[channel(i)]).collect();
    let line = |i: usize| hat[i] * f64::from(gamma[channel(i)]) + f64::from(beta[channel(i)]);
    let output: Vec<f64> =
        (0..length).map(|i| if relu { line(i).max(0.0) } else { line(i) }).collect();
    // The mask is the one of the found output: a value within rounding of zero may fall on either side.
    let g: Vec<f64> = (0..length)
        .map(|i| if relu && found[0][i] <= 0.0 { 0.0 } else { f64::from(gradient[i]) })
        .collect();
    let g_mean = channel_means(&g, shape);
    let slope = channel_means(&(0..length).map(|i| g[i] * hat[i]).collect::<Vec<_>>(), shape);
    let scale = |i: usize| f64::from(gamma[channel(i)]) * inverse[channel(i)];
    let back: Vec<f64> = (0..length)
        .map(|i| scale(i) * (g[i] - g_mean[channel(i)] - hat[i] * slope[channel(i)]))
        .collect();
    let items = (batch * area) as f64;
    assert_close(&found[4], &mean, "mean");
    let unbiased: Vec<f64> =
        variance.iter().map(|biased| biased * items / (items - 1.0).max(1.0)).collect();
    assert_close(&found[5], &unbiased, "variance");
    assert_close(&found[6], &inverse, "inverse deviation");
    assert_close(&found[0], &output, "output");
    assert_close(&found[1], &back, "input gradient");
    assert_close(
        &found[2],
        &slope.iter().map(|mean| mean * items).collect::<Vec<_>>(),
        "gamma gradient",
    );
    assert_close(
        &found[3],
        &g_mean.iter().map(|mean| mean * items).collect::<Vec<_>>(),
        "beta gradient",
    );
}

fn check_max_pool(shape: &MaxPoolShape, input: &[f32]) {
    let [height, width] = shape.output();
    let length = shape.planes * height * width;
    let gradient = noise(length, 5);
    let places = std::sync::Mutex::new(Vec::new());
    let found = same_on_all_pools(|| {
        let (mut output, mut argmax, mut back) =
            (vec![0.5; length], vec![u32::MAX; length], vec![f32::NAN; input.len()]);
        max_pool::forward(shape, input, &mut output, &mut argmax);
        max_pool::backward(shape, &gradient, &argmax, &mut back);
        *places.lock().unwrap() = argmax;
        vec![output, back]
    });
    let places = places.into_inner().unwrap();
    let area = shape.image[0] * shape.image[1];
    let mut back = vec![0.0_f64; input.len()];
    for index in 0..length {
        let (plane, row, column) =
            (index / (height * width), index / width % height, index % width);
        let plane = plane * area;
        let start = row * shape.stride[0] * shape.image[1] + column * shape.stride[1];
        let (mut best, mut first) = (f32::NEG_INFINITY, start);
        for (i, j) in (0..shape.kernel[0]).flat_map(|i| (0..shape.kernel[1]).map(move |j| (i, j))) {
            let at = start + i * shape.image[1] + j;
            if input[plane + at] > best || input[plane + at].is_nan() {
                (best, first) = (input[plane + at], at);
            }
        }
        assert_eq!(places[index] as usize, first);
        assert!(found[0][index] == best || found[0][index].is_nan() && best.is_nan());
        back[plane + first] += f64::from(gradient[index]);
    }
    assert_close(&found[1], &back, "input gradient");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn batch_norm_agrees_with_loops(shape in [1_usize..6, 1_usize..9, 1_usize..300], relu: bool, far: bool, seed in 1_u64..1000) {
        prop_assume!(shape[0] * shape[2] > 4);
        check_batch_norm(shape, relu, if far { 30.0 } else { 0.0 }, seed);
    }

    #[test]
    fn max_pool_agrees_with_loops(
        planes in 0_usize..70,
        image in [1_usize..20, 1_usize..20],
        kernel in [1_usize..4, 1_usize..4],
        stride in [1_usize..4, 1_usize..4],
        halving: bool,
        levels in 2_u8..9,
    ) {
        let (kernel, stride) = if halving { ([2; 2], [2; 2]) } else { (kernel, stride) };
        prop_assume!((0..2).all(|axis| image[axis] >= kernel[axis]));
        let shape = MaxPoolShape { planes, image, kernel, stride };
        // Few levels make many ties. The highest one stands for NaN, the lowest for minus infinity.
        let level = |value: &f32| match (f32::from(levels) * (value + 1.0)).floor() {
            0.0 => f32::NEG_INFINITY,
            level if level > 7.0 => f32::NAN,
            level => level,
        };
        let input: Vec<f32> = noise(planes * image[0] * image[1], 9).iter().map(level).collect();
        check_max_pool(&shape, &input);
    }
}

#[test]
fn batch_norm_of_the_network() {
    check_batch_norm([8, 5, 676], true, 1.0, 3);
    check_batch_norm([2, 3, 5000], false, 10.0, 4);
    check_batch_norm([100, 3, 1], true, 0.0, 5);
}
