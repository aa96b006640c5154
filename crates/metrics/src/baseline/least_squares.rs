//! Features and numbers in, the linear function of the least squared error out (`sklearn.linear_model.LinearRegression`).
//!
//! By the normal equations of centred columns that are scaled to the same length. Columns that depend on others, such as all categories of
//! a column, leave no single solution; a ridge of a billionth chooses the shortest one, and repeating it on what is left takes its effect
//! on all other directions away (iterated Tikhonov regularisation, Riley 1955).

use super::cholesky::{Cholesky, add_scaled, dot};
use super::constant::{check_targets, judge_numbers};
use super::design::{Design, places};
use super::encoding::Encoding;
use super::features::Features;
use super::fit::{Fit, MOST_PRODUCTS, chosen_rows};
use super::products::CentredProducts;
use crate::{MetricsError, RegressionPredictions};

/// The ridge on columns of length 1: above what rounding leaves of a zero, below what tells columns apart.
const RIDGE: f64 = 1e-9;
/// Solutions for what the ones before have left.
const ROUNDS: usize = 4;

/// A linear function of the features.
#[derive(Clone, Debug, PartialEq)]
pub struct LinearNumbers {
    encoding: Encoding,
    weights: Vec<f64>,
    intercept: f64,
    fit: Fit,
}

/// Fits a linear function of the features to the targets, `[rows]`, in the target's unit.
///
/// # Errors
///
/// Returns an error without a row, with more than 1,024 columns, if there is not one target a row, or if a target is not finite.
pub fn fit_numbers(
    features: &Features<'_>,
    targets: &[f64],
) -> Result<LinearNumbers, MetricsError> {
    features.check_targets(targets.len())?;
    check_targets(targets)?;
    let width = features.layout().columns();
    let rows = chosen_rows(features.rows(), width * width, MOST_PRODUCTS);
    let encoding = Encoding::of(features, &rows)?;
    let design = Design::of(features, &rows, &encoding);
    let targets: Vec<f64> = rows.iter().map(|&row| targets[row]).collect();
    let equations = CentredProducts::of(&design, encoding.inputs());
    let (weights, intercept) = solve(&design, &targets, equations);
    let fit = Fit::new(rows.len(), features.rows(), &encoding);
    Ok(LinearNumbers { encoding, weights, intercept, fit })
}

impl LinearNumbers {
    /// The weight of each input: the numbers, then the categories that have one, by column and code.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The prediction where all inputs are 0.
    pub fn intercept(&self) -> f64 {
        self.intercept
    }

    /// What it was fitted to.
    pub fn fit(&self) -> &Fit {
        &self.fit
    }

    /// The predicted number of each row, `[rows]`.
    ///
    /// # Errors
    ///
    /// Returns an error if the features have other columns than those that it was fitted to.
    pub fn predict(&self, features: &Features<'_>) -> Result<Vec<f64>, MetricsError> {
        self.encoding.check(features)?;
        let weight = |place: usize| self.weights[place];
        let predict = |row: &[f32]| {
            let numbers = row.iter().zip(&self.weights[..self.encoding.numbers()]);
            let numbers: f64 = numbers.map(|(value, weight)| f64::from(*value) * weight).sum();
            numbers + places(self.encoding.hot(row)).map(weight).sum::<f64>() + self.intercept
        };
        Ok(features.iter().map(predict).collect())
    }

    /// What it says of examples with these targets, `[rows]`; the loss is the squared error.
    ///
    /// # Errors
    ///
    /// Returns an error if there is not one target a row, if a target is not finite, or if the features have other columns than those that
    /// it was fitted to.
    pub fn judge(
        &self,
        features: &Features<'_>,
        targets: &[f64],
    ) -> Result<RegressionPredictions, MetricsError> {
        features.check_targets(targets.len())?;
        judge_numbers(targets, self.predict(features)?.into_iter())
    }
}

/// The weights, `[inputs]`, and the intercept.
fn solve(design: &Design, targets: &[f64], mut equations: CentredProducts) -> (Vec<f64>, f64) {
    let target_mean = targets.iter().map(|target| target / equations.rows).sum();
    let inputs = equations.means.len();
    // Columns of length 1, and 0 in place of one that is constant: so its weight is 0 as well.
    let scale = |input: usize| {
        let square = equations.products[input * inputs + input];
        if equations.is_constant(input) { 0.0 } else { 1.0 / square.sqrt() }
    };
    let scales: Vec<f64> = (0..inputs).map(scale).collect();
    let mut right = products_with(design, targets, target_mean, &equations.means);
    equations.scale(&scales);
    for (right, scale) in right.iter_mut().zip(&scales) {
        *right *= scale;
    }
    let mut weights = shortest_solution(&equations.products, &right);
    for (weight, scale) in weights.iter_mut().zip(&scales) {
        *weight *= scale;
    }
    let intercept = target_mean - dot(&weights, &equations.means);
    (weights, intercept)
}

/// The product of each centred input with the centred target, `[inputs]`.
fn products_with(design: &Design, targets: &[f64], target_mean: f64, means: &[f64]) -> Vec<f64> {
    let (mut products, mut sum) = (vec![0.0; means.len()], 0.0);
    for (row, target) in targets.iter().enumerate() {
        let target = target - target_mean;
        let numbers = design.numbers(row).iter().zip(means);
        for (product, (value, mean)) in products.iter_mut().zip(numbers) {
            *product += (f64::from(*value) - mean) * target;
        }
        for input in design.hot(row) {
            products[input] += target;
        }
        sum += target;
    }
    let categories = products.iter_mut().zip(means).skip(design.width());
    for (product, mean) in categories {
        // The targets' sum is 0 but for rounding.
        *product -= mean * sum;
    }
    products
}

/// The shortest x whose products with a positive semidefinite matrix, of which the lower triangle is given, come closest to `right`.
fn shortest_solution(matrix: &[f64], right: &[f64]) -> Vec<f64> {
    let size = right.len();
    let root = Cholesky::of_ridged(matrix, size, RIDGE);
    let mut solution = vec![0.0; size];
    for _ in 0..ROUNDS {
        let mut rest = right.to_vec();
        for (row, products) in matrix.chunks_exact(size.max(1)).enumerate() {
            rest[row] -= dot(&products[..=row], &solution[..=row]);
            add_scaled(&mut rest[..row], -solution[row], &products[..row]);
        }
        add_scaled(&mut solution, 1.0, &root.solve(rest));
    }
    solution
}

#[cfg(test)]
mod tests {
    use super::super::features::Layout;
    use super::*;

    fn numbers(count: usize) -> Layout {
        Layout { numbers: count, cardinalities: Vec::new() }
    }

    #[test]
    fn a_line_is_found() {
        let layout = numbers(1);
        let features = Features::new(&[1e6, 1e6 + 1.0, 1e6 + 3.0], &layout).unwrap();
        let line = fit_numbers(&features, &[5.0, 7.0, 11.0]).unwrap();
        assert!((line.weights()[0] - 2.0).abs() < 1e-9, "{:?}", line.weights());
        let predicted = line.predict(&features).unwrap();
        for (got, expected) in predicted.into_iter().zip([5.0, 7.0, 11.0]) {
            assert!((got - expected).abs() < 1e-6, "{got}, expected {expected}");
        }
    }

    #[test]
    fn equal_columns_share_the_weight_and_constant_ones_have_none() {
        let layout = numbers(3);
        let values = [1.0, 1.0, 0.1, 2.0, 2.0, 0.1, 4.0, 4.0, 0.1];
        let features = Features::new(&values, &layout).unwrap();
        let line = fit_numbers(&features, &[3.0, 5.0, 9.0]).unwrap();
        for (got, expected) in line.weights().iter().zip([1.0, 1.0, 0.0]) {
            assert!((got - expected).abs() < 1e-8, "{:?}", line.weights());
        }
    }

    #[test]
    fn categories_have_their_means_and_an_unseen_one_the_intercept() {
        let layout = Layout { numbers: 0, cardinalities: vec![4] };
        let values = [1.0, 1.0, 2.0, 2.0, 2.0];
        let features = Features::new(&values, &layout).unwrap();
        let line = fit_numbers(&features, &[1.0, 3.0, 6.0, 7.0, 8.0]).unwrap();
        let predicted = line.predict(&Features::new(&[1.0, 2.0, 3.0], &layout).unwrap()).unwrap();
        for (got, expected) in predicted.into_iter().zip([2.0, 7.0, line.intercept()]) {
            assert!((got - expected).abs() < 1e-8, "{got}, expected {expected}");
        }
    }

    #[test]
    fn one_row_is_its_own_mean() {
        let layout = Layout { numbers: 1, cardinalities: vec![2] };
        let features = Features::new(&[3.0, 1.0], &layout).unwrap();
        let line = fit_numbers(&features, &[7.0]).unwrap();
        assert_eq!(line.predict(&features).unwrap(), [7.0]);
        assert_eq!(line.fit().rows, 1);
    }

    #[test]
    fn more_columns_than_rows_go_through_every_target() {
        let layout = numbers(3);
        let features = Features::new(&[1.0, 0.0, 2.0, 0.0, 1.0, 5.0], &layout).unwrap();
        let line = fit_numbers(&features, &[1.0, -1.0]).unwrap();
        for (got, expected) in line.predict(&features).unwrap().into_iter().zip([1.0, -1.0]) {
            assert!((got - expected).abs() < 1e-8, "{got}, expected {expected}");
        }
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        let layout = numbers(1);
        let features = Features::new(&[1.0, 2.0], &layout).unwrap();
        let fault = |targets: &[f64]| fit_numbers(&features, targets).unwrap_err().to_string();
        assert_eq!(fault(&[1.0]), "1 targets for 2 rows");
        assert_eq!(fault(&[1.0, f64::NAN]), "the target of row 1 is not finite: NaN");
        let none = Features::new(&[], &layout).unwrap();
        assert_eq!(fit_numbers(&none, &[]).unwrap_err(), MetricsError::NoRows);
        let other = numbers(2);
        let other = Features::new(&[1.0, 2.0], &other).unwrap();
        let line = fit_numbers(&features, &[1.0, 2.0]).unwrap();
        let expected = MetricsError::OtherLayout { got: 2, expected: 1 };
        assert_eq!(line.predict(&other).unwrap_err(), expected);
    }
}
