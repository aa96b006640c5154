//! A table in, what somebody should know of it before a model learns from it out.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::hash::row_hashes;
use crate::kind::Kind;
use crate::leak::{self, GivesAway};
use crate::numbers::Numbers;
use crate::scale::moments;
use crate::table::{Cells, Column, Table, written};
use crate::target::Target;
use crate::texts::Texts;
use crate::{TableError, date};

/// How many of the most frequent values are shown.
const SHOWN: usize = 5;

/// What a table holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Inspection {
    /// Rows, without the header.
    pub rows: u32,
    /// Whether the first row names the columns.
    pub header: bool,
    /// What stands between two fields.
    pub delimiter: char,
    /// Rows that are equal to an earlier one in all columns that are kept, but those that name the row. None where a column of
    /// free text was not kept: rows may differ in it alone.
    pub duplicate_rows: Option<u32>,
    /// The columns in the file's order.
    pub columns: Vec<ColumnInspection>,
    /// Columns that give the target away alone, where there is a target.
    pub give_away: Vec<GivesAway>,
}

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ColumnInspection {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// Whether a model gets it; the target is no input.
    pub input: bool,
    /// Rows in which it is missing.
    pub missing: u32,
    /// Distinct values; none where they were not kept: a column that was left out, or one of more than 65,536 texts.
    pub distinct: Option<usize>,
    /// Of numbers, and of dates as days since 1970-01-01.
    pub range: Option<Range>,
    /// The most frequent values, at most five, and in how many rows each is; of numbers only where some value is in two rows.
    pub most_frequent: Vec<Frequent>,
}

/// Of a column of numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Range {
    /// The least.
    pub least: f64,
    /// The middle one, the lower of two.
    pub median: f64,
    /// The largest.
    pub largest: f64,
    /// The mean.
    pub mean: f64,
    /// The deviation, divided by the number of rows.
    pub deviation: f64,
}

/// A value and in how many rows it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Frequent {
    /// The value, as text.
    pub value: String,
    /// Rows.
    pub rows: u32,
}

/// Looks at a whole table; of the columns that give a target away only where there is one.
pub fn inspect(table: &Table, target: Option<&Target>) -> Result<Inspection, TableError> {
    let name = target.map(|target| &*target.column);
    let names_the_row = |column: &&Column| column.kind == Kind::IdLike;
    let kept = table.columns.iter().filter(|column| !names_the_row(column));
    let is_known = !kept.clone().any(is_lost_text);
    let duplicate_rows = is_known.then(|| duplicates(row_hashes(table, kept)));
    let give_away = match target {
        Some(target) => {
            // Halved by the inputs alone: equal rows of different targets are in one half, too.
            let of_inputs = row_hashes(table, table.inputs(name));
            leak::find(table, table.inputs(name), &target.read(table)?, &of_inputs)
        }
        None => Vec::new(),
    };
    let columns = table.columns.iter().map(|column| ColumnInspection {
        input: column.kind.is_input() && name != Some(&*column.name),
        ..inspect_column(column)
    });
    Ok(Inspection {
        rows: table.rows,
        header: table.header,
        delimiter: table.delimiter(),
        duplicate_rows,
        columns: columns.collect(),
        give_away,
    })
}

/// Free text that was not kept, in which rows may differ.
fn is_lost_text(column: &Column) -> bool {
    column.kind == Kind::Text && matches!(column.cells, Cells::Counted)
}

fn duplicates(mut hashes: Vec<u128>) -> u32 {
    hashes.sort_unstable();
    let equal = hashes.windows(2).filter(|pair| pair[0] == pair[1]).count();
    u32::try_from(equal).expect("rows are numbered by u32")
}

fn inspect_column(column: &Column) -> ColumnInspection {
    let (distinct, range, most_frequent) = match &column.cells {
        Cells::Numbers(numbers) => of_numbers(numbers, written),
        Cells::Dates(days) => of_numbers(days, date::written),
        Cells::Texts(texts) => of_texts(texts),
        Cells::Counted => (None, None, Vec::new()),
    };
    ColumnInspection {
        name: column.name.clone(),
        kind: column.kind,
        input: column.kind.is_input(),
        missing: column.missing,
        distinct,
        range,
        most_frequent,
    }
}

type Found = (Option<usize>, Option<Range>, Vec<Frequent>);

#[expect(clippy::float_cmp, reason = "the same number, not one near it")]
fn of_numbers(numbers: &Numbers, written: fn(f64) -> String) -> Found {
    let present: Vec<f64> = numbers.iter().flatten().collect();
    let (mean, deviation, _) = moments(&present);
    let mut sorted = present;
    sorted.sort_unstable_by(f64::total_cmp);
    let (Some(&least), Some(&largest)) = (sorted.first(), sorted.last()) else {
        return (Some(0), None, Vec::new());
    };
    let median = sorted[(sorted.len() - 1) / 2];
    let mut distinct = 0;
    let mut counts: Vec<(usize, f64)> = Vec::new();
    for run in sorted.chunk_by(|a, b| a == b) {
        distinct += 1;
        if run.len() > 1 {
            counts.push((run.len(), run[0]));
        }
    }
    let frequent = most_frequent(counts, written);
    (Some(distinct), Some(Range { least, median, largest, mean, deviation }), frequent)
}

fn of_texts(texts: &Texts) -> Found {
    let mut counts: HashMap<u32, usize> = HashMap::new();
    for &code in texts.codes.iter().filter(|&&code| code > 0) {
        *counts.entry(code).or_default() += 1;
    }
    let mut counts: Vec<(usize, u32)> =
        counts.into_iter().map(|(code, rows)| (rows, code)).collect();
    counts.sort_unstable_by_key(|count| count.1);
    let text = |code: u32| crate::error::shown(&texts.dictionary[code as usize - 1]);
    (Some(texts.dictionary.len()), None, most_frequent(counts, text))
}

/// The first of what is equally frequent comes first.
fn most_frequent<T: Copy>(
    mut counts: Vec<(usize, T)>,
    text: impl Fn(T) -> String,
) -> Vec<Frequent> {
    counts.sort_by_key(|count| std::cmp::Reverse(count.0));
    let shown = counts.into_iter().take(SHOWN);
    shown
        .map(|(rows, value)| Frequent {
            value: text(value),
            rows: u32::try_from(rows).expect("rows are numbered by u32"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TargetWish;
    use crate::texts::MAX_DISTINCT;
    use burnwright_random::{Purpose, Stream};

    #[test]
    fn columns_are_described() {
        let found = inspect(&Table::of_text("a,b\n1,x\n2,y\n2,y\nNA,x\n7,x\n"), None).unwrap();
        assert_eq!((found.rows, found.duplicate_rows, found.header), (5, Some(1), true));
        let a = &found.columns[0];
        assert_eq!((a.kind, a.missing, a.distinct), (Kind::Number, 1, Some(3)));
        let range = a.range.as_ref().unwrap();
        assert_eq!((range.least, range.median, range.mean, range.largest), (1.0, 2.0, 3.0, 7.0));
        assert!((range.deviation - 5.5_f64.sqrt()).abs() < 1e-12);
        assert_eq!(a.most_frequent, [Frequent { value: "2".into(), rows: 2 }]);
        let b = &found.columns[1];
        let expected =
            [("x", 3), ("y", 2)].map(|(value, rows)| Frequent { value: value.into(), rows });
        assert_eq!(b.most_frequent, expected);
        let json = serde_json::to_string(&found).unwrap();
        assert_eq!(serde_json::from_str::<Inspection>(&json).unwrap(), found);
    }

    #[test]
    fn equal_rows_are_not_counted_without_their_free_text() {
        let equal_rows = |count: usize| {
            let rows: Vec<String> =
                (0..count).map(|row| format!("{},what row {row} says", row % 7)).collect();
            let found = inspect(&Table::of_text(&format!("a,remark\n{}", rows.join("\n"))), None);
            let found = found.unwrap();
            assert_eq!(found.columns[1].kind, Kind::Text);
            found.duplicate_rows
        };
        assert_eq!(equal_rows(100), Some(0));
        assert_eq!(equal_rows(MAX_DISTINCT + 1), None);
    }

    /// Columns of noise, of the target as text and number, of a function of it, and of one that knows it half of the time.
    fn with_leaks(classes: bool) -> Inspection {
        let stream = Stream::new(1, Purpose::Order);
        let rows: Vec<String> = (0..2_000)
            .map(|row| {
                let noise = stream.at(1).uniform(row);
                let y = if classes {
                    f64::from(u8::from(stream.at(2).uniform(row) < 0.3))
                } else {
                    f64::from(stream.at(2).uniform(row))
                };
                let copy = if classes { format!("was {y}") } else { format!("{}", -3.0 * y + 1.0) };
                let half = if stream.at(3).below(row, 2) == 0 { y } else { f64::from(noise) };
                format!("{noise},{copy},{},{half},{y}", (y * 2.0).exp())
            })
            .collect();
        let table = Table::of_text(&format!("noise,copy,function,half,y\n{}", rows.join("\n")));
        let target = Target::infer(&table, "y", TargetWish::Inferred).unwrap();
        assert_eq!(target.classes().is_some(), classes);
        inspect(&table, Some(&target)).unwrap()
    }

    #[test]
    fn columns_that_give_the_target_away_are_found() {
        for classes in [true, false] {
            let found = with_leaks(classes).give_away;
            let names: Vec<&str> = found.iter().map(|column| &*column.column).collect();
            assert_eq!(names, ["copy", "function"], "{found:?}");
            assert!(found.iter().all(|column| column.score > 0.999), "{found:?}");
        }
    }
}
