//! A linear layer with its activation on slices: one pass over the outputs after the product, both ways.

use crate::product::{Matrix, MatrixMut, product};

/// Products with more multiplications than these are made in two halves at once: below, waking a thread takes longer than half the
/// product (measured: the course's largest, 6.4 million, lost 40 % of the step by it).
const LARGE: usize = 1 << 26;

/// Sizes of a linear layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LinearShape {
    pub(crate) batch: usize,
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
}

impl LinearShape {
    fn is_large(self) -> bool {
        self.batch * self.inputs * self.outputs >= LARGE
    }
}

/// `output = input x weight + bias`, negative values to 0 where `relu`: `[batch, outputs]`.
pub(crate) fn forward(
    shape: LinearShape,
    input: &[f32],
    weight: &[f32],
    bias: &[f32],
    relu: bool,
) -> Vec<f32> {
    let LinearShape { batch, inputs, outputs } = shape;
    let mut output = vec![0.0; batch * outputs];
    let rows = |input: &[f32], output: &mut [f32]| {
        let rows = output.len() / outputs.max(1);
        product(
            row_major(input, rows, inputs),
            row_major(weight, inputs, outputs),
            0.0,
            row_major_mut(output, rows, outputs),
        );
        for row in output.chunks_exact_mut(outputs.max(1)) {
            for (value, bias) in row.iter_mut().zip(bias) {
                *value += bias;
                // Not `max`: NaN stays NaN, as in PyTorch.
                if relu && *value <= 0.0 {
                    *value = 0.0;
                }
            }
        }
    };
    if shape.is_large() {
        let half = batch / 2;
        let (first, second) = output.split_at_mut(half * outputs);
        let (one, two) = input.split_at(half * inputs);
        rayon::join(|| rows(one, first), || rows(two, second));
    } else {
        rows(input, &mut output);
    }
    output
}

/// The gradient before the activation: that of the output where the output is not 0. `[batch, outputs]`
pub(crate) fn through_relu(output: &[f32], gradient: &[f32]) -> Vec<f32> {
    let pairs = output.iter().zip(gradient);
    pairs.map(|(&output, &gradient)| if output <= 0.0 { 0.0 } else { gradient }).collect()
}

/// `gradient x weight^T`: `[batch, inputs]`.
pub(crate) fn input_gradient(shape: LinearShape, weight: &[f32], gradient: &[f32]) -> Vec<f32> {
    let LinearShape { batch, inputs, outputs } = shape;
    let mut made = vec![0.0; batch * inputs];
    let transposed = Matrix {
        values: weight,
        rows: outputs,
        columns: inputs,
        row_stride: 1,
        column_stride: outputs,
    };
    product(
        row_major(gradient, batch, outputs),
        transposed,
        0.0,
        row_major_mut(&mut made, batch, inputs),
    );
    made
}

/// `input^T x gradient`: `[inputs, outputs]`.
pub(crate) fn weight_gradient(shape: LinearShape, input: &[f32], gradient: &[f32]) -> Vec<f32> {
    let LinearShape { batch, inputs, outputs } = shape;
    let mut made = vec![0.0; inputs * outputs];
    // Columns from `first` on of the input, as rows of the result.
    let rows = |first: usize, made: &mut [f32]| {
        let rows = made.len() / outputs.max(1);
        let transposed = Matrix {
            // default: an empty batch has no values, whichever column they would begin at.
            values: input.get(first..).unwrap_or_default(),
            rows,
            columns: batch,
            row_stride: 1,
            column_stride: inputs,
        };
        product(
            transposed,
            row_major(gradient, batch, outputs),
            0.0,
            row_major_mut(made, rows, outputs),
        );
    };
    if shape.is_large() {
        let half = inputs / 2;
        let (first, second) = made.split_at_mut(half * outputs);
        rayon::join(|| rows(0, first), || rows(half, second));
    } else {
        rows(0, &mut made);
    }
    made
}

/// The sum of the gradient's rows: `[outputs]`.
pub(crate) fn bias_gradient(shape: LinearShape, gradient: &[f32]) -> Vec<f32> {
    let mut sums = vec![0.0; shape.outputs];
    for row in gradient.chunks_exact(shape.outputs.max(1)) {
        sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
    }
    sums
}

fn row_major(values: &[f32], rows: usize, columns: usize) -> Matrix<'_> {
    Matrix { values, rows, columns, row_stride: columns, column_stride: 1 }
}

fn row_major_mut(values: &mut [f32], rows: usize, columns: usize) -> MatrixMut<'_> {
    MatrixMut { values, rows, columns, row_stride: columns, column_stride: 1 }
}
