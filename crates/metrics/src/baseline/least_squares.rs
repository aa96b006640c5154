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
use super::fit::{Fit, chosen_rows};
use crate::{MetricsError, RegressionPredictions};

/// Products that fitting may take: some four seconds where there are 1,024 inputs, and milliseconds of most tables.
const MOST_WORK: usize = 1 << 33;
/// The ridge on columns of length 1: above what rounding leaves of a zero, below what tells columns apart.
const RIDGE: f64 = 1e-9;
/// Solutions for what the ones before have left.
const ROUNDS: usize = 4;
/// The spread of a column, as a share of its mean, below which it is constant: an `f32` cannot hold less.
const CONSTANT: f64 = 1e-8;

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
    let rows = chosen_rows(features.rows(), width * width, MOST_WORK);
    let encoding = Encoding::of(features, &rows)?;
    let design = Design::of(features, &rows, &encoding);
    let targets: Vec<f64> = rows.iter().map(|&row| targets[row]).collect();
    let equations = NormalEquations::of(&design, &targets, encoding.inputs());
    let (weights, intercept) = equations.solve();
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

/// Products of centred columns with each other and with the target.
struct NormalEquations {
    /// The lower triangle, `[inputs, inputs]`.
    products: Vec<f64>,
    /// `[inputs]`
    right: Vec<f64>,
    /// `[inputs]`
    means: Vec<f64>,
    target_mean: f64,
    rows: f64,
}

impl NormalEquations {
    #[expect(clippy::cast_precision_loss, reason = "at most 32,768 rows")]
    fn of(design: &Design, targets: &[f64], inputs: usize) -> Self {
        let rows = design.rows() as f64;
        let mut means = vec![0.0; inputs];
        for row in 0..design.rows() {
            for (mean, value) in means.iter_mut().zip(design.numbers(row)) {
                *mean += f64::from(*value) / rows;
            }
        }
        let target_mean = targets.iter().map(|target| target / rows).sum();
        let mut equations = Self {
            products: vec![0.0; inputs * inputs],
            right: vec![0.0; inputs],
            means,
            target_mean,
            rows,
        };
        equations.add_rows(design, targets);
        equations
    }

    /// Numbers are centred before they are multiplied, because the difference of large sums would lose them; categories are 0 or 1 and are
    /// centred afterwards.
    fn add_rows(&mut self, design: &Design, targets: &[f64]) {
        let inputs = self.means.len();
        let (mut counts, mut centred) = (vec![0.0; inputs], Vec::new());
        for (row, target) in targets.iter().enumerate() {
            let target = target - self.target_mean;
            let numbers = design.numbers(row).iter().zip(&self.means);
            centred.clear();
            centred.extend(numbers.map(|(value, mean)| f64::from(*value) - mean));
            for (place, value) in centred.iter().enumerate() {
                add_scaled(&mut self.products[place * inputs..], *value, &centred[..=place]);
                self.right[place] += value * target;
            }
            for place in design.hot(row) {
                let products = &mut self.products[place * inputs..];
                add_scaled(products, 1.0, &centred);
                for other in design.hot(row).take_while(|&other| other <= place) {
                    products[other] += 1.0;
                }
                self.right[place] += target;
                counts[place] += 1.0;
            }
        }
        for (place, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0.0) {
            self.means[place] = count / self.rows;
            let products = &mut self.products[place * inputs..][..=place];
            add_scaled(products, -self.means[place], &counts[..=place]);
        }
    }

    /// The weights, `[inputs]`, and the intercept.
    fn solve(mut self) -> (Vec<f64>, f64) {
        let inputs = self.means.len();
        let scales: Vec<f64> = (0..inputs).map(|place| self.scale(place)).collect();
        for (place, products) in self.products.chunks_exact_mut(inputs.max(1)).enumerate() {
            for (product, scale) in products[..=place].iter_mut().zip(&scales) {
                *product *= scale * scales[place];
            }
            self.right[place] *= scales[place];
        }
        let mut weights = shortest_solution(&self.products, &self.right);
        for (weight, scale) in weights.iter_mut().zip(&scales) {
            *weight *= scale;
        }
        let intercept = self.target_mean - dot(&weights, &self.means);
        (weights, intercept)
    }

    /// What gives a column the length 1; 0 of one that is constant, so that its weight is 0 as well.
    fn scale(&self, place: usize) -> f64 {
        let length = self.products[place * self.means.len() + place].max(0.0).sqrt();
        let constant = length <= CONSTANT * self.means[place].abs() * self.rows.sqrt();
        if constant { 0.0 } else { 1.0 / length }
    }
}

/// The shortest x whose products with a positive semidefinite matrix, of which the lower triangle is given, come closest to `right`.
fn shortest_solution(matrix: &[f64], right: &[f64]) -> Vec<f64> {
    let size = right.len();
    let root = std::iter::successors(Some(RIDGE), |ridge| Some(ridge * 1e3))
        .take(6)
        .find_map(|ridge| {
            let mut ridged = matrix.to_vec();
            for place in 0..size {
                ridged[place * size + place] += ridge;
            }
            Cholesky::of(ridged, size)
        })
        .expect("with a ridge above the number of columns of length 1 any such matrix is positive definite");
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
