//! A table becomes training and test examples: its target column is read, its rows are split, and the columns become numbers by what the
//! training rows say of them.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use burnwright_table::{
    Encoder, Kind, NumberScale, ReadOptions, Table, Target as Column, TargetValues, TargetWish,
    row_hashes,
};

use crate::parts::{Looks, MOST_HASHED, Parts, parts, strata};
use crate::{DataConfig, DataError, Rows, Splits, Target, Targets, Wanted};

/// What a table is like, for whoever makes a recipe for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableLook {
    /// The column that is learned.
    pub target: String,
    /// What a reader of the recipe should know, a line each.
    pub notes: Vec<String>,
}

/// Looks at the columns of a table. Without a target, the error names the columns.
pub fn look_at_table(path: &Path, target: Option<&str>) -> Result<TableLook, DataError> {
    let table = burnwright_table::read(path, &ReadOptions::default())?;
    let target = target_of(&table, target)?;
    let mut notes = Vec::new();
    let mut of_kind: BTreeMap<Kind, Vec<&str>> = BTreeMap::new();
    for column in table.columns().iter().filter(|column| column.name() != target) {
        of_kind.entry(column.kind()).or_default().push(column.name());
    }
    for (kind, names) in of_kind {
        let left_out = if kind.is_input() { "" } else { ", left out" };
        notes.push(format!("{}{left_out}: {}", kind.name(), names.join(", ")));
    }
    let missing: Vec<String> = (table.columns().iter().filter(|column| column.missing() > 0))
        .map(|column| format!("{} ({})", column.name(), column.missing()))
        .collect();
    if !missing.is_empty() {
        notes.push(format!("missing values: {}", missing.join(", ")));
    }
    Ok(TableLook { target, notes })
}

/// The name of the column that is learned, which is there.
fn target_of(table: &Table, target: Option<&str>) -> Result<String, DataError> {
    let Some(name) = target else {
        let columns = table.columns().iter().map(|column| column.name().to_owned()).collect();
        return Err(DataError::NoTarget { columns, path: table.path().to_owned() });
    };
    Ok(table.column(name)?.name().to_owned())
}

/// Reads a table as a recipe says.
pub(crate) fn open(path: &Path, config: &DataConfig, wanted: Wanted) -> Result<Splits, DataError> {
    let table = burnwright_table::read(path, &ReadOptions::default())?;
    let name = target_of(&table, config.target.as_deref())?;
    let wish = match wanted {
        // A table has no column of labels: the task says so of what is there.
        Wanted::Any | Wanted::Labels => TargetWish::Inferred,
        Wanted::Classes => TargetWish::Classes,
        Wanted::Number => TargetWish::Number,
    };
    let column = Column::infer(&table, &name, wish)?;
    let learned = Learned::of(&table, &column)?;
    if table.inputs(Some(&name)).next().is_none() {
        // Rows of no columns are all equal; the error says what was left out.
        Encoder::fit(&table, &learned.rows, Some(&name), NumberScale::Standard)?;
    }
    let looks = learned.looks(&table, &name);
    let Parts { train, held_out, test } = parts(&looks, config)?;
    let hashes = |places: &[u32]| chosen(&looks.keys, places);
    let fitted: Vec<u32> = (0..)
        .zip(&train)
        .filter(|(place, _)| held_out.binary_search(place).is_err())
        .map(|(_, &place)| learned.rows[place as usize])
        .collect();
    // default: a recipe that says nothing of columns has them as `[data.table]` has them.
    let settings = config.table.clone().unwrap_or_default();
    let scale = if settings.quantiles { NumberScale::Quantiles } else { NumberScale::Standard };
    let encoder = Arc::new(Encoder::fit(&table, &fitted, Some(&name), scale)?);
    let targets = learned.targets.clone();
    let train = (learned.encoded(&table, &encoder, &train, &targets)?)
        .hashed(hashes(&train))
        .holding_out(held_out);
    let test = match &config.test_path {
        None => learned.encoded(&table, &encoder, &test, &targets)?.hashed(hashes(&test)),
        Some(path) => {
            let table = burnwright_table::read(path, &encoder.options(Some(&column)))?;
            let learned = Learned::of(&table, &column)?;
            let all: Vec<u32> = (0..learned.count()).collect();
            let keys = learned.hashes(&table, &name);
            learned.encoded(&table, &encoder, &all, &targets)?.hashed(chosen(&keys, &all))
        }
    };
    Ok(Splits::new(train, test))
}

/// The hashes of some rows; none of a table whose split is too long to be kept.
fn chosen(hashes: &[[u8; 16]], places: &[u32]) -> Vec<[u8; 16]> {
    if hashes.len() > MOST_HASHED {
        return Vec::new();
    }
    places.iter().map(|&place| hashes[place as usize]).collect()
}

/// The rows of a table that have a target.
struct Learned {
    rows: Vec<u32>,
    truth: Vec<Target>,
    targets: Targets,
}

impl Learned {
    fn of(table: &Table, column: &Column) -> Result<Self, DataError> {
        let read = column.read(table)?;
        let (truth, targets) = match read.values {
            TargetValues::Classes(classes) => {
                // default: a number has no classes, and no target is a class then.
                let names = column.classes().unwrap_or_default().to_vec();
                (classes.into_iter().map(Target::Class).collect(), Targets::Classes(names))
            }
            TargetValues::Numbers(numbers) => {
                let name = column.column.clone();
                (numbers.into_iter().map(Target::Number).collect(), Targets::Number(name))
            }
        };
        Ok(Self { rows: read.rows, truth, targets })
    }

    fn count(&self) -> u32 {
        u32::try_from(self.rows.len()).expect("a table has fewer than 2^31 rows")
    }

    /// A hash of what each row gives a model.
    fn hashes(&self, table: &Table, target: &str) -> Vec<[u8; 16]> {
        let hashes = row_hashes(table, table.inputs(Some(target)));
        self.rows.iter().map(|&row| hashes[row as usize].to_le_bytes()).collect()
    }

    /// What decides to which part each row belongs. Equal rows are one group, whatever their targets are.
    fn looks(&self, table: &Table, target: &str) -> Looks {
        let keys = self.hashes(table, target);
        let mut first = std::collections::HashMap::new();
        let groups =
            (0..).zip(&keys).map(|(place, key)| *first.entry(*key).or_insert(place)).collect();
        let given = vec![None; keys.len()];
        Looks { strata: strata(self.truth.iter()), groups, given, keys }
    }

    /// Some of the rows as a model is given them.
    fn encoded(
        &self,
        table: &Table,
        encoder: &Arc<Encoder>,
        places: &[u32],
        targets: &Targets,
    ) -> Result<Rows, DataError> {
        let rows: Vec<u32> = places.iter().map(|&place| self.rows[place as usize]).collect();
        let bound = encoder.bind(table)?;
        let columns = bound.layout().columns();
        let mut numbers = vec![0.0; rows.len() * columns];
        for (&row, numbers) in rows.iter().zip(numbers.chunks_exact_mut(columns)) {
            bound.write(row, numbers);
        }
        let truth = places.iter().map(|&place| self.truth[place as usize].clone()).collect();
        let place = table.path().display().to_string();
        let made = Rows::new(columns, numbers, targets.clone(), truth, &place)?;
        // default: no file of 2^32 lines fits the memory that a table is given.
        let line = |&row: &u32| u32::try_from(table.line(row)).unwrap_or(u32::MAX);
        let lines = rows.iter().map(line).collect();
        Ok(made.encoded_by(Arc::clone(encoder)).standing_in(lines))
    }
}
