//! Images through a convolution that is worked out once for all of them.

#![expect(
    clippy::inline_always,
    reason = "the bodies must join the function that has the wide instructions"
)]

use std::ops::Range;

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::bordered::{Bordered, with_scratch};
use super::tile::tile;
use crate::simd::widest;
use crate::transpose::transpose;

/// Sums `Σ_k weight[k][channel] · source[offsets[k] + position]` for one group of channels.
pub(super) struct Pass {
    /// The first source row of each row of the kernel, ascending.
    pub(super) kernel_rows: Vec<usize>,
    /// `[kernel rows, source channels, kernel columns]`, where each term lies.
    pub(super) offsets: Vec<usize>,
    /// `[blocks, offsets, channels of a block]`.
    pub(super) panel: Vec<f32>,
    /// Positions in a row.
    pub(super) row_length: usize,
    /// Where each position starts in the source: row and place.
    pub(super) sources: Vec<(usize, usize)>,
    /// Where each position goes in the plane.
    pub(super) targets: Vec<usize>,
}

impl Pass {
    /// Ranges of `size` positions, or fewer. Within long rows, the last one overlaps the one before.
    #[inline(always)]
    fn tiles(&self, size: usize) -> impl Iterator<Item = Range<usize>> {
        let whole = self.row_length < size;
        let length = if whole { self.sources.len() } else { self.row_length };
        // default: a pass without positions has no rows.
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
pub(super) struct Plan {
    pub(super) source: Bordered,
    pub(super) groups: Vec<Vec<Pass>>,
    /// Output channels of one group.
    pub(super) channels: usize,
    /// Channels computed together.
    pub(super) width: usize,
    /// Positions of an output plane.
    pub(super) area: usize,
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
        // default: a pass without kernel rows has no terms.
        let each = pass.offsets.len().checked_div(rows.len()).unwrap_or(0);
        skipped * each..(skipped + kept) * each
    }

    /// Runs every image, spread over the threads.
    pub(super) fn run(
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
                let source = self.source.of(image, bordered);
                widest(Image { plan: self, source, bias, target, scratch });
            });
        });
    }
}
