//! The gradient of the output in, that of the input out: a convolution for each phase of the stride.

use super::bordered::Bordered;
use super::plan::{Pass, Plan};
use super::shape::{Conv2dShape, product3};
use super::tile::{Width, pack};
use crate::simd::widest;

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
    // default: phases without taps, of a stride beyond the kernel, need no border.
    let before = shifts().map(|(_, shift)| shift.min(0).unsigned_abs()).max().unwrap_or(0);
    // default: as before.
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
