//! Columns and targets in, the columns out that give the target away alone.
//!
//! Such a column is mostly made from the target, and will not be there when the model is used. Each is looked up: what the target
//! is for a value in one half of the rows is said of the other half.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::table::{Cells, Column, Table};
use crate::targets::{TargetValues, Targets};

/// From this score on a column gives the target away.
const NEARLY_PERFECT: f64 = 0.95;
/// How many rows are looked at: more say the same.
const ROWS: usize = 200_000;
/// Fewer rows in a half say nothing.
const FEWEST: usize = 20;
/// Into how many parts of equally many rows numbers are divided.
const PARTS: usize = 1_024;

/// A column that gives the target away alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GivesAway {
    /// The column.
    pub column: String,
    /// How much better than the best constant it predicts the half of the rows that was not looked at, 1 being without an error:
    /// for classes the share of the constant's errors that it avoids, for numbers R2.
    pub score: f64,
}

/// The columns among `columns` that give the target away, in their order; `hashes` are those of all rows, by which they are
/// halved, so that equal rows are in one half.
pub(crate) fn find<'a>(
    table: &Table,
    columns: impl Iterator<Item = &'a Column>,
    targets: &Targets,
    hashes: &[u128],
) -> Vec<GivesAway> {
    let step = (table.rows as usize).div_ceil(ROWS) as u128;
    let taken = (0..targets.len())
        .filter(|&place| (hashes[targets.rows[place] as usize] >> 1).is_multiple_of(step));
    let (known, asked): (Vec<usize>, Vec<usize>) =
        taken.partition(|&place| hashes[targets.rows[place] as usize] & 1 == 0);
    if known.len() < FEWEST || asked.len() < FEWEST {
        return Vec::new();
    }
    let score = |column: &Column| match &targets.values {
        TargetValues::Classes(classes) => {
            of_classes(&groups(column, targets, &known), column, targets, classes, &known, &asked)
        }
        TargetValues::Numbers(numbers) => {
            of_numbers(&groups(column, targets, &known), column, targets, numbers, &known, &asked)
        }
    };
    columns
        .map(|column| GivesAway { column: column.name.clone(), score: score(column) })
        .filter(|found| found.score >= NEARLY_PERFECT)
        .collect()
}

/// Which values count as one.
enum Groups {
    /// Each text is a group of its own, the missing ones are one.
    Codes,
    /// Numbers up to each of these; missing ones come last.
    UpTo(Vec<f64>),
}

fn groups(column: &Column, targets: &Targets, known: &[usize]) -> Groups {
    if let Cells::Texts(_) = column.cells {
        return Groups::Codes;
    }
    let value = |&place: &usize| column.number(targets.rows[place]);
    let mut values: Vec<f64> = known.iter().filter_map(value).collect();
    values.sort_unstable_by(f64::total_cmp);
    let size = values.len().div_ceil(PARTS).max(1);
    let mut ends: Vec<f64> = values.chunks(size).map(|part| part[part.len() - 1]).collect();
    ends.dedup();
    Groups::UpTo(ends)
}

impl Groups {
    fn of(&self, column: &Column, row: u32) -> usize {
        match (self, &column.cells) {
            (Self::Codes, Cells::Texts(texts)) => texts.codes[row as usize] as usize,
            (Self::UpTo(ends), _) => match column.number(row) {
                // What is beyond the last end is in the last group.
                Some(value) => {
                    ends.partition_point(|&end| end < value).min(ends.len().saturating_sub(1))
                }
                None => ends.len(),
            },
            (Self::Codes, _) => 0,
        }
    }
}

/// The share of a constant's errors that are avoided by the most frequent class of each group.
fn of_classes(
    groups: &Groups,
    column: &Column,
    targets: &Targets,
    classes: &[u32],
    known: &[usize],
    asked: &[usize],
) -> f64 {
    let mut counts: BTreeMap<usize, BTreeMap<u32, u32>> = BTreeMap::new();
    let mut of_all: BTreeMap<u32, u32> = BTreeMap::new();
    for &place in known {
        let group = groups.of(column, targets.rows[place]);
        *counts.entry(group).or_default().entry(classes[place]).or_default() += 1;
        *of_all.entry(classes[place]).or_default() += 1;
    }
    let constant = most_frequent(&of_all);
    let said: BTreeMap<usize, u32> =
        counts.iter().map(|(&group, counts)| (group, most_frequent(counts))).collect();
    let (mut errors, mut of_constant) = (0, 0);
    for &place in asked {
        let group = groups.of(column, targets.rows[place]);
        let class = said.get(&group).copied().unwrap_or(constant);
        errors += u32::from(class != classes[place]);
        of_constant += u32::from(constant != classes[place]);
    }
    if of_constant == 0 { 0.0 } else { 1.0 - f64::from(errors) / f64::from(of_constant) }
}

/// The class that occurs most often, the first of several.
fn most_frequent(counts: &BTreeMap<u32, u32>) -> u32 {
    let most = counts.iter().max_by_key(|(class, count)| (**count, std::cmp::Reverse(**class)));
    *most.expect("a group has a row").0
}

/// R2 of each group's mean; of numbers, of the line between the groups' middles.
#[expect(
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "at most 200,000 rows; the same number, not one near it"
)]
fn of_numbers(
    groups: &Groups,
    column: &Column,
    targets: &Targets,
    numbers: &[f64],
    known: &[usize],
    asked: &[usize],
) -> f64 {
    let mut sums: BTreeMap<usize, (f64, f64, f64)> = BTreeMap::new();
    for &place in known {
        let row = targets.rows[place];
        let sum = sums.entry(groups.of(column, row)).or_default();
        // default: missing numbers are a group of their own, whose middle is never asked for.
        sum.0 += column.number(row).unwrap_or(0.0);
        sum.1 += numbers[place];
        sum.2 += 1.0;
    }
    let mean = known.iter().map(|&place| numbers[place]).sum::<f64>() / known.len() as f64;
    let middles: BTreeMap<usize, (f64, f64)> =
        sums.into_iter().map(|(group, (x, y, count))| (group, (x / count, y / count))).collect();
    let predict = |row: u32| {
        let group = groups.of(column, row);
        let Some(&(x, y)) = middles.get(&group) else { return mean };
        let (Groups::UpTo(ends), Some(value)) = (groups, column.number(row)) else { return y };
        let next = if value < x { group.checked_sub(1) } else { Some(group + 1) };
        match next.filter(|next| *next < ends.len()).and_then(|next| middles.get(&next)) {
            Some(&(next_x, next_y)) if next_x != x => y + (next_y - y) * (value - x) / (next_x - x),
            _ => y,
        }
    };
    let (mut squares, mut of_constant) = (0.0, 0.0);
    for &place in asked {
        squares += (numbers[place] - predict(targets.rows[place])).powi(2);
        of_constant += (numbers[place] - mean).powi(2);
    }
    if of_constant > 0.0 { 1.0 - squares / of_constant } else { 0.0 }
}
