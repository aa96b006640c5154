//! Comes in: images `[n, c, h, w]` and weights. Goes out: their convolution and its gradients.
//!
//! All three products are the same sum: vectors run over output channels, and each value of the
//! image is broadcast from where it lies, so no patches are copied. Each image is one task.

#![expect(
    clippy::inline_always,
    reason = "the bodies must join the function that has the wide instructions"
)]

use crate::parallel::part_length;
use crate::simd::widest;
use crate::transpose::transpose;
use pulp::{Simd, WithSimd};
use rayon::prelude::*;
use std::cell::Cell;
use std::ops::Range;

/// Parts of the batch whose weight gradients are summed apart.
const PARTS: usize = 16;
/// Positions whose gradients stay in the first cache while the weight gradient runs over them.
const BLOCK: usize = 96;

/// The shape of a convolution. Pairs are (rows, columns), `channels` is (in, out).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Conv2dShape {
    pub(crate) batch: usize,
    pub(crate) channels: [usize; 2],
    pub(crate) image: [usize; 2],
    pub(crate) kernel: [usize; 2],
    pub(crate) stride: [usize; 2],
    pub(crate) padding: [usize; 2],
    pub(crate) dilation: [usize; 2],
    pub(crate) groups: usize,
}

impl Conv2dShape {
    /// The size of an output plane, `[h, w]`.
    pub(crate) fn output(&self) -> [usize; 2] {
        [0, 1].map(|axis| {
            let reach = self.dilation[axis] * (self.kernel[axis] - 1);
            (self.image[axis] + 2 * self.padding[axis] - reach - 1) / self.stride[axis] + 1
        })
    }

    /// Panics unless the convolution is defined.
    fn check(&self) {
        assert!(self.groups > 0, "groups");
        assert!(
            self.channels.iter().all(|channels| channels % self.groups == 0),
            "channels in groups"
        );
        for axis in [0, 1] {
            assert!(self.kernel[axis] > 0, "kernel size");
            assert!(self.stride[axis] > 0, "stride");
            assert!(self.dilation[axis] > 0, "dilation");
            let reach = self.dilation[axis] * (self.kernel[axis] - 1);
            assert!(
                self.image[axis] + 2 * self.padding[axis] > reach,
                "the kernel fits the padded image"
            );
        }
    }

    /// Channels of one group, `[in, out]`.
    fn group(&self) -> [usize; 2] {
        self.channels.map(|channels| channels / self.groups)
    }

    fn input_length(&self) -> usize {
        self.channels[0] * self.image[0] * self.image[1]
    }

    fn output_area(&self) -> usize {
        let [height, width] = self.output();
        height * width
    }

    fn output_length(&self) -> usize {
        self.channels[1] * self.output_area()
    }

    fn weight_length(&self) -> usize {
        self.channels[1] * self.group()[0] * self.kernel[0] * self.kernel[1]
    }

    /// Where `weight[output][input][row][column]` lies, `input` counted in its group.
    fn weight_index(&self, [output, input]: [usize; 2], [row, column]: [usize; 2]) -> usize {
        ((output * self.group()[0] + input) * self.kernel[0] + row) * self.kernel[1] + column
    }
}

/// Planes with a border of zeros, `[channels, rows, columns]`.
#[derive(Clone, Copy)]
struct Bordered {
    channels: usize,
    image: [usize; 2],
    border: [usize; 2],
    size: [usize; 2],
}

impl Bordered {
    /// Whether the planes are used as they are.
    fn is_plain(&self) -> bool {
        self.image == self.size
    }

    fn area(&self) -> usize {
        self.size[0] * self.size[1]
    }

    /// Copies `image` into its border.
    #[inline(always)]
    fn copy(&self, image: &[f32], buffer: &mut Vec<f32>) {
        buffer.clear();
        buffer.resize(self.channels * self.area(), 0.0);
        let [height, width] = self.image;
        if height * width == 0 {
            return;
        }
        for (plane, source) in
            buffer.chunks_exact_mut(self.area()).zip(image.chunks_exact(height * width))
        {
            let rows = plane.chunks_exact_mut(self.size[1]).skip(self.border[0]);
            for (row, source) in rows.zip(source.chunks_exact(width)) {
                row[self.border[1]..self.border[1] + width].copy_from_slice(source);
            }
        }
    }
}

/// Sums `Σ_k weight[k][channel] · source[offsets[k] + position]` for one group of channels.
struct Pass {
    /// The first source row of each row of the kernel, ascending.
    kernel_rows: Vec<usize>,
    /// `[kernel rows, source channels, kernel columns]`, where each term lies.
    offsets: Vec<usize>,
    /// `[blocks, offsets, channels of a block]`.
    panel: Vec<f32>,
    /// Positions in a row.
    row_length: usize,
    /// Where each position starts in the source: row and place.
    sources: Vec<(usize, usize)>,
    /// Where each position goes in the plane.
    targets: Vec<usize>,
}

impl Pass {
    /// Ranges of `size` positions, or fewer. Within long rows, the last one overlaps the one before.
    #[inline(always)]
    fn tiles(&self, size: usize) -> impl Iterator<Item = Range<usize>> {
        let whole = self.row_length < size;
        let length = if whole { self.sources.len() } else { self.row_length };
        let rows = self.sources.len().checked_div(length).unwrap_or(0);
        (0..rows).flat_map(move |row| {
            (0..length).step_by(size).map(move |start| {
                let start = row * length + start.min(length.saturating_sub(size));
                start..(start + size).min((row + 1) * length)
            })
        })
    }
}

/// What one image needs: for every group, its passes.
struct Plan {
    source: Bordered,
    groups: Vec<Vec<Pass>>,
    /// Output channels of one group.
    channels: usize,
    /// Channels computed together.
    width: usize,
    /// Positions of an output plane.
    area: usize,
}

/// The number of channels computed together: lanes times vectors.
struct Width {
    channels: usize,
}

impl WithSimd for Width {
    type Output = usize;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> usize {
        if self.channels <= S::F32_LANES { S::F32_LANES } else { 2 * S::F32_LANES }
    }
}

/// Packs weights as `[blocks, terms, width]`, zero past the last channel.
fn pack(
    channels: usize,
    terms: usize,
    width: usize,
    weight: impl Fn(usize, usize) -> f32,
) -> Vec<f32> {
    let blocks = channels.div_ceil(width);
    let mut panel = vec![0.0; blocks * terms * width];
    for (line, target) in panel.chunks_exact_mut(width).enumerate() {
        let (block, term) = (line / terms, line % terms);
        for (lane, target) in target.iter_mut().enumerate().take(channels - block * width) {
            *target = weight(block * width + lane, term);
        }
    }
    panel
}

/// The sums of a tile: `V` vectors of channels at `P` positions.
#[inline(always)]
fn tile<S: Simd, const V: usize, const P: usize>(
    simd: S,
    mut sums: [[S::f32s; V]; P],
    panel: &[f32],
    offsets: &[usize],
    source: &[f32],
    positions: &[usize; P],
) -> [[S::f32s; V]; P] {
    let vectors = S::as_simd_f32s(panel).0.chunks_exact(V);
    if positions.windows(2).all(|pair| pair[1] == pair[0] + 1) {
        let source = &source[positions[0]..];
        for (weights, &offset) in vectors.zip(offsets) {
            if let Some(values) = source[offset..].first_chunk::<P>() {
                add_term(simd, &mut sums, weights, values);
            }
        }
    } else {
        for (weights, &offset) in vectors.zip(offsets) {
            let source = &source[offset..];
            let mut values = [0.0; P];
            for (value, &position) in values.iter_mut().zip(positions) {
                *value = source[position];
            }
            add_term(simd, &mut sums, weights, &values);
        }
    }
    sums
}

/// Adds `weights · value` to the sums of each position.
#[inline(always)]
fn add_term<S: Simd, const V: usize, const P: usize>(
    simd: S,
    sums: &mut [[S::f32s; V]; P],
    weights: &[S::f32s],
    values: &[f32; P],
) {
    for (sums, &value) in sums.iter_mut().zip(values) {
        let value = simd.splat_f32s(value);
        for (sum, &weight) in sums.iter_mut().zip(weights) {
            *sum = simd.mul_add_e_f32s(weight, value, *sum);
        }
    }
}

/// One image through its plan: `source` planes to `target` planes.
struct Image<'a> {
    plan: &'a Plan,
    source: &'a [f32],
    bias: Option<&'a [f32]>,
    target: &'a mut [f32],
    /// `[area, width]`.
    scratch: &'a mut [f32],
}

impl WithSimd for Image<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        if self.plan.width == S::F32_LANES {
            self.run::<S, 1, 12>(simd);
        } else if S::REGISTER_COUNT < 32 {
            self.run::<S, 2, 6>(simd);
        } else if self.plan.waste(13) < self.plan.waste(12) {
            self.run::<S, 2, 13>(simd);
        } else {
            self.run::<S, 2, 12>(simd);
        }
    }
}

impl Image<'_> {
    #[inline(always)]
    fn run<S: Simd, const V: usize, const P: usize>(self, simd: S) {
        let Plan { channels, width, area, .. } = *self.plan;
        for (group, passes) in self.plan.groups.iter().enumerate() {
            for (block, first) in (0..channels).step_by(width).enumerate() {
                for pass in passes {
                    let size = pass.offsets.len() * width;
                    let panel = &pass.panel[block * size..(block + 1) * size];
                    self.plan.positions::<S, V, P>(simd, pass, panel, self.source, self.scratch);
                }
                let count = width.min(channels - first);
                let channel = group * channels + first;
                let planes = &mut self.target[channel * area..(channel + count) * area];
                let bias = self.bias.map(|bias| &bias[channel..channel + count]);
                transpose(self.scratch, [area, count], width, planes, area, bias);
            }
        }
    }
}

impl Plan {
    /// Positions computed in vain with tiles of some size.
    fn waste(&self, tile: usize) -> usize {
        let rows = self.groups.iter().flatten().map(|pass| pass.row_length);
        rows.map(|length| if length < tile { 0 } else { length.next_multiple_of(tile) - length })
            .sum()
    }

    /// All positions of a pass for one block of channels, written to `[area, width]`.
    #[inline(always)]
    fn positions<S: Simd, const V: usize, const P: usize>(
        &self,
        simd: S,
        pass: &Pass,
        panel: &[f32],
        source: &[f32],
        scratch: &mut [f32],
    ) {
        let width = V * S::F32_LANES;
        let (lines, _) = S::as_mut_simd_f32s(scratch);
        for range in pass.tiles(P) {
            let (sources, targets) = (&pass.sources[range.clone()], &pass.targets[range]);
            let last = sources.len() - 1;
            let mut places = [sources[last].1; P];
            for (place, source) in places.iter_mut().zip(sources) {
                *place = source.1;
            }
            let terms = self.terms(pass, sources[0].0, sources[last].0);
            let sums = tile::<S, V, P>(
                simd,
                [[simd.splat_f32s(0.0); V]; P],
                &panel[terms.start * width..terms.end * width],
                &pass.offsets[terms],
                source,
                &places,
            );
            for (sums, target) in sums.iter().zip(targets) {
                lines[target * V..(target + 1) * V].copy_from_slice(sums);
            }
        }
    }

    /// The terms that are not in the border for positions in source rows `first..=last`.
    #[inline(always)]
    fn terms(&self, pass: &Pass, first: usize, last: usize) -> Range<usize> {
        let rows = &pass.kernel_rows;
        let top = self.source.border[0];
        let bottom = top + self.source.image[0];
        let skipped = rows.iter().take_while(|&&row| last + row < top).count();
        let kept = rows.iter().skip(skipped).take_while(|&&row| first + row < bottom).count();
        let each = pass.offsets.len().checked_div(rows.len()).unwrap_or(0);
        skipped * each..(skipped + kept) * each
    }

    /// Runs every image, spread over the threads.
    fn run(
        &self,
        source: &[f32],
        source_length: usize,
        bias: Option<&[f32]>,
        target: &mut [f32],
        target_length: usize,
    ) {
        if target_length == 0 {
            return;
        }
        target.par_chunks_exact_mut(target_length).enumerate().for_each(|(index, target)| {
            let image = &source[index * source_length..(index + 1) * source_length];
            with_scratch(|[bordered, scratch]| {
                scratch.resize(self.area * self.width, 0.0);
                let source = if self.source.is_plain() {
                    image
                } else {
                    self.source.copy(image, bordered);
                    &*bordered
                };
                widest(Image { plan: self, source, bias, target, scratch });
            });
        });
    }
}

thread_local! {
    static SCRATCH: Cell<[Vec<f32>; 2]> = const { Cell::new([Vec::new(), Vec::new()]) };
}

/// Lends this thread's buffers to `work`.
fn with_scratch(work: impl FnOnce(&mut [Vec<f32>; 2])) {
    let mut buffers = SCRATCH.take();
    work(&mut buffers);
    SCRATCH.set(buffers);
}

/// `output [n, out, oh, ow] = input [n, in, h, w] ∗ weight [out, in / groups, kh, kw] + bias [out]`.
pub(crate) fn forward(
    shape: &Conv2dShape,
    input: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    output: &mut [f32],
) {
    shape.check();
    assert_eq!(input.len(), shape.batch * shape.input_length(), "length of the input");
    assert_eq!(weight.len(), shape.weight_length(), "length of the weights");
    assert_eq!(output.len(), shape.batch * shape.output_length(), "length of the output");
    assert!(bias.is_none_or(|bias| bias.len() == shape.channels[1]), "length of the bias");
    forward_plan(shape, weight).run(
        input,
        shape.input_length(),
        bias,
        output,
        shape.output_length(),
    );
}

/// The input with its padding.
fn padded(shape: &Conv2dShape) -> Bordered {
    Bordered {
        channels: shape.channels[0],
        image: shape.image,
        border: shape.padding,
        size: [0, 1].map(|axis| shape.image[axis] + 2 * shape.padding[axis]),
    }
}

/// Where each output position starts in the padded input: row and place.
fn window_starts(shape: &Conv2dShape, columns: usize) -> Vec<(usize, usize)> {
    let [height, width] = shape.output();
    let start = |row: usize, column: usize| {
        (row * shape.stride[0], row * shape.stride[0] * columns + column * shape.stride[1])
    };
    (0..height).flat_map(|row| (0..width).map(move |column| start(row, column))).collect()
}

fn forward_plan(shape: &Conv2dShape, weight: &[f32]) -> Plan {
    let source = padded(shape);
    let [inputs, channels] = shape.group();
    let [kernel_height, kernel_width] = shape.kernel;
    let width = widest(Width { channels });
    let kernel_rows: Vec<usize> = (0..kernel_height).map(|row| row * shape.dilation[0]).collect();
    let taps: Vec<[usize; 3]> = product3(kernel_height, inputs, kernel_width);
    let sources = window_starts(shape, source.size[1]);
    let pass = |group: usize| Pass {
        kernel_rows: kernel_rows.clone(),
        offsets: taps
            .iter()
            .map(|&[row, input, column]| {
                let plane = (group * inputs + input) * source.area();
                plane + kernel_rows[row] * source.size[1] + column * shape.dilation[1]
            })
            .collect(),
        panel: pack(channels, taps.len(), width, |channel, term| {
            let [row, input, column] = taps[term];
            weight[shape.weight_index([group * channels + channel, input], [row, column])]
        }),
        row_length: shape.output()[1],
        targets: (0..sources.len()).collect(),
        sources: sources.clone(),
    };
    let groups = (0..shape.groups).map(|group| vec![pass(group)]).collect();
    Plan { source, groups, channels, width, area: shape.output_area() }
}

/// All triples below the three limits, the last index fastest.
fn product3(first: usize, second: usize, third: usize) -> Vec<[usize; 3]> {
    let pairs = move |a: usize| (0..second).flat_map(move |b| (0..third).map(move |c| [a, b, c]));
    (0..first).flat_map(pairs).collect()
}

/// `input_gradient [n, in, h, w]` from `output_gradient [n, out, oh, ow]`.
pub(crate) fn input_gradient(
    shape: &Conv2dShape,
    weight: &[f32],
    output_gradient: &[f32],
    input_gradient: &mut [f32],
) {
    shape.check();
    assert_eq!(weight.len(), shape.weight_length(), "length of the weights");
    assert_eq!(
        output_gradient.len(),
        shape.batch * shape.output_length(),
        "length of the output gradient"
    );
    assert_eq!(
        input_gradient.len(),
        shape.batch * shape.input_length(),
        "length of the input gradient"
    );
    let plan = gradient_plan(shape, weight);
    plan.run(output_gradient, shape.output_length(), None, input_gradient, shape.input_length());
}

/// The kernel rows (or columns) that reach the inputs of one phase, with the output they read.
///
/// Inputs `phase, phase + stride, …` read outputs `0 + shift, 1 + shift, …`. Shifts ascend.
struct Phase {
    /// Kernel index and shift.
    taps: Vec<(usize, isize)>,
    /// The first input.
    first: usize,
    /// The number of inputs.
    count: usize,
}

fn phases(shape: &Conv2dShape, axis: usize) -> Vec<Phase> {
    let stride = shape.stride[axis];
    let phase = |phase: usize| {
        let tap = |index: usize| {
            let ahead = (phase + shape.padding[axis]).cast_signed();
            let distance = ahead - (index * shape.dilation[axis]).cast_signed();
            let stride = stride.cast_signed();
            (distance.rem_euclid(stride) == 0).then(|| (index, distance.div_euclid(stride)))
        };
        let count = (shape.image[axis] - phase).div_ceil(stride);
        Phase { taps: (0..shape.kernel[axis]).rev().filter_map(tap).collect(), first: phase, count }
    };
    (0..stride.min(shape.image[axis])).map(phase).collect()
}

/// The zeros needed before and the size with zeros after, for all phases of an axis.
fn border(phases: &[Phase], outputs: usize) -> (usize, usize) {
    let shifts = || {
        phases
            .iter()
            .flat_map(|phase| phase.taps.iter().map(move |&(_, shift)| (phase.count, shift)))
    };
    let before = shifts().map(|(_, shift)| shift.min(0).unsigned_abs()).max().unwrap_or(0);
    let end = shifts().map(|(count, shift)| count.saturating_add_signed(shift)).max().unwrap_or(0);
    (before, before + end.max(outputs))
}

fn gradient_plan(shape: &Conv2dShape, weight: &[f32]) -> Plan {
    let [outputs, channels] = {
        let [inputs, outputs] = shape.group();
        [outputs, inputs]
    };
    let [row_phases, column_phases] = [0, 1].map(|axis| phases(shape, axis));
    let output = shape.output();
    let ((top, rows), (left, columns)) =
        (border(&row_phases, output[0]), border(&column_phases, output[1]));
    let source = Bordered {
        channels: shape.channels[1],
        image: output,
        border: [top, left],
        size: [rows, columns],
    };
    let width = widest(Width { channels });
    let pass = |group: usize, by_row: &Phase, by_column: &Phase| {
        let taps = product3(by_row.taps.len(), outputs, by_column.taps.len());
        let kernel_rows: Vec<usize> =
            by_row.taps.iter().map(|tap| top.saturating_add_signed(tap.1)).collect();
        let positions = || {
            (0..by_row.count).flat_map(|row| (0..by_column.count).map(move |column| (row, column)))
        };
        Pass {
            offsets: taps
                .iter()
                .map(|&[row, channel, column]| {
                    let plane = (group * outputs + channel) * source.area();
                    plane
                        + kernel_rows[row] * columns
                        + left.saturating_add_signed(by_column.taps[column].1)
                })
                .collect(),
            panel: pack(channels, taps.len(), width, |channel, term| {
                let [row, output, column] = taps[term];
                let place = [by_row.taps[row].0, by_column.taps[column].0];
                weight[shape.weight_index([group * outputs + output, channel], place)]
            }),
            kernel_rows,
            row_length: by_column.count,
            sources: positions().map(|(row, column)| (row, row * columns + column)).collect(),
            targets: positions()
                .map(|(row, column)| {
                    let row = by_row.first + row * shape.stride[0];
                    row * shape.image[1] + by_column.first + column * shape.stride[1]
                })
                .collect(),
        }
    };
    let passes = |group: usize| {
        let rows = row_phases.iter();
        rows.flat_map(|row| column_phases.iter().map(move |column| (row, column)))
            .map(|(row, column)| pass(group, row, column))
            .collect()
    };
    let groups = (0..shape.groups).map(passes).collect();
    Plan { source, groups, channels, width, area: shape.image[0] * shape.image[1] }
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
                let source = if self.source.is_plain() {
                    image
                } else {
                    self.source.copy(image, bordered);
                    &*bordered
                };
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
    let mut total = parts.next().unwrap_or_default();
    for part in parts {
        for (total, value) in total.iter_mut().zip(part) {
            *total += value;
        }
    }
    plan.unpack(&total, weight_gradient);
}

/// `bias_gradient [out]`, the sum of `output_gradient [n, out, oh, ow]` over all but its channels.
pub(crate) fn bias_gradient(
    shape: &Conv2dShape,
    output_gradient: &[f32],
    bias_gradient: &mut [f32],
) {
    shape.check();
    let (area, channels) = (shape.output_area(), shape.channels[1]);
    assert_eq!(
        output_gradient.len(),
        shape.batch * shape.output_length(),
        "length of the output gradient"
    );
    assert_eq!(bias_gradient.len(), channels, "length of the bias gradient");
    bias_gradient.par_iter_mut().enumerate().for_each(|(channel, target)| {
        let planes = output_gradient.chunks_exact(area).skip(channel).step_by(channels);
        let sum: f64 = planes.map(|plane| f64::from(plane_sum(plane))).sum();
        *target = narrow(sum);
    });
}

/// The nearest `f32`.
#[expect(clippy::cast_possible_truncation, reason = "the result is stored as f32")]
fn narrow(value: f64) -> f32 {
    value as f32
}

/// The sum of a plane, over lanes that add up apart.
fn plane_sum(plane: &[f32]) -> f32 {
    widest(
        #[inline(always)]
        || {
            let mut lanes = [0.0_f32; 32];
            let chunks = plane.chunks_exact(lanes.len());
            let rest: f32 = chunks.remainder().iter().sum();
            for chunk in chunks {
                for (lane, value) in lanes.iter_mut().zip(chunk) {
                    *lane += value;
                }
            }
            lanes.iter().sum::<f32>() + rest
        },
    )
}
