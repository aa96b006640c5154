//! Everything that can be wrong with what a baseline is fitted to, with what was found and what was expected.

/// Why a baseline could not be fitted or asked.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MetricsError {
    /// There is nothing to fit to.
    #[error("no rows to fit a baseline to")]
    NoRows,
    /// Rows of no column cannot be counted.
    #[error("no columns to fit a linear baseline to")]
    NoColumns,
    /// The values do not make whole rows.
    #[error("{values} values are no whole number of rows of {columns} columns")]
    UnevenRows {
        /// The values given.
        values: usize,
        /// The columns of the layout.
        columns: usize,
    },
    /// Features of one layout were given to a baseline of another one.
    #[error(
        "the baseline was fitted to another layout of columns: {got} columns, expected {expected}"
    )]
    OtherLayout {
        /// The columns given.
        got: usize,
        /// The columns that the baseline was fitted to.
        expected: usize,
    },
    /// There is not a target for each row.
    #[error("{targets} targets for {rows} rows")]
    TargetCount {
        /// The targets given.
        targets: usize,
        /// The rows given.
        rows: usize,
    },
    /// A number is infinite or NaN.
    #[error("the value in column {column} of row {row} is not finite: {value}")]
    NumberNotFinite {
        /// The row, from 0.
        row: usize,
        /// The column, from 0.
        column: usize,
        /// What is there.
        value: f32,
    },
    /// A code stands for no category.
    #[error(
        "the value in column {column} of row {row} is no category's code: {value}, expected a whole number below {cardinality}"
    )]
    NotACode {
        /// The row, from 0.
        row: usize,
        /// The column, from 0.
        column: usize,
        /// What is there.
        value: f32,
        /// The number of codes of the column.
        cardinality: usize,
    },
    /// A label is no class.
    #[error("the label of row {row} is no class: {label}, expected a number below {classes}")]
    NotAClass {
        /// The row, from 0.
        row: usize,
        /// What is there.
        label: usize,
        /// The number of classes.
        classes: usize,
    },
    /// A target is infinite or NaN.
    #[error("the target of row {row} is not finite: {value}")]
    TargetNotFinite {
        /// The row, from 0.
        row: usize,
        /// What is there.
        value: f64,
    },
    /// There are more columns than the time of a baseline allows.
    #[error("{columns} columns are too many for a linear baseline, which takes at most {most}")]
    TooManyColumns {
        /// The columns of the layout.
        columns: usize,
        /// The most that are fitted.
        most: usize,
    },
    /// There are more classes than the time of a baseline allows.
    #[error(
        "{classes} classes of {inputs} inputs are too many for a linear baseline, which takes at most {most} weights"
    )]
    TooManyClasses {
        /// The number of classes.
        classes: usize,
        /// The inputs of the model: the numbers, one for each category, and the intercept.
        inputs: usize,
        /// The most weights that are fitted.
        most: usize,
    },
}
