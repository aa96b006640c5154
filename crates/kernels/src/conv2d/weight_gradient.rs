//! Images and the gradient of the output in, the gradient of the weights out.

#![expect(
    clippy::inline_always,
    reason = "the bodies must join the function that has the wide instructions"
)]

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::bordered::{Bordered, padded, window_starts, with_scratch};
use super::shape::{Conv2dShape, product3};
use super::tile::{Width, tile};
use crate::parallel::part_length;
use crate::simd::widest;
use crate::transpose::transpose;

/// Parts of the batch whose weight gradients are summed apart.
const PARTS: usize = 16;
/// Positions whose gradients stay in the first cache while the weight gradient runs over them.
const BLOCK: usize = 96;

/// `weight_gradient [out, in / groups, kh, kw]` from `input` and `output_gradient [n, out, oh, ow]`.
///
/// The images are summed in parts that the batch alone fixes, and the parts in their order.
pub(crate) fn weight_gradient(
    shape: &Conv2dShape,
    input: &[f32],
    output_gradient: &[f32],
    weight_gradient: &mut [f32],
) {
    shape.check();
    assert_eq!(input.len(), shape.batch * shape.input_length(), "length of the input");
    assert_eq!(
        output_gradient.len(),
        shape.batch * shape.output_length(),
        "length of the output gradient"
    );
    assert_eq!(weight_gradient.len(), shape.weight_length(), "length of the weight gradient");
    if input.is_empty() || weight_gradient.is_empty() {
        weight_gradient.fill(0.0);
        return;
    }
    let plan = WeightPlan::new(shape);
    let images = part_length(shape.batch, PARTS);
    let parts: Vec<Vec<f32>> = input
        .par_chunks(images * shape.input_length())
        .zip(output_gradient.par_chunks(images * shape.output_length()))
        .map(|(input, output_gradient)| plan.part(input, output_gradient))
        .collect();
    let mut parts = parts.into_iter();
    let mut total = parts.next().expect("an input that is not empty has a part");
    for part in parts {
        for (total, value) in total.iter_mut().zip(part) {
            *total += value;
        }
    }
    plan.unpack(&total, weight_gradient);
}

/// What the weight gradient of one image needs.
struct WeightPlan {
    shape: Conv2dShape,
    source: Bordered,
    /// Where each output position starts in the padded input.
    starts: Vec<usize>,
    /// Where each weight of a filter reads, `[in / groups, kh, kw]`, from the group's first plane.
    taps: Vec<usize>,
    width: usize,
}

/// The weight gradient of one image, added to `partial [groups, blocks, taps, width]`.
struct WeightImage<'a> {
    plan: &'a WeightPlan,
    source: &'a [f32],
    gradient: &'a [f32],
    partial: &'a mut [f32],
    /// `[area, width]`.
    scratch: &'a mut [f32],
}

impl WithSimd for WeightImage<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        if self.plan.width == S::F32_LANES {
            self.run::<S, 1, 9>(simd);
        } else if S::REGISTER_COUNT >= 32 {
            self.run::<S, 2, 9>(simd);
        } else {
            self.run::<S, 2, 6>(simd);
        }
    }
}

impl WeightImage<'_> {
    #[inline(always)]
    fn run<S: Simd, const V: usize, const P: usize>(self, simd: S) {
        let WeightPlan { ref shape, ref source, ref starts, ref taps, width } = *self.plan;
        let [inputs, channels] = shape.group();
        let area = starts.len();
        let blocks = channels.div_ceil(width);
        let size = taps.len() * width;
        if size == 0 {
            return;
        }
        for (index, partial) in self.partial.chunks_exact_mut(size).enumerate() {
            let (group, first) = (index / blocks, index % blocks * width);
            let count = width.min(channels - first);
            let channel = group * channels + first;
            let planes = &self.gradient[channel * area..(channel + count) * area];
            transpose(planes, [count, area], area, self.scratch, width, None);
            let source = &self.source[group * inputs * source.area()..];
            for (panel, offsets) in self.scratch.chunks(BLOCK * width).zip(starts.chunks(BLOCK)) {
                add_block::<S, V, P>(simd, panel, offsets, source, taps, partial);
            }
        }
    }
}

/// Adds a block of positions to `partial [taps, width]`.
#[inline(always)]
fn add_block<S: Simd, const V: usize, const P: usize>(
    simd: S,
    panel: &[f32],
    offsets: &[usize],
    source: &[f32],
    taps: &[usize],
    partial: &mut [f32],
) {
    let (lines, _) = S::as_mut_simd_f32s(partial);
    for (taps, lines) in taps.chunks(P).zip(lines.chunks_mut(P * V)) {
        let mut places = [taps[taps.len() - 1]; P];
        places[..taps.len()].copy_from_slice(taps);
        let mut sums = [[simd.splat_f32s(0.0); V]; P];
        for (sums, line) in sums.iter_mut().zip(lines.chunks_exact(V)) {
            sums.copy_from_slice(line);
        }
        let sums = tile::<S, V, P>(simd, sums, panel, offsets, source, &places);
        for (sums, line) in sums.iter().zip(lines.chunks_exact_mut(V)) {
            line.copy_from_slice(sums);
        }
    }
}

impl WeightPlan {
    fn new(shape: &Conv2dShape) -> Self {
        let source = padded(shape);
        let [inputs, channels] = shape.group();
        let [height, width] = shape.kernel;
        let taps = product3(inputs, height, width)
            .into_iter()
            .map(|[input, row, column]| {
                input * source.area()
                    + row * shape.dilation[0] * source.size[1]
                    + column * shape.dilation[1]
            })
            .collect();
        let starts =
            window_starts(shape, source.size[1]).into_iter().map(|(_, place)| place).collect();
        Self { shape: *shape, source, starts, taps, width: widest(Width { channels }) }
    }

    /// The length of `partial [groups, blocks, taps, width]`.
    fn partial_length(&self) -> usize {
        self.shape.groups
            * self.shape.group()[1].div_ceil(self.width)
            * self.taps.len()
            * self.width
    }

    /// The summed weight gradients of consecutive images.
    fn part(&self, input: &[f32], output_gradient: &[f32]) -> Vec<f32> {
        let mut partial = vec![0.0; self.partial_length()];
        let images = input.chunks_exact(self.shape.input_length());
        with_scratch(|[bordered, scratch]| {
            scratch.clear();
            scratch.resize(self.starts.len() * self.width, 0.0);
            for (image, gradient) in
                images.zip(output_gradient.chunks_exact(self.shape.output_length()))
            {
                let source = self.source.of(image, bordered);
                widest(WeightImage {
                    plan: self,
                    source,
                    gradient,
                    partial: &mut partial,
                    scratch,
                });
            }
        });
        partial
    }

    /// Writes `partial [groups, blocks, taps, width]` as `[out, in / groups, kh, kw]`.
    fn unpack(&self, partial: &[f32], weight_gradient: &mut [f32]) {
        let channels = self.shape.group()[1];
        let size = self.taps.len() * self.width;
        let blocks = channels.div_ceil(self.width);
        for (filter, target) in weight_gradient.chunks_exact_mut(self.taps.len()).enumerate() {
            let (group, channel) = (filter / channels, filter % channels);
            let start = (group * blocks + channel / self.width) * size + channel % self.width;
            for (target, value) in
                target.iter_mut().zip(partial[start..].iter().step_by(self.width))
            {
                *target = *value;
            }
        }
    }
}
