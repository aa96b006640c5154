//! A positive definite matrix in, its triangular root out, with which systems of equations are solved.

/// The lower triangle L of a matrix A = L Lᵀ, row after row.
pub(super) struct Cholesky {
    lower: Vec<f64>,
    size: usize,
}

impl Cholesky {
    /// Factors a symmetric matrix `[size, size]`, of which the lower triangle is read; none where it is not positive definite.
    pub(super) fn of(mut matrix: Vec<f64>, size: usize) -> Option<Self> {
        for row in 0..size {
            let (above, rest) = matrix.split_at_mut(row * size);
            let current = &mut rest[..size];
            for column in 0..row {
                let other = &above[column * size..][..size];
                let sum = current[column] - dot(&current[..column], &other[..column]);
                current[column] = sum / other[column];
            }
            let rest = current[row] - dot(&current[..row], &current[..row]);
            if rest.is_nan() || rest <= 0.0 {
                return None;
            }
            current[row] = rest.sqrt();
        }
        Some(Self { lower: matrix, size })
    }

    /// Factors a positive semidefinite matrix `[size, size]` with a diagonal of 1, after a ridge was added to its diagonal: this one, or the
    /// first of a thousand, a million.. times as much that makes it positive definite.
    pub(super) fn of_ridged(matrix: &[f64], size: usize, ridge: f64) -> Self {
        let factor = |ridge: f64| {
            let mut matrix = matrix.to_vec();
            for place in 0..size {
                matrix[place * size + place] += ridge;
            }
            Self::of(matrix, size)
        };
        let mut tries = std::iter::successors(Some(ridge), |ridge| Some(ridge * 1e3)).take(10);
        let root = tries.find_map(factor);
        root.expect("with a ridge above its number of columns any such matrix is positive definite")
    }

    /// The solution x of A x = `right`, `[size]`.
    pub(super) fn solve(&self, mut right: Vec<f64>) -> Vec<f64> {
        self.solve_lower(&mut right);
        self.solve_upper(&mut right);
        right
    }

    /// Makes the solution x of L x = `right`, `[size]`, in its place.
    pub(super) fn solve_lower(&self, right: &mut [f64]) {
        for place in 0..self.size {
            let row = self.row(place);
            right[place] = (right[place] - dot(&row[..place], &right[..place])) / row[place];
        }
    }

    /// Makes the solution x of Lᵀ x = `right`, `[size]`, in its place.
    pub(super) fn solve_upper(&self, right: &mut [f64]) {
        for place in (0..self.size).rev() {
            let row = self.row(place);
            right[place] /= row[place];
            let (before, after) = right.split_at_mut(place);
            add_scaled(before, -after[0], &row[..place]);
        }
    }

    fn row(&self, row: usize) -> &[f64] {
        &self.lower[row * self.size..][..self.size]
    }
}

/// The sum of products, in eight partial sums of a fixed order.
pub(super) fn dot(one: &[f64], other: &[f64]) -> f64 {
    const LANES: usize = 8;
    let mut sums = [0.0; LANES];
    let (ones, others) = (one.chunks_exact(LANES), other.chunks_exact(LANES));
    let rest: f64 = ones.remainder().iter().zip(others.remainder()).map(|(x, y)| x * y).sum();
    for (ones, others) in ones.zip(others) {
        for ((sum, x), y) in sums.iter_mut().zip(ones).zip(others) {
            *sum += x * y;
        }
    }
    sums.iter().sum::<f64>() + rest
}

/// `to += factor * values`
pub(super) fn add_scaled(to: &mut [f64], factor: f64, values: &[f64]) {
    for (to, value) in to.iter_mut().zip(values) {
        *to += factor * value;
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_matrix_that_is_not_positive_definite_has_no_root() {
        assert!(Cholesky::of(vec![1.0, 2.0, 2.0, 1.0], 2).is_none());
        assert!(Cholesky::of(vec![f64::NAN], 1).is_none());
    }

    #[test]
    fn a_matrix_without_rank_has_one_with_a_ridge() {
        let solved = Cholesky::of_ridged(&[1.0, 1.0, 1.0, 1.0], 2, 1e-9).solve(vec![1.0, 1.0]);
        assert!(solved.iter().all(|value| (value - 0.5).abs() < 1e-6), "{solved:?}");
    }

    #[test]
    fn two_equations_by_hand() {
        // 4x + 2y = 8 and 2x + 5y = 12: x = 1, y = 2.
        let solved = Cholesky::of(vec![4.0, 0.0, 2.0, 5.0], 2).unwrap().solve(vec![8.0, 12.0]);
        assert!((solved[0] - 1.0).abs() < 1e-15 && (solved[1] - 2.0).abs() < 1e-15, "{solved:?}");
    }

    proptest! {
        #[test]
        fn solutions_solve(size in 1_usize..20, values in vec(-1.0..1.0_f64, 400), right in vec(-5.0..5.0_f64, 20)) {
            let row = |row: usize| &values[row * size..][..size];
            let entry = |i: usize, j: usize| dot(row(i), row(j)) + f64::from(u8::from(i == j));
            let matrix: Vec<f64> =
                (0..size * size).map(|place| entry(place / size, place % size)).collect();
            let right = &right[..size];
            let solution = Cholesky::of(matrix.clone(), size).unwrap().solve(right.to_vec());
            for (row, expected) in matrix.chunks(size).zip(right) {
                prop_assert!((dot(row, &solution) - expected).abs() < 1e-9);
            }
        }
    }
}
