//! A thumbnail becomes brightness at several sizes, read between its pixels; knows no second picture.

use crate::likeness::{Likeness, SIDE};

/// Brightness in levels, `[side, side]`.
#[derive(Clone, Debug)]
pub(crate) struct Grid {
    pub(crate) side: usize,
    pub(crate) values: Vec<f32>,
}

impl Grid {
    /// The thumbnail, smoothed by (1, 2, 1) / 4 in both directions: laying over blurs by up to that much, and by another share in each place.
    pub(crate) fn of(likeness: &Likeness) -> Self {
        let mut rows = [0.0; SIDE * SIDE];
        for (row, smooth) in likeness.grey.chunks_exact(SIDE).zip(rows.chunks_exact_mut(SIDE)) {
            for (x, value) in smooth.iter_mut().enumerate() {
                let at = |x: usize| f32::from(row[x]);
                *value = 0.25 * (at(x.saturating_sub(1)) + 2.0 * at(x) + at((x + 1).min(SIDE - 1)));
            }
        }
        let smooth = |place: usize| {
            let (y, x) = (place / SIDE, place % SIDE);
            let at = |y: usize| rows[y * SIDE + x];
            0.25 * (at(y.saturating_sub(1)) + 2.0 * at(y) + at((y + 1).min(SIDE - 1)))
        };
        Self { side: SIDE, values: (0..SIDE * SIDE).map(smooth).collect() }
    }

    /// Means of 2 x 2 values.
    pub(crate) fn halved(&self) -> Self {
        let side = self.side / 2;
        let mean = |place: usize| {
            let start = place / side * 2 * self.side + place % side * 2;
            let sum = |start: usize| self.values[start] + self.values[start + 1];
            0.25 * (sum(start) + sum(start + self.side))
        };
        Self { side, values: (0..side * side).map(mean).collect() }
    }

    /// Left and right exchanged.
    pub(crate) fn mirrored(&self) -> Self {
        let rows = self.values.chunks_exact(self.side);
        Self { side: self.side, values: rows.flat_map(|row| row.iter().rev().copied()).collect() }
    }

    /// The value between pixels, and its slopes along x and y from pixel to pixel.
    pub(crate) fn between(&self, column: Between, row: Between) -> (f32, f32, f32) {
        let start = row.before * self.side + column.before;
        let (above, below) = (&self.values[start..], &self.values[start + self.side..]);
        let (top, bottom) = (above[1] - above[0], below[1] - below[0]);
        let upper = above[0] + column.share * top;
        let lower = below[0] + column.share * bottom;
        (upper + row.share * (lower - upper), top + row.share * (bottom - top), lower - upper)
    }
}

/// A place between two pixels of a row or column.
#[derive(Clone, Copy)]
pub(crate) struct Between {
    pub(crate) before: usize,
    pub(crate) share: f32,
}
