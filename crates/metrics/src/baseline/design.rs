//! The inputs of the rows that a linear model is fitted to, kept as they are used: numbers densely, categories by their place.

use super::encoding::{Encoding, NO_INPUT};
use super::features::Features;

/// The inputs of some rows.
pub(super) struct Design {
    /// `[rows, numbers]`
    numbers: Vec<f32>,
    /// The inputs that are 1, `[rows, columns of codes]`.
    hot: Vec<u32>,
    width: [usize; 2],
    rows: usize,
}

impl Design {
    pub(super) fn of(features: &Features<'_>, rows: &[usize], encoding: &Encoding) -> Self {
        let width = [encoding.numbers(), encoding.coded()];
        let mut numbers = Vec::with_capacity(rows.len() * width[0]);
        let mut hot = Vec::with_capacity(rows.len() * width[1]);
        for &row in rows {
            let row = features.row(row);
            numbers.extend_from_slice(&row[..width[0]]);
            hot.extend(encoding.hot(row));
        }
        Self { numbers, hot, width, rows: rows.len() }
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// The numbers of each row; its categories are the inputs that follow.
    pub(super) fn width(&self) -> usize {
        self.width[0]
    }

    /// The numbers of a row, `[numbers]`.
    pub(super) fn numbers(&self, row: usize) -> &[f32] {
        &self.numbers[row * self.width[0]..][..self.width[0]]
    }

    /// The inputs of a row that are 1, rising.
    pub(super) fn hot(&self, row: usize) -> impl Iterator<Item = usize> {
        places(self.hot[row * self.width[1]..][..self.width[1]].iter().copied())
    }
}

/// The inputs among places of which some are none.
pub(super) fn places(hot: impl Iterator<Item = u32>) -> impl Iterator<Item = usize> {
    hot.filter(|&place| place != NO_INPUT).map(|place| place as usize)
}
