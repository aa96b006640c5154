//! What is learned from a column and a table in, the targets of its rows out.

use std::collections::HashMap;

use crate::TableError;
use crate::error::shown;
use crate::kinds::yes_or_no;
use crate::numbers::Numbers;
use crate::table::{Cells, Table, written};
use crate::target::{Target, TargetForm, as_number, no_number};
use crate::texts::Texts;

/// The targets of a table's rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Targets {
    /// The rows that have one, ascending.
    pub rows: Vec<u32>,
    /// Rows that have none.
    pub missing: u32,
    /// The targets of `rows`, in their order.
    pub values: TargetValues,
}

/// Targets, one for each row that has one.
#[derive(Clone, Debug, PartialEq)]
pub enum TargetValues {
    /// Places among the classes.
    Classes(Vec<u32>),
    /// Numbers.
    Numbers(Vec<f64>),
}

impl Target {
    /// The targets of a table; an error, with its line, where one is none of the classes, or text for a number.
    pub fn read(&self, table: &Table) -> Result<Targets, TableError> {
        let column = table.column(&self.column)?;
        let values = match (&self.form, &column.cells) {
            (TargetForm::Number, Cells::Numbers(numbers)) => {
                TargetValues::Numbers(numbers.iter().flatten().collect())
            }
            (TargetForm::Number, Cells::Texts(texts)) if !texts.dictionary.is_empty() => {
                return Err(no_number(table, column, texts));
            }
            (TargetForm::Classes { classes }, Cells::Texts(texts)) => {
                TargetValues::Classes(self.of_texts(table, classes, texts)?)
            }
            (TargetForm::Classes { classes }, Cells::Numbers(numbers)) => {
                TargetValues::Classes(self.of_numbers(table, classes, numbers)?)
            }
            _ if column.missing == table.rows => TargetValues::Numbers(Vec::new()),
            _ => {
                let (name, path) = (self.column.clone(), table.path.clone());
                let expected = if self.classes().is_some() { "a category" } else { "a number" };
                return Err(TableError::TargetKind {
                    column: name,
                    kind: column.kind,
                    expected,
                    path,
                });
            }
        };
        if column.missing == table.rows {
            let (column, rows, path) = (self.column.clone(), table.rows, table.path.clone());
            return Err(TableError::NoTargets { column, rows, path });
        }
        let rows = (0..table.rows).filter(|&row| column.is_present(row)).collect();
        Ok(Targets { rows, missing: column.missing, values })
    }

    fn of_texts(
        &self,
        table: &Table,
        classes: &[String],
        texts: &Texts,
    ) -> Result<Vec<u32>, TableError> {
        let places = places(classes);
        let answer =
            |text: &str| classes.iter().position(|name| yes_or_no(name) == yes_or_no(text));
        let is_yes_no = classes.len() == 2 && classes.iter().all(|name| yes_or_no(name).is_some());
        let mut found = Vec::with_capacity(texts.dictionary.len());
        for (place, text) in texts.dictionary.iter().enumerate() {
            let class = places.get(&**text).copied().or_else(|| {
                let class = answer(text).filter(|_| is_yes_no)?;
                u32::try_from(class).ok()
            });
            let unknown = || self.unknown(table, texts.first_row(place), text, classes);
            found.push(class.ok_or_else(unknown)?);
        }
        let present = texts.codes.iter().filter(|&&code| code > 0);
        Ok(present.map(|&code| found[code as usize - 1]).collect())
    }

    fn of_numbers(
        &self,
        table: &Table,
        classes: &[String],
        numbers: &Numbers,
    ) -> Result<Vec<u32>, TableError> {
        // By bits: a number that is a class is equal to it, and there is no negative zero among numbers that were read.
        let places: HashMap<u64, u32> = (0..)
            .zip(classes)
            .filter_map(|(place, name)| Some((as_number(name)?.to_bits(), place)))
            .collect();
        let mut found = Vec::with_capacity(numbers.len());
        for (row, value) in (0..).zip(numbers.iter()) {
            let Some(value) = value else { continue };
            let unknown = || self.unknown(table, row, &written(value), classes);
            found.push(places.get(&value.to_bits()).copied().ok_or_else(unknown)?);
        }
        Ok(found)
    }

    fn unknown(&self, table: &Table, row: u32, got: &str, classes: &[String]) -> TableError {
        TableError::UnknownClass {
            line: table.line(row),
            column: self.column.clone(),
            got: shown(got),
            classes: classes.to_vec(),
            path: table.path.clone(),
        }
    }
}

impl Targets {
    /// How many rows have a target.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether no row has a target; [`Target::read`] never gives that.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

fn places(classes: &[String]) -> HashMap<&str, u32> {
    (0..).zip(classes).map(|(place, name)| (&**name, place)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TargetWish;

    fn infer(text: &str, wish: TargetWish) -> Result<Target, TableError> {
        Target::infer(&Table::of_text(text), "y", wish)
    }

    #[test]
    fn rows_without_a_target_are_counted() {
        let table = Table::of_text("x,y\n1,a\n2,\n3,b\n4,NA\n5,a\n");
        let target = Target::infer(&table, "y", TargetWish::Inferred).unwrap();
        let targets = target.read(&table).unwrap();
        assert_eq!(targets.rows, [0, 2, 4]);
        assert_eq!(targets.missing, 2);
        assert_eq!(targets.values, TargetValues::Classes(vec![0, 1, 0]));
    }

    #[test]
    fn another_table_has_the_same_classes_or_an_error_with_its_line() {
        let target = infer("x,y\n1,a\n2,b\n3,c\n4,a\n", TargetWish::Inferred).unwrap();
        let other = Table::of_text("y,x\nc,1\na,2\nc,3\n");
        assert_eq!(target.read(&other).unwrap().values, TargetValues::Classes(vec![2, 0, 2]));
        let error = target.read(&Table::of_text("y,x\nc,1\n\nB,2\n")).unwrap_err().to_string();
        assert_eq!(
            error,
            "line 4, column `y`: unknown class `B`, the nearest is `b`; the classes are `a`, `b`, `c`: t.csv"
        );
        let numbers = infer("x,y\n1,1\n2,2\n3,1\n4,2\n", TargetWish::Inferred).unwrap();
        let values = numbers.read(&Table::of_text("x,y\n1,2.0\n5,1\n")).unwrap().values;
        assert_eq!(values, TargetValues::Classes(vec![1, 0]));
        assert!(
            numbers
                .read(&Table::of_text("x,y\n1,3\n1,2\n"))
                .unwrap_err()
                .to_string()
                .contains("line 2")
        );
    }
}
