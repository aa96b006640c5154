//! The inputs of some rows in, the products of their centred columns with each other out.

use super::cholesky::add_scaled;
use super::design::Design;

/// The spread of a column, as a share of its mean, below which it is constant: an `f32` cannot hold less.
const CONSTANT: f64 = 1e-8;

/// Sums over all rows of the products of two inputs less their means.
pub(super) struct CentredProducts {
    /// The lower triangle, `[inputs, inputs]`.
    pub(super) products: Vec<f64>,
    /// The mean of each input, `[inputs]`.
    pub(super) means: Vec<f64>,
    /// The number of rows.
    pub(super) rows: f64,
}

impl CentredProducts {
    #[expect(clippy::cast_precision_loss, reason = "at most 32,768 rows")]
    pub(super) fn of(design: &Design, inputs: usize) -> Self {
        let rows = design.rows() as f64;
        let mut means = vec![0.0; inputs];
        for row in 0..design.rows() {
            for (mean, value) in means.iter_mut().zip(design.numbers(row)) {
                *mean += f64::from(*value) / rows;
            }
        }
        let mut products = Self { products: vec![0.0; inputs * inputs], means, rows };
        products.add_rows(design);
        products
    }

    /// Numbers are centred before they are multiplied, because the difference of large sums would lose them; categories are 0 or 1 and are
    /// centred afterwards.
    fn add_rows(&mut self, design: &Design) {
        let inputs = self.means.len();
        let (mut counts, mut centred) = (vec![0.0; inputs], Vec::new());
        for row in 0..design.rows() {
            centred.clear();
            let numbers = design.numbers(row).iter().zip(&self.means);
            centred.extend(numbers.map(|(value, mean)| f64::from(*value) - mean));
            for (place, value) in centred.iter().enumerate() {
                add_scaled(&mut self.products[place * inputs..], *value, &centred[..=place]);
            }
            for place in design.hot(row) {
                let products = &mut self.products[place * inputs..];
                add_scaled(products, 1.0, &centred);
                for other in design.hot(row).take_while(|&other| other <= place) {
                    products[other] += 1.0;
                }
                counts[place] += 1.0;
            }
        }
        for (place, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0.0) {
            self.means[place] = count / self.rows;
            let products = &mut self.products[place * inputs..][..=place];
            add_scaled(products, -self.means[place], &counts[..=place]);
        }
    }

    /// Whether an input is the same in all rows, but for rounding.
    pub(super) fn is_constant(&self, input: usize) -> bool {
        let length = self.products[input * self.means.len() + input].max(0.0).sqrt();
        length <= CONSTANT * self.means[input].abs() * self.rows.sqrt()
    }

    /// Gives each input another unit, `[inputs]`: its products are multiplied by its factor.
    pub(super) fn scale(&mut self, factors: &[f64]) {
        let inputs = self.means.len();
        for (place, products) in self.products.chunks_exact_mut(inputs.max(1)).enumerate() {
            for (product, factor) in products[..=place].iter_mut().zip(factors) {
                *product *= factor * factors[place];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::encoding::Encoding;
    use super::super::features::{Features, Layout};
    use super::*;

    #[test]
    fn products_by_hand() {
        let layout = Layout { numbers: 1, cardinalities: vec![3, 2] };
        let values = [1e6, 1.0, 1.0, 1e6 + 1.0, 2.0, 1.0, 1e6 + 2.0, 2.0, 1.0];
        let features = Features::new(&values, &layout).unwrap();
        let encoding = Encoding::of(&features, &[0, 1, 2]).unwrap();
        let design = Design::of(&features, &[0, 1, 2], &encoding);
        let found = CentredProducts::of(&design, encoding.inputs());
        let third = 1.0 / 3.0;
        let expected =
            [[2.0, 0.0, 0.0], [-1.0, 2.0 * third, 0.0], [1.0, -2.0 * third, 2.0 * third]];
        for (place, expected) in expected.into_iter().enumerate() {
            for (got, expected) in found.products[4 * place..].iter().zip(&expected[..=place]) {
                assert!((got - expected).abs() < 1e-9, "{:?}", found.products);
            }
        }
        assert!((0..4).map(|input| found.is_constant(input)).eq([false, false, false, true]));
    }
}
