//! Images and weights in, their convolution out.

use super::bordered::{padded, window_starts};
use super::plan::{Pass, Plan};
use super::shape::{Conv2dShape, product3};
use super::tile::{Width, pack};
use crate::simd::widest;

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
