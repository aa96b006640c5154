//! Weights in other coordinates, in which the loss of a classifier is about equally curved in all directions.
//!
//! A category of a single row and a number of all rows differ by orders of magnitude, and all categories of a column together are nearly an
//! intercept: along the inputs themselves a search for the best weights of `adult` has not ended after 300 evaluations. The second
//! derivatives at weights of 0 are the products of centred columns (Böhning 1992); their triangular root gives the coordinates.

use super::cholesky::{Cholesky, add_scaled, dot};
use super::products::CentredProducts;

/// Below what rounding leaves of a column that others determine; it only shapes the coordinates, not what is found.
const RIDGE: f64 = 1e-12;

/// From points of a search to weights `[inputs + 1, outputs]`, of which the intercepts are the last.
pub(super) struct Coordinates {
    root: Cholesky,
    /// The unit of each input, and of the intercept.
    scales: Vec<f64>,
    /// The mean of each input; an intercept is searched where the inputs have their means.
    means: Vec<f64>,
    outputs: usize,
}

impl Coordinates {
    /// For a loss that is the mean over all rows, with a penalty of `strength` on the half square of each weight.
    #[expect(clippy::cast_precision_loss, reason = "classes are far below 2^53")]
    pub(super) fn new(mut products: CentredProducts, strength: f64, outputs: usize) -> Self {
        let inputs = products.means.len();
        // At weights of 0 each class is equally probable.
        let share = 1.0 / outputs.max(2) as f64;
        let curvature = share * (1.0 - share);
        products.scale(&vec![(curvature / products.rows).sqrt(); inputs]);
        let mut scales = vec![0.0; inputs];
        for (input, scale) in scales.iter_mut().enumerate() {
            let diagonal = &mut products.products[input * inputs + input];
            *diagonal = diagonal.max(0.0) + strength;
            *scale = 1.0 / diagonal.sqrt();
        }
        products.scale(&scales);
        let root = Cholesky::of_ridged(&products.products, inputs, RIDGE);
        scales.push(1.0 / curvature.sqrt());
        Self { root, scales, means: products.means, outputs }
    }

    /// Makes the weights of a point, `[inputs + 1, outputs]`.
    pub(super) fn weights(&self, point: &[f64], weights: &mut [f64]) {
        let inputs = self.means.len();
        for output in 0..self.outputs {
            let mut column = self.column(point, output);
            self.root.solve_upper(&mut column[..inputs]);
            for (value, scale) in column.iter_mut().zip(&self.scales) {
                *value *= scale;
            }
            column[inputs] -= dot(&column[..inputs], &self.means);
            self.set_column(weights, output, &column);
        }
    }

    /// Makes the gradient along the coordinates of the gradient along the weights, `[inputs + 1, outputs]`, in its place.
    pub(super) fn turn(&self, gradient: &mut [f64]) {
        let inputs = self.means.len();
        for output in 0..self.outputs {
            let mut column = self.column(gradient, output);
            let intercept = column[inputs];
            add_scaled(&mut column, -intercept, &self.means);
            for (value, scale) in column.iter_mut().zip(&self.scales) {
                *value *= scale;
            }
            self.root.solve_lower(&mut column[..inputs]);
            self.set_column(gradient, output, &column);
        }
    }

    /// What belongs to an output, `[inputs + 1]`.
    fn column(&self, values: &[f64], output: usize) -> Vec<f64> {
        values.iter().skip(output).step_by(self.outputs).copied().collect()
    }

    fn set_column(&self, values: &mut [f64], output: usize, column: &[f64]) {
        for (to, value) in values.iter_mut().skip(output).step_by(self.outputs).zip(column) {
            *to = *value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::design::Design;
    use super::super::encoding::Encoding;
    use super::super::features::{Features, Layout};
    use super::*;

    #[test]
    fn gradients_turn_as_weights_do() {
        let layout = Layout { numbers: 1, cardinalities: vec![3] };
        let values = [0.5, 1.0, 3.0, 2.0, -1.0, 2.0, 2.0, 1.0];
        let features = Features::new(&values, &layout).unwrap();
        let rows = [0, 1, 2, 3];
        let encoding = Encoding::of(&features, &rows).unwrap();
        let design = Design::of(&features, &rows, &encoding);
        for outputs in [1, 3] {
            let products = CentredProducts::of(&design, encoding.inputs());
            let coordinates = Coordinates::new(products, 0.25, outputs);
            let size = outputs * (encoding.inputs() + 1);
            let numbers = |factor: f64| -> Vec<f64> {
                (0..size)
                    .map(|_| factor)
                    .scan(0.0, |sum, factor| {
                        *sum += factor;
                        Some(f64::sin(*sum))
                    })
                    .collect()
            };
            let (point, gradient, mut weights) = (numbers(1.0), numbers(2.0), vec![0.0; size]);
            coordinates.weights(&point, &mut weights);
            let mut turned = gradient.clone();
            coordinates.turn(&mut turned);
            // The change of a linear function does not depend on the coordinates.
            let (along_weights, along_point) = (dot(&gradient, &weights), dot(&turned, &point));
            assert!((along_weights - along_point).abs() < 1e-12, "{along_weights}, {along_point}");
        }
    }
}
