//! Comes in: two strided matrices on slices. Goes out: their product, added to a scaled third.

use gemm::Parallelism;

/// A matrix `[rows, columns]` read from a slice.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Matrix<'a> {
    pub(crate) values: &'a [f32],
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) row_stride: usize,
    pub(crate) column_stride: usize,
}

/// A matrix `[rows, columns]` written to a slice.
#[derive(Debug)]
pub(crate) struct MatrixMut<'a> {
    pub(crate) values: &'a mut [f32],
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) row_stride: usize,
    pub(crate) column_stride: usize,
}

/// The number of elements a slice needs to hold such a matrix, `None` past the address space.
fn extent(rows: usize, columns: usize, row_stride: usize, column_stride: usize) -> Option<usize> {
    if rows == 0 || columns == 0 {
        return Some(0);
    }
    let last_row = (rows - 1).checked_mul(row_stride)?;
    let last_column = (columns - 1).checked_mul(column_stride)?;
    last_row.checked_add(last_column)?.checked_add(1)
}

/// Whether no two elements share an address: one direction steps over the whole of the other.
fn distinct(rows: usize, columns: usize, row_stride: usize, column_stride: usize) -> bool {
    let steps_over = |outer: usize, outer_stride: usize, inner: usize, inner_stride: usize| {
        (inner <= 1 || inner_stride > 0)
            && (outer <= 1 || outer_stride > inner.saturating_sub(1) * inner_stride)
    };
    steps_over(rows, row_stride, columns, column_stride)
        || steps_over(columns, column_stride, rows, row_stride)
}

/// A stride as a signed number. One past `isize::MAX` is never used: its slice would be too long.
fn signed(stride: usize) -> isize {
    // default: no element of such a matrix is ever reached.
    isize::try_from(stride).unwrap_or(1)
}

/// `c = beta · c + a · b` on this thread, with `a: [m, k]`, `b: [k, n]`, `c: [m, n]`.
///
/// With `beta == 0` the old values of `c` are not read.
#[expect(clippy::needless_pass_by_value, reason = "a matrix to write to is used up")]
pub(crate) fn product(a: Matrix<'_>, b: Matrix<'_>, beta: f32, c: MatrixMut<'_>) {
    assert_eq!(a.rows, c.rows, "rows of the product");
    assert_eq!(b.columns, c.columns, "columns of the product");
    assert_eq!(a.columns, b.rows, "length of the sums");
    let fits = |extent: Option<usize>, length: usize| extent.is_some_and(|extent| extent <= length);
    assert!(
        fits(extent(a.rows, a.columns, a.row_stride, a.column_stride), a.values.len()),
        "a is in its slice"
    );
    assert!(
        fits(extent(b.rows, b.columns, b.row_stride, b.column_stride), b.values.len()),
        "b is in its slice"
    );
    assert!(
        fits(extent(c.rows, c.columns, c.row_stride, c.column_stride), c.values.len()),
        "c is in its slice"
    );
    assert!(
        distinct(c.rows, c.columns, c.row_stride, c.column_stride),
        "the elements of c are distinct"
    );
    if c.rows == 0 || c.columns == 0 {
        return;
    }
    #[expect(unsafe_code, reason = "no safe library multiplies matrices as fast")]
    // SAFETY: the asserts above say that the last addressed element of each matrix is inside its
    // slice, and strides are not negative, so every element is. A slice holds at most `isize::MAX`
    // bytes, so a stride that is used fits an `isize`, and one that is not used is only ever
    // multiplied by zero. `c` is borrowed mutably, so it overlaps neither `a` nor `b`, and its
    // elements are initialised floats. No thread is started, so no other access happens meanwhile.
    unsafe {
        gemm::gemm(
            c.rows,
            c.columns,
            a.columns,
            c.values.as_mut_ptr(),
            signed(c.column_stride),
            signed(c.row_stride),
            beta != 0.0,
            a.values.as_ptr(),
            signed(a.column_stride),
            signed(a.row_stride),
            b.values.as_ptr(),
            signed(b.column_stride),
            signed(b.row_stride),
            beta,
            1.0,
            false,
            false,
            false,
            Parallelism::None,
        );
    }
}
