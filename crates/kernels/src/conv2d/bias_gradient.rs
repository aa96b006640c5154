//! The gradient of the output in, its sum over all but the channels out.

use rayon::prelude::*;

use super::shape::Conv2dShape;
use crate::simd::widest;

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
