//! Comes in: activations `[n, c, area]`. Goes out: normalised ones, their statistics and gradients.
//!
//! Each direction reads the activations twice: once for the sums, once for the result. Sums run in
//! `f32` lanes over a piece of a plane, which stays in the first cache, and in `f64` beyond that.

#![expect(
    clippy::inline_always,
    reason = "the bodies must join the function that has the wide instructions"
)]

use crate::simd::widest;
use rayon::prelude::*;

/// Lanes that add up apart.
const LANES: usize = 64;
/// Elements that are summed in `f32`.
const PIECE: usize = 2048;

/// What a batch's values are like, `[c]` each. Training normalises with the mean and the inverse deviation, which is that of the
/// biased variance; the variance is the unbiased one, for the running statistics.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Statistics {
    pub(crate) mean: Vec<f32>,
    pub(crate) variance: Vec<f32>,
    pub(crate) inverse_deviation: Vec<f32>,
}

/// The mean of some elements and the sum of their squared distances from it.
#[derive(Clone, Copy, Default)]
struct Moments {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Moments {
    /// The moments of both sets together.
    #[inline(always)]
    fn join(self, other: Self) -> Self {
        let count = self.count + other.count;
        if count == 0.0 {
            return self;
        }
        let gap = other.mean - self.mean;
        let part = other.count / count;
        Self {
            count,
            mean: self.mean + gap * part,
            squares: self.squares + other.squares + gap * gap * self.count * part,
        }
    }

    /// The moments of a plane.
    #[inline(always)]
    fn of(plane: &[f32]) -> Self {
        plane
            .chunks(PIECE)
            .fold(Self::default(), |moments, piece| moments.join(Self::of_piece(piece)))
    }

    /// The squares are taken around the rounded mean, and what that leaves is corrected.
    #[inline(always)]
    fn of_piece(piece: &[f32]) -> Self {
        let count = real(piece.len());
        let center = narrow(sum(piece, piece, |value, _| value) / count);
        let [rest, squares] = sums(piece, piece, |value, _| {
            let distance = value - center;
            [distance, distance * distance]
        });
        let shift = rest / count;
        Self { count, mean: f64::from(center) + shift, squares: squares - rest * shift }
    }
}

/// The sum of `term` over two slices of one length.
#[inline(always)]
fn sum(first: &[f32], second: &[f32], term: impl Fn(f32, f32) -> f32) -> f64 {
    sums(first, second, |first, second| [term(first, second)])[0]
}

/// The sums of the terms over two slices of one length.
#[inline(always)]
fn sums<const N: usize>(
    first: &[f32],
    second: &[f32],
    term: impl Fn(f32, f32) -> [f32; N],
) -> [f64; N] {
    let mut lanes = [[0.0_f32; LANES]; N];
    let (first, first_rest) = first.as_chunks::<LANES>();
    let (second, second_rest) = second.as_chunks::<LANES>();
    for (first, second) in first.iter().zip(second) {
        for lane in 0..LANES {
            let terms = term(first[lane], second[lane]);
            for index in 0..N {
                lanes[index][lane] += terms[index];
            }
        }
    }
    for (lane, (first, second)) in first_rest.iter().zip(second_rest).enumerate() {
        let terms = term(*first, *second);
        for index in 0..N {
            lanes[index][lane] += terms[index];
        }
    }
    lanes.map(|lanes| f64::from(fold(lanes)))
}

/// The sum of the lanes, halved again and again.
#[inline(always)]
fn fold(mut lanes: [f32; LANES]) -> f32 {
    let mut half = LANES / 2;
    while half > 0 {
        let (low, high) = lanes.split_at_mut(half);
        for (low, high) in low.iter_mut().zip(high.iter()) {
            *low += high;
        }
        half /= 2;
    }
    lanes[0]
}

/// A count as a number.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn real(count: usize) -> f64 {
    count as f64
}

/// The nearest `f32`.
#[expect(clippy::cast_possible_truncation, reason = "the result is stored as f32")]
fn narrow(value: f64) -> f32 {
    value as f32
}

/// Normalises `(x - mean) · scale + beta`, the same in both directions so that the mask agrees.
#[derive(Clone, Copy)]
struct Channel {
    mean: f32,
    scale: f32,
    beta: f32,
}

impl Channel {
    #[inline(always)]
    fn apply(self, value: f32) -> f32 {
        (value - self.mean) * self.scale + self.beta
    }
}

/// Zero for what is not positive, keeping NaN.
#[inline(always)]
fn rectified(value: f32) -> f32 {
    if value <= 0.0 { 0.0 } else { value }
}

fn channels(statistics: &Statistics, gamma: &[f32], beta: &[f32]) -> Vec<Channel> {
    let scales =
        gamma.iter().zip(&statistics.inverse_deviation).map(|(gamma, inverse)| gamma * inverse);
    let shifts = statistics.mean.iter().zip(beta);
    shifts.zip(scales).map(|((&mean, &beta), scale)| Channel { mean, scale, beta }).collect()
}

/// The mean, the unbiased variance and the inverse deviation of `input [n, c, area]` by channel. Of a single value the variance
/// is 0.
pub(crate) fn statistics(
    input: &[f32],
    [batch, count, area]: [usize; 3],
    epsilon: f32,
) -> Statistics {
    assert_eq!(input.len(), batch * count * area, "length of the input");
    let mut planes = vec![Moments::default(); batch * count];
    if !input.is_empty() {
        let images = planes.par_chunks_exact_mut(count).zip(input.par_chunks_exact(count * area));
        images.for_each(|(moments, image)| {
            widest(
                #[inline(always)]
                || {
                    for (moments, plane) in moments.iter_mut().zip(image.chunks_exact(area)) {
                        *moments = Moments::of(plane);
                    }
                },
            );
        });
    }
    let of_channel = |channel: usize| {
        planes
            .iter()
            .skip(channel)
            .step_by(count)
            .fold(Moments::default(), |sum, plane| sum.join(*plane))
    };
    let moments: Vec<Moments> = (0..count).map(of_channel).collect();
    let biased = |moments: &Moments| moments.squares / moments.count.max(1.0);
    let unbiased = |moments: &Moments| moments.squares / (moments.count - 1.0).max(1.0);
    Statistics {
        mean: moments.iter().map(|moments| narrow(moments.mean)).collect(),
        variance: moments.iter().map(|moments| narrow(unbiased(moments))).collect(),
        inverse_deviation: moments
            .iter()
            .map(|moments| narrow((biased(moments) + f64::from(epsilon)).sqrt().recip()))
            .collect(),
    }
}

/// `output = (input - mean) · gamma / deviation + beta`, all `[n, c, area]`, by the batch's statistics.
///
/// With `relu` the output is rectified.
pub(crate) fn forward(
    input: &[f32],
    shape: [usize; 3],
    gamma: &[f32],
    beta: &[f32],
    epsilon: f32,
    relu: bool,
    output: &mut [f32],
) -> Statistics {
    let statistics = statistics(input, shape, epsilon);
    normalise(input, shape, gamma, beta, &statistics, relu, output);
    statistics
}

/// As [`forward`], by given statistics.
pub(crate) fn normalise(
    input: &[f32],
    [batch, count, area]: [usize; 3],
    gamma: &[f32],
    beta: &[f32],
    statistics: &Statistics,
    relu: bool,
    output: &mut [f32],
) {
    assert_eq!(input.len(), batch * count * area, "length of the input");
    assert_eq!(output.len(), input.len(), "length of the output");
    check_channels(count, gamma, beta, statistics);
    if input.is_empty() {
        return;
    }
    let channels = channels(statistics, gamma, beta);
    let images =
        output.par_chunks_exact_mut(count * area).zip(input.par_chunks_exact(count * area));
    images.for_each(|(output, input)| {
        widest(
            #[inline(always)]
            || {
                let planes = output.chunks_exact_mut(area).zip(input.chunks_exact(area));
                for ((output, input), channel) in planes.zip(&channels) {
                    if relu {
                        map_plane(input, output, |value| rectified(channel.apply(value)));
                    } else {
                        map_plane(input, output, |value| channel.apply(value));
                    }
                }
            },
        );
    });
}

#[inline(always)]
fn map_plane(input: &[f32], output: &mut [f32], value: impl Fn(f32) -> f32) {
    for (output, input) in output.iter_mut().zip(input) {
        *output = value(*input);
    }
}

fn check_channels(count: usize, gamma: &[f32], beta: &[f32], statistics: &Statistics) {
    assert_eq!(gamma.len(), count, "length of gamma");
    assert_eq!(beta.len(), count, "length of beta");
    assert_eq!(statistics.mean.len(), count, "length of the means");
    assert_eq!(statistics.inverse_deviation.len(), count, "length of the deviations");
}

/// `input_gradient` from `output_gradient`, all `[n, c, area]`. Returns those of gamma and beta, `[c]`.
///
/// The mask of the rectifier is computed again from `input`, so the output need not be kept.
#[expect(clippy::too_many_arguments, reason = "the formula has as many")]
pub(crate) fn backward(
    input: &[f32],
    [batch, count, area]: [usize; 3],
    output_gradient: &[f32],
    gamma: &[f32],
    beta: &[f32],
    statistics: &Statistics,
    relu: bool,
    input_gradient: &mut [f32],
) -> (Vec<f32>, Vec<f32>) {
    assert_eq!(input.len(), batch * count * area, "length of the input");
    assert_eq!(output_gradient.len(), input.len(), "length of the output gradient");
    assert_eq!(input_gradient.len(), input.len(), "length of the input gradient");
    check_channels(count, gamma, beta, statistics);
    if input.is_empty() {
        return (vec![0.0; count], vec![0.0; count]);
    }
    let channels = channels(statistics, gamma, beta);
    let sums = gradient_sums(input, output_gradient, area, &channels, relu);
    let each = real(batch * area).recip();
    let inverses = || statistics.inverse_deviation.iter().map(|inverse| f64::from(*inverse));
    let lines: Vec<Line> = channels
        .iter()
        .zip(&sums)
        .zip(inverses())
        .map(|((&channel, [plain, centered]), inverse)| Line {
            channel,
            offset: narrow(plain * each),
            slope: narrow(centered * inverse * inverse * each),
        })
        .collect();
    let length = count * area;
    let gradients =
        input_gradient.par_chunks_exact_mut(length).zip(output_gradient.par_chunks_exact(length));
    gradients.zip(input.par_chunks_exact(length)).for_each(|((target, gradient), input)| {
        widest(
            #[inline(always)]
            || {
                let planes = target
                    .chunks_exact_mut(area)
                    .zip(gradient.chunks_exact(area))
                    .zip(input.chunks_exact(area));
                for (((target, gradient), input), line) in planes.zip(&lines) {
                    if relu {
                        line.apply::<true>(input, gradient, target);
                    } else {
                        line.apply::<false>(input, gradient, target);
                    }
                }
            },
        );
    });
    let gamma_gradient = sums
        .iter()
        .zip(inverses())
        .map(|([_, centered], inverse)| narrow(centered * inverse))
        .collect();
    (gamma_gradient, sums.iter().map(|[plain, _]| narrow(*plain)).collect())
}

/// `scale · (g - offset - slope · (x - mean))`.
struct Line {
    channel: Channel,
    offset: f32,
    slope: f32,
}

impl Line {
    #[inline(always)]
    fn apply<const RELU: bool>(&self, input: &[f32], gradient: &[f32], target: &mut [f32]) {
        let Self { channel, offset, slope } = *self;
        for ((target, &gradient), &value) in target.iter_mut().zip(gradient).zip(input) {
            let gradient = masked::<RELU>(channel, value, gradient);
            *target = channel.scale * (gradient - offset - slope * (value - channel.mean));
        }
    }
}

/// The gradient before the rectifier, if there is one.
#[inline(always)]
fn masked<const RELU: bool>(channel: Channel, value: f32, gradient: f32) -> f32 {
    if RELU && channel.apply(value) <= 0.0 { 0.0 } else { gradient }
}

/// For each channel, `[Σ g, Σ g · (x - mean)]`.
fn gradient_sums(
    input: &[f32],
    gradient: &[f32],
    area: usize,
    channels: &[Channel],
    relu: bool,
) -> Vec<[f64; 2]> {
    let length = channels.len() * area;
    let mut planes = vec![[0.0; 2]; input.len() / area];
    let images = input.par_chunks_exact(length).zip(gradient.par_chunks_exact(length));
    planes.par_chunks_exact_mut(channels.len()).zip(images).for_each(
        |(sums, (input, gradient))| {
            widest(
                #[inline(always)]
                || {
                    let planes = input.chunks_exact(area).zip(gradient.chunks_exact(area));
                    for ((sums, (input, gradient)), channel) in
                        sums.iter_mut().zip(planes).zip(channels)
                    {
                        *sums = if relu {
                            plane_sums::<true>(input, gradient, *channel)
                        } else {
                            plane_sums::<false>(input, gradient, *channel)
                        };
                    }
                },
            );
        },
    );
    let of_channel = |channel: usize| {
        let planes = planes.iter().skip(channel).step_by(channels.len());
        planes.fold([0.0; 2], |sum, plane| [sum[0] + plane[0], sum[1] + plane[1]])
    };
    (0..channels.len()).map(of_channel).collect()
}

#[inline(always)]
fn plane_sums<const RELU: bool>(input: &[f32], gradient: &[f32], channel: Channel) -> [f64; 2] {
    let mut total = [0.0; 2];
    for (input, gradient) in input.chunks(PIECE).zip(gradient.chunks(PIECE)) {
        let piece = sums(input, gradient, |value, gradient| {
            let gradient = masked::<RELU>(channel, value, gradient);
            [gradient, gradient * (value - channel.mean)]
        });
        total = [total[0] + piece[0], total[1] + piece[1]];
    }
    total
}
