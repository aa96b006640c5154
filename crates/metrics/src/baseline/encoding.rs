//! Numbers and codes of a row in, the inputs of a linear model out: each category is an input that is 0 or 1.
//!
//! As scikit-learn's `OneHotEncoder(handle_unknown="ignore")`: a category that training has not seen has no input.

use super::features::{Features, Layout, code};
use crate::MetricsError;

/// The most inputs: the normal equations take their square in memory and their cube in time.
pub(super) const MOST_INPUTS: usize = 1_024;
/// The most categories of a column that have an input; rarer ones tell a linear model little.
const MOST_CATEGORIES: usize = 64;
/// Where a code has no input.
pub(super) const NO_INPUT: u32 = u32::MAX;

/// Which category is which input.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Encoding {
    layout: Layout,
    /// The input of each code, for each column of codes; [`NO_INPUT`] where it has none.
    places: Vec<Vec<u32>>,
    inputs: usize,
    left_out: usize,
}

impl Encoding {
    /// Gives an input to each number and to the categories that these rows hold, the most frequent ones where there are too many.
    pub(super) fn of(features: &Features<'_>, rows: &[usize]) -> Result<Self, MetricsError> {
        let layout = features.layout();
        let (numbers, columns) = (layout.numbers, layout.columns());
        if columns > MOST_INPUTS {
            return Err(MetricsError::TooManyColumns { columns, most: MOST_INPUTS });
        }
        let mut encoding =
            Self { layout: layout.clone(), places: Vec::new(), inputs: numbers, left_out: 0 };
        let coded = layout.cardinalities.len();
        let most = MOST_CATEGORIES.min((MOST_INPUTS - numbers) / coded.max(1));
        for (column, &cardinality) in (numbers..).zip(&layout.cardinalities) {
            let mut counts = vec![0_u32; cardinality];
            for &row in rows {
                counts[checked_code(features.row(row)[column])] += 1;
            }
            encoding.add_column(&counts, most);
        }
        Ok(encoding)
    }

    /// Gives an input to the categories of one more column, which occur so often each; code 0 has none.
    fn add_column(&mut self, counts: &[u32], most: usize) {
        let mut codes: Vec<usize> = (1..counts.len()).filter(|&code| counts[code] > 0).collect();
        if codes.len() > most {
            codes.sort_by_key(|&code| (std::cmp::Reverse(counts[code]), code));
            self.left_out += codes.len() - most;
            codes.truncate(most);
            codes.sort_unstable();
        }
        let mut places = vec![NO_INPUT; counts.len()];
        for code in codes {
            places[code] = u32::try_from(self.inputs).expect("at most 1,024 inputs");
            self.inputs += 1;
        }
        self.places.push(places);
    }

    /// The inputs of the model.
    pub(super) fn inputs(&self) -> usize {
        self.inputs
    }

    /// The inputs that are numbers; they come first.
    pub(super) fn numbers(&self) -> usize {
        self.layout.numbers
    }

    /// The columns of codes.
    pub(super) fn coded(&self) -> usize {
        self.places.len()
    }

    /// Categories without an input of their own.
    pub(super) fn left_out(&self) -> usize {
        self.left_out
    }

    /// An error where features have other columns.
    pub(super) fn check(&self, features: &Features<'_>) -> Result<(), MetricsError> {
        if *features.layout() == self.layout {
            return Ok(());
        }
        let (got, expected) = (features.layout().columns(), self.layout.columns());
        Err(MetricsError::OtherLayout { got, expected })
    }

    /// The inputs that are 1 of a row, [`NO_INPUT`] where a column has none.
    pub(super) fn hot(&self, row: &[f32]) -> impl Iterator<Item = u32> {
        let codes = &row[self.layout.numbers..];
        codes.iter().zip(&self.places).map(|(&value, places)| places[checked_code(value)])
    }
}

fn checked_code(value: f32) -> usize {
    code(value).expect("the codes of features are checked when they are made")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_that_occur_are_inputs_in_the_order_of_their_codes() {
        let layout = Layout { numbers: 1, cardinalities: vec![5, 2] };
        let values = [0.0, 3.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 3.0, 1.0];
        let features = Features::new(&values, &layout).unwrap();
        let encoding = Encoding::of(&features, &[0, 1, 2, 3]).unwrap();
        assert_eq!((encoding.inputs(), encoding.left_out()), (4, 0));
        let hot = |row: &[f32]| encoding.hot(row).collect::<Vec<u32>>();
        assert_eq!(hot(&[0.0, 1.0, 1.0]), [1, 3]);
        assert_eq!(hot(&[0.0, 3.0, 0.0]), [2, NO_INPUT]);
        assert_eq!(hot(&[0.0, 4.0, 0.0]), [NO_INPUT, NO_INPUT]);
    }

    #[test]
    fn of_many_categories_the_most_frequent_have_an_input() {
        let layout = Layout { numbers: 0, cardinalities: vec![201] };
        // Code 200 and 150 three times each, then each other code once.
        let frequent = [200.0, 150.0, 200.0, 150.0];
        let values: Vec<f32> = frequent.into_iter().chain((1..=200_u16).map(f32::from)).collect();
        let features = Features::new(&values, &layout).unwrap();
        let rows: Vec<usize> = (0..values.len()).collect();
        let encoding = Encoding::of(&features, &rows).unwrap();
        assert_eq!((encoding.inputs(), encoding.left_out()), (64, 136));
        let place = |value: f32| encoding.hot(&[value]).next();
        assert_eq!([place(1.0), place(62.0), place(63.0)], [Some(0), Some(61), Some(NO_INPUT)]);
        assert_eq!([place(150.0), place(200.0)], [Some(62), Some(63)]);
    }

    #[test]
    fn too_many_columns_are_an_error() {
        let layout = Layout { numbers: 1_025, cardinalities: Vec::new() };
        let values = vec![0.0; 1_025];
        let features = Features::new(&values, &layout).unwrap();
        let expected = MetricsError::TooManyColumns { columns: 1_025, most: 1_024 };
        assert_eq!(Encoding::of(&features, &[0]).unwrap_err(), expected);
    }
}
