//! The sums of some positions and channels, held in registers.

#![expect(
    clippy::inline_always,
    reason = "the bodies must join the function that has the wide instructions"
)]

use pulp::{Simd, WithSimd};

/// The number of channels computed together: lanes times vectors.
pub(super) struct Width {
    pub(super) channels: usize,
}

impl WithSimd for Width {
    type Output = usize;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> usize {
        if self.channels <= S::F32_LANES { S::F32_LANES } else { 2 * S::F32_LANES }
    }
}

/// Packs weights as `[blocks, terms, width]`, zero past the last channel.
pub(super) fn pack(
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
pub(super) fn tile<S: Simd, const V: usize, const P: usize>(
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
