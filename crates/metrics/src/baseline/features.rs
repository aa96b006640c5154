//! A matrix of numbers and codes in, checked rows out.

use crate::MetricsError;

/// What the columns of a matrix of features are: numbers first, then codes of categories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// How many columns hold numbers, standardised by the caller.
    pub numbers: usize,
    /// For each column of codes that follows, how many codes it has. Code 0 is a category that training has not seen.
    pub cardinalities: Vec<usize>,
}

impl Layout {
    /// All columns.
    pub fn columns(&self) -> usize {
        self.numbers + self.cardinalities.len()
    }
}

/// Rows of features: `[rows, columns]`, row after row. Every number is finite and every code one of its column's.
#[derive(Clone, Copy, Debug)]
pub struct Features<'a> {
    values: &'a [f32],
    layout: &'a Layout,
}

impl<'a> Features<'a> {
    /// Checks values, `[rows, columns of the layout]`.
    ///
    /// # Errors
    ///
    /// Returns an error if the layout has no column, if the values are no whole rows, or at the first value that is not what its column
    /// holds.
    pub fn new(values: &'a [f32], layout: &'a Layout) -> Result<Self, MetricsError> {
        let columns = layout.columns();
        if columns == 0 {
            return Err(MetricsError::NoColumns);
        }
        if !values.len().is_multiple_of(columns) {
            return Err(MetricsError::UnevenRows { values: values.len(), columns });
        }
        for (row, values) in values.chunks_exact(columns).enumerate() {
            check_row(row, values, layout)?;
        }
        Ok(Self { values, layout })
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.values.len() / self.layout.columns()
    }

    /// What the columns are.
    pub fn layout(&self) -> &'a Layout {
        self.layout
    }

    /// The values of each row, `[columns]`.
    pub(super) fn iter(&self) -> impl Iterator<Item = &'a [f32]> {
        self.values.chunks_exact(self.layout.columns())
    }

    /// The values of a row, `[columns]`.
    pub(super) fn row(&self, row: usize) -> &'a [f32] {
        let columns = self.layout.columns();
        &self.values[row * columns..][..columns]
    }

    /// An error if there is not one target a row.
    pub(super) fn check_targets(&self, targets: usize) -> Result<(), MetricsError> {
        let rows = self.rows();
        if targets == rows { Ok(()) } else { Err(MetricsError::TargetCount { targets, rows }) }
    }
}

fn check_row(row: usize, values: &[f32], layout: &Layout) -> Result<(), MetricsError> {
    let (numbers, codes) = values.split_at(layout.numbers);
    if let Some(column) = numbers.iter().position(|value| !value.is_finite()) {
        return Err(MetricsError::NumberNotFinite { row, column, value: numbers[column] });
    }
    for (place, (&value, &cardinality)) in codes.iter().zip(&layout.cardinalities).enumerate() {
        if code(value).is_none_or(|code| code >= cardinality) {
            let column = layout.numbers + place;
            return Err(MetricsError::NotACode { row, column, value, cardinality });
        }
    }
    Ok(())
}

/// The code that a value is; none where it is no whole number from 0 on that an `f32` holds exactly.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole, not negative and at most 2^24"
)]
pub(super) fn code(value: f32) -> Option<usize> {
    ((0.0..=16_777_216.0).contains(&value) && value.fract() == 0.0).then_some(value as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_are_not_what_their_column_holds_are_named() {
        let layout = Layout { numbers: 1, cardinalities: vec![3] };
        let fault =
            |values: &[f32]| Features::new(values, &layout).map(|_| ()).unwrap_err().to_string();
        assert_eq!(fault(&[0.5, 2.0, 1.0]), "3 values are no whole number of rows of 2 columns");
        assert_eq!(
            fault(&[0.5, 2.0, f32::INFINITY, 0.0]),
            "the value in column 0 of row 1 is not finite: inf"
        );
        for value in [3.0, -1.0, 0.5, f32::NAN, f32::INFINITY, 1e30] {
            let expected = format!(
                "the value in column 1 of row 0 is no category's code: {value}, expected a whole number below 3"
            );
            assert_eq!(fault(&[0.5, value]), expected);
        }
        let empty = Layout { numbers: 0, cardinalities: Vec::new() };
        assert_eq!(Features::new(&[], &empty).unwrap_err(), MetricsError::NoColumns);
    }
}
