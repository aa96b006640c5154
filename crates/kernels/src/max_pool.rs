//! Comes in: planes `[planes, h, w]`. Goes out: the maximum of each window, and its place.
//!
//! As in `PyTorch`, the first of equal maxima wins and NaN counts as the largest value.

#![expect(
    clippy::inline_always,
    reason = "the bodies must join the function that has the wide instructions"
)]

use crate::parallel::part_length;
use crate::simd::widest;
use rayon::prelude::*;

/// Parts of the planes that are computed apart.
const PARTS: usize = 64;

/// The shape of a pooling without padding. Pairs are (rows, columns).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MaxPoolShape {
    /// Images times channels.
    pub(crate) planes: usize,
    pub(crate) image: [usize; 2],
    pub(crate) kernel: [usize; 2],
    pub(crate) stride: [usize; 2],
}

impl MaxPoolShape {
    /// The size of an output plane, `[h, w]`.
    pub(crate) fn output(&self) -> [usize; 2] {
        [0, 1].map(|axis| (self.image[axis] - self.kernel[axis]) / self.stride[axis] + 1)
    }

    /// Panics unless the pooling is defined. Returns the areas of an input and an output plane.
    fn check(&self) -> [usize; 2] {
        for axis in [0, 1] {
            assert!(self.kernel[axis] > 0, "kernel size");
            assert!(self.stride[axis] > 0, "stride");
            assert!(self.image[axis] >= self.kernel[axis], "the window fits the image");
        }
        let area = self.image[0] * self.image[1];
        assert!(u32::try_from(area).is_ok(), "places fit 32 bits");
        let [height, width] = self.output();
        [area, height * width]
    }

    /// The place of the first value of each window, `[oh, ow]`.
    fn starts(&self) -> Vec<u32> {
        let [height, width] = self.output();
        let start = |row: usize, column: usize| {
            place(row * self.stride[0] * self.image[1] + column * self.stride[1])
        };
        (0..height).flat_map(|row| (0..width).map(move |column| start(row, column))).collect()
    }

    /// Whether the windows are pairs of pairs.
    fn is_halving(&self) -> bool {
        self.kernel == [2, 2] && self.stride == [2, 2]
    }
}

/// A place in a plane, which `MaxPoolShape::check` found to fit.
#[expect(clippy::cast_possible_truncation, reason = "checked with the shape")]
#[inline(always)]
fn place(index: usize) -> u32 {
    index as u32
}

/// `output [planes, oh, ow]` holds the maxima of `input [planes, h, w]`, `argmax` their places in
/// the input plane.
pub(crate) fn forward(shape: &MaxPoolShape, input: &[f32], output: &mut [f32], argmax: &mut [u32]) {
    let [input_area, output_area] = shape.check();
    assert_eq!(input.len(), shape.planes * input_area, "length of the input");
    assert_eq!(output.len(), shape.planes * output_area, "length of the output");
    assert_eq!(argmax.len(), output.len(), "length of the places");
    let planes = part_length(shape.planes, PARTS);
    let starts = shape.starts();
    let targets = output
        .par_chunks_mut(planes * output_area)
        .zip(argmax.par_chunks_mut(planes * output_area));
    targets.zip(input.par_chunks(planes * input_area)).for_each(|((output, argmax), input)| {
        widest(
            #[inline(always)]
            || {
                let targets =
                    output.chunks_exact_mut(output_area).zip(argmax.chunks_exact_mut(output_area));
                let planes = targets.zip(input.chunks_exact(input_area));
                if shape.is_halving() {
                    let mut pairs = Pairs::new(shape);
                    for ((output, argmax), input) in planes {
                        pairs.read(input);
                        pairs.maxima(&starts, output, argmax);
                    }
                } else {
                    for ((output, argmax), input) in planes {
                        pool_plane(shape, input, output, argmax);
                    }
                }
            },
        );
    });
}

/// The larger value with its place; the first of equal ones.
#[inline(always)]
fn larger(best: (f32, u32), value: f32, place: u32) -> (f32, u32) {
    let wins = (value > best.0) | value.is_nan();
    (if wins { value } else { best.0 }, if wins { place } else { best.1 })
}

#[inline(always)]
fn pool_plane(shape: &MaxPoolShape, input: &[f32], output: &mut [f32], argmax: &mut [u32]) {
    let [_, width] = shape.output();
    let columns = shape.image[1];
    let rows = output.chunks_exact_mut(width).zip(argmax.chunks_exact_mut(width));
    for (row, (output, argmax)) in rows.enumerate() {
        let top = row * shape.stride[0] * columns;
        for (column, (output, argmax)) in output.iter_mut().zip(argmax).enumerate() {
            let start = top + column * shape.stride[1];
            let mut best = (f32::NEG_INFINITY, place(start));
            for line in 0..shape.kernel[0] {
                let start = start + line * columns;
                for (index, value) in input[start..start + shape.kernel[1]].iter().enumerate() {
                    best = larger(best, *value, place(start + index));
                }
            }
            (*output, *argmax) = best;
        }
    }
}

/// The rows of a plane that 2x2 windows cover, upper and lower ones apart, `[windows]` each.
///
/// So one loop runs over all windows of a plane, however short its rows are.
struct Pairs {
    upper: Vec<[f32; 2]>,
    lower: Vec<[f32; 2]>,
    width: usize,
    columns: usize,
}

impl Pairs {
    fn new(shape: &MaxPoolShape) -> Self {
        let [height, width] = shape.output();
        let zeros = vec![[0.0; 2]; height * width];
        Self { upper: zeros.clone(), lower: zeros, width, columns: shape.image[1] }
    }

    #[inline(always)]
    fn read(&mut self, plane: &[f32]) {
        let rows =
            self.upper.chunks_exact_mut(self.width).zip(self.lower.chunks_exact_mut(self.width));
        for ((upper, lower), pair) in rows.zip(plane.chunks_exact(2 * self.columns)) {
            let (first, second) = pair.split_at(self.columns);
            upper.as_flattened_mut().copy_from_slice(&first[..2 * self.width]);
            lower.as_flattened_mut().copy_from_slice(&second[..2 * self.width]);
        }
    }

    #[inline(always)]
    fn write(&self, plane: &mut [f32]) {
        let rows = self.upper.chunks_exact(self.width).zip(self.lower.chunks_exact(self.width));
        let mut pairs = plane.chunks_exact_mut(2 * self.columns);
        for ((upper, lower), pair) in rows.zip(&mut pairs) {
            for (row, source) in pair.chunks_exact_mut(self.columns).zip([upper, lower]) {
                let (windows, rest) = row.split_at_mut(2 * self.width);
                windows.copy_from_slice(source.as_flattened());
                rest.fill(0.0);
            }
        }
        pairs.into_remainder().fill(0.0);
    }

    #[inline(always)]
    fn maxima(&self, starts: &[u32], output: &mut [f32], argmax: &mut [u32]) {
        let below = place(self.columns);
        let windows = self.upper.iter().zip(&self.lower).zip(starts);
        for (((upper, lower), &start), (output, argmax)) in
            windows.zip(output.iter_mut().zip(argmax))
        {
            let best = larger((upper[0], start), upper[1], start.wrapping_add(1));
            let best = larger(best, lower[0], start.wrapping_add(below));
            (*output, *argmax) = larger(best, lower[1], start.wrapping_add(below).wrapping_add(1));
        }
    }

    #[inline(always)]
    fn spread(&mut self, starts: &[u32], gradient: &[f32], argmax: &[u32]) {
        let below = place(self.columns);
        let windows = self.upper.iter_mut().zip(&mut self.lower);
        let sources = gradient.iter().zip(argmax).zip(starts);
        for ((upper, lower), ((&gradient, &argmax), &start)) in windows.zip(sources) {
            let offset = argmax.wrapping_sub(start);
            let at = |place: u32| if offset == place { gradient } else { 0.0 };
            *upper = [at(0), at(1)];
            *lower = [at(below), at(below.wrapping_add(1))];
        }
    }
}

/// `input_gradient [planes, h, w]`: each `output_gradient [planes, oh, ow]` at the place of its maximum.
pub(crate) fn backward(
    shape: &MaxPoolShape,
    output_gradient: &[f32],
    argmax: &[u32],
    input_gradient: &mut [f32],
) {
    let [input_area, output_area] = shape.check();
    assert_eq!(input_gradient.len(), shape.planes * input_area, "length of the input gradient");
    assert_eq!(output_gradient.len(), shape.planes * output_area, "length of the output gradient");
    assert_eq!(argmax.len(), output_gradient.len(), "length of the places");
    let planes = part_length(shape.planes, PARTS);
    let starts = shape.starts();
    let sources = output_gradient
        .par_chunks(planes * output_area)
        .zip(argmax.par_chunks(planes * output_area));
    input_gradient.par_chunks_mut(planes * input_area).zip(sources).for_each(
        |(target, (gradient, argmax))| {
            widest(
                #[inline(always)]
                || {
                    let sources =
                        gradient.chunks_exact(output_area).zip(argmax.chunks_exact(output_area));
                    let planes = target.chunks_exact_mut(input_area).zip(sources);
                    if shape.is_halving() {
                        let mut pairs = Pairs::new(shape);
                        for (target, (gradient, argmax)) in planes {
                            pairs.spread(&starts, gradient, argmax);
                            pairs.write(target);
                        }
                    } else {
                        for (target, (gradient, argmax)) in planes {
                            scatter_plane(gradient, argmax, target);
                        }
                    }
                },
            );
        },
    );
}

#[inline(always)]
fn scatter_plane(gradient: &[f32], argmax: &[u32], target: &mut [f32]) {
    target.fill(0.0);
    for (gradient, place) in gradient.iter().zip(argmax) {
        target[*place as usize] += gradient;
    }
}
