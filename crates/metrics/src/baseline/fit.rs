//! How many rows are fitted, which, and what is said of it.

use burnwright_random::{Purpose, Stream};
use serde::Serialize;

use super::encoding::Encoding;

/// The most rows that a linear baseline is fitted to: with these, `adult` is fitted whole and the error of a linear model is bias.
const MOST_ROWS: usize = 32_768;
/// Products of two columns that fitting may take: some seconds where there are 1,024 of them, and milliseconds of most tables.
pub(super) const MOST_PRODUCTS: usize = 1 << 33;
/// Rows of a choice have an address of their own, so that no epoch's order shares their values.
const ADDRESS: u64 = u64::MAX;

/// What a linear baseline was fitted to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Fit {
    /// The rows that it was fitted to.
    pub rows: usize,
    /// The rows that were given; where these are more, `rows` of them were chosen, evenly spread.
    pub rows_given: usize,
    /// The inputs of the model: the numbers, and one for each category.
    pub inputs: usize,
    /// The categories that have no input of their own because their columns have too many; the most frequent ones have.
    pub categories_left_out: usize,
    /// How often the loss was computed; 1 where the solution is direct.
    pub evaluations: usize,
    /// Whether the gradient became as small as it should; otherwise the work's bound came first.
    pub converged: bool,
}

impl Fit {
    pub(super) fn new(rows: usize, rows_given: usize, encoding: &Encoding) -> Self {
        let (inputs, categories_left_out) = (encoding.inputs(), encoding.left_out());
        Self { rows, rows_given, inputs, categories_left_out, evaluations: 1, converged: true }
    }
}

/// The rows, rising, that are enough of so many to fit a linear baseline to: at most 32,768, evenly spread. A caller whose rows are too many
/// to hold at once reads these alone.
pub fn rows_to_fit(rows: usize) -> Vec<usize> {
    chosen_rows(rows, 1, MOST_ROWS)
}

/// The rows to fit to, rising: all of them, or one out of each of as many equal parts as `most_work` allows with `work` a row.
pub(super) fn chosen_rows(rows: usize, work: usize, most_work: usize) -> Vec<usize> {
    let most = MOST_ROWS.min(most_work / work.max(1)).max(1);
    if rows <= most {
        return (0..rows).collect();
    }
    // Not every n-th row: where classes come in turn, that could choose a single one.
    let stream = Stream::new(0, Purpose::Order).at(ADDRESS);
    let begin = |part: usize| {
        let begin = part as u128 * rows as u128 / most as u128;
        usize::try_from(begin).expect("a part begins within the rows")
    };
    (0..most)
        .map(|part| {
            let (from, to) = (begin(part), begin(part + 1));
            let chosen = stream.below(part as u64, (to - from) as u64);
            from + usize::try_from(chosen).expect("below the length of a part")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn few_rows_are_all_chosen() {
        assert_eq!(chosen_rows(4, 1, 4), [0, 1, 2, 3]);
        assert_eq!(chosen_rows(0, 1, 4), [0_usize; 0]);
        assert_eq!(chosen_rows(MOST_ROWS, 1, usize::MAX).len(), MOST_ROWS);
    }

    #[test]
    fn of_ten_million_rows_some_are_enough() {
        let chosen = rows_to_fit(10_000_000);
        assert_eq!((chosen.len(), rows_to_fit(20)), (MOST_ROWS, (0..20).collect()));
        assert!(chosen[0] < 306 && chosen[MOST_ROWS - 1] >= 10_000_000 - 306);
    }

    #[test]
    fn classes_that_come_in_turn_are_all_chosen() {
        let mut counts = [0; 10];
        for row in chosen_rows(100_000, 10, 10_000) {
            counts[row % 10] += 1;
        }
        assert!(counts.iter().all(|&count| (60..140).contains(&count)), "{counts:?}");
    }

    proptest! {
        #[test]
        fn rows_rise_and_are_as_many_as_allowed(rows in 1_usize..3_000_000_000, most in 1_usize..500) {
            let chosen = chosen_rows(rows, 3, 3 * most);
            prop_assert_eq!(chosen.len(), rows.min(most));
            prop_assert!(chosen.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(chosen.iter().all(|&row| row < rows));
        }
    }
}
