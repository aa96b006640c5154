//! Two grids become the place of one in the other; knows nothing of what makes a copy.
//!
//! A crop is the same picture, a little larger and shifted. Where it lies is found by least squares (Lucas and Kanade, "An iterative image
//! registration technique", IJCAI 1981), from coarse grids to fine ones.

use super::grid::{Between, Grid};
use crate::likeness::SIDE;

/// How far a scale may be from 1, and a middle from the middle in half sides: a crop that leaves nine tenths of a side, with slack.
const FARTHEST: f32 = 0.16;
/// Levels by which copies stray, and the spread of shifts and scales: what is seen is weighed against what is likely, which matters where
/// the picture says little, as along stripes.
const NOISE: f32 = 4.0;
const SPREAD: f32 = 0.1;

/// Where the second picture's pixels lie in the first: `u -> scale * u + shift`, with sides from -1 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Placement {
    pub(crate) x: Axis,
    pub(crate) y: Axis,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Axis {
    scale: f32,
    shift: f32,
}

impl Axis {
    const SAME: Self = Self { scale: 1.0, shift: 0.0 };

    fn moved(self, scale: f32, shift: f32) -> Self {
        Self {
            scale: (self.scale + scale).clamp(1.0 - FARTHEST, 1.0 + FARTHEST),
            shift: (self.shift + shift).clamp(-FARTHEST, FARTHEST),
        }
    }

    /// For each of `side` pixels, where it lies, or `None` outside.
    pub(crate) fn places(self, side: usize) -> [Option<Between>; SIDE] {
        let mut places = [None; SIDE];
        for (pixel, place) in places.iter_mut().take(side).enumerate() {
            let half = as_f32(side) / 2.0;
            let at = (self.scale * middle(pixel, side) + self.shift + 1.0) * half - 0.5;
            // Half a pixel beyond the outermost middles still is that pixel.
            if (-0.5..=as_f32(side) - 0.5).contains(&at) {
                let at = at.clamp(0.0, as_f32(side - 1));
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "between 0 and 31"
                )]
                let before = (at as usize).min(side - 2);
                *place = Some(Between { before, share: at - as_f32(before) });
            }
        }
        places
    }
}

#[expect(clippy::cast_precision_loss, reason = "at most 32")]
pub(crate) fn as_f32(number: usize) -> f32 {
    number as f32
}

/// A pixel's middle, with the side from -1 to 1.
fn middle(pixel: usize, side: usize) -> f32 {
    (2.0 * as_f32(pixel) + 1.0) / as_f32(side) - 1.0
}

impl Placement {
    pub(crate) const SAME: Self = Self { x: Axis::SAME, y: Axis::SAME };

    /// One step of Gauss and Newton.
    pub(crate) fn improved(self, grid: &Grid, target: &Grid) -> Self {
        let side = grid.side;
        let (columns, rows) = (self.x.places(side), self.y.places(side));
        let half = as_f32(side) / 2.0;
        let mut normal = [[0.0; 4]; 4];
        let mut right = [0.0; 4];
        for (y, row) in rows.iter().take(side).enumerate() {
            let Some(row) = *row else { continue };
            for (x, column) in columns.iter().take(side).enumerate() {
                let Some(column) = *column else { continue };
                let (value, along_x, along_y) = grid.between(column, row);
                let (along_x, along_y) = (along_x * half, along_y * half);
                let (u, v) = (middle(x, side), middle(y, side));
                let slopes = [along_x * u, along_x, along_y * v, along_y];
                let residual = target.values[y * side + x] - value;
                for (i, slope) in slopes.iter().enumerate() {
                    right[i] += slope * residual;
                    for (j, other) in slopes.iter().enumerate().take(i + 1) {
                        normal[i][j] += slope * other;
                    }
                }
            }
        }
        // Neighbouring pixels are not independent: at each size, what is known weighs as much as at the coarsest.
        let prior = (NOISE / SPREAD).powi(2) * (as_f32(side) / 8.0).powi(2);
        let now = [self.x.scale - 1.0, self.x.shift, self.y.scale - 1.0, self.y.shift];
        for i in 0..4 {
            normal[i][i] += prior;
            right[i] -= prior * now[i];
        }
        let [scale_x, shift_x, scale_y, shift_y] = solved(normal, right);
        Self { x: self.x.moved(scale_x, shift_x), y: self.y.moved(scale_y, shift_y) }
    }
}

/// The solution of a positive definite system, whose lower triangle is given (Cholesky).
fn solved(mut normal: [[f32; 4]; 4], mut right: [f32; 4]) -> [f32; 4] {
    for j in 0..4 {
        for i in j..4 {
            let known: f32 = (0..j).map(|k| normal[i][k] * normal[j][k]).sum();
            let left = normal[i][j] - known;
            // Never 0: the prior is on the diagonal.
            normal[i][j] =
                if i == j { left.max(f32::MIN_POSITIVE).sqrt() } else { left / normal[j][j] };
        }
    }
    for i in 0..4 {
        let known: f32 = (0..i).map(|k| normal[i][k] * right[k]).sum();
        right[i] = (right[i] - known) / normal[i][i];
    }
    for i in (0..4).rev() {
        let known: f32 = (i + 1..4).map(|k| normal[k][i] * right[k]).sum();
        right[i] = (right[i] - known) / normal[i][i];
    }
    right
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A smooth scene on `[-1, 1]` in both directions.
    fn scene(u: f32, v: f32) -> f32 {
        128.0 + 60.0 * (2.1 * u + 0.4 + v).sin() + 50.0 * (2.7 * v - u * v).cos()
    }

    fn seen(side: usize, placement: Placement) -> Grid {
        let of = |axis: Axis, pixel| axis.scale * middle(pixel, side) + axis.shift;
        let at = |place: usize| scene(of(placement.x, place % side), of(placement.y, place / side));
        Grid { side, values: (0..side * side).map(at).collect() }
    }

    #[test]
    fn a_crop_is_laid_where_it_was_cut() {
        let cut = Placement {
            x: Axis { scale: 0.93, shift: 0.05 },
            y: Axis { scale: 0.95, shift: -0.04 },
        };
        let mut placement = Placement::SAME;
        for side in [8, 16, 32, 32] {
            for _ in 0..3 {
                placement = placement.improved(&seen(side, Placement::SAME), &seen(side, cut));
            }
        }
        for (found, wanted) in [(placement.x, cut.x), (placement.y, cut.y)] {
            assert!((found.scale - wanted.scale).abs() < 0.005, "{placement:?}");
            assert!((found.shift - wanted.shift).abs() < 0.005, "{placement:?}");
        }
    }

    #[test]
    fn a_grid_that_says_nothing_stays_where_it_is() {
        let flat = Grid { side: 8, values: vec![7.0; 64] };
        let other = Grid { side: 8, values: vec![9.0; 64] };
        assert_eq!(Placement::SAME.improved(&flat, &other), Placement::SAME);
    }

    #[test]
    fn a_system_is_solved() {
        let normal = [
            [4.0, 0.0, 0.0, 0.0],
            [2.0, 5.0, 0.0, 0.0],
            [0.0, 1.0, 3.0, 0.0],
            [1.0, 0.0, 1.0, 6.0],
        ];
        // The whole system: [4 2 0 1; 2 5 1 0; 0 1 3 1; 1 0 1 6] x = (12, 15, 15, 28) for x = (1, 2, 3, 4).
        let solution = solved(normal, [12.0, 15.0, 15.0, 28.0]);
        for (got, wanted) in solution.into_iter().zip([1.0, 2.0, 3.0, 4.0]) {
            assert!((got - wanted).abs() < 1e-5, "{solution:?}");
        }
    }
}
