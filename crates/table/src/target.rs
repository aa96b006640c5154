//! One column of a table in, classes or numbers to learn out.
//!
//! What was learned from one table reads the targets of another one: the same classes in the same order.

use serde::{Deserialize, Serialize};

use crate::kind::Kind;
use crate::kinds::yes_or_no;
use crate::number::{self, Parsed};
use crate::numbers::Numbers;
use crate::table::{Cells, Column, Table, written};
use crate::texts::Texts;
use crate::values::refused;
use crate::{TableError, error::shown};

/// Whole numbers with more distinct values than this are a number to learn, not classes, unless the caller says so.
const FEW: usize = 20;
/// More classes than this are no classification.
const MAX_CLASSES: usize = 1_000;

/// What is learned from a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The column's name.
    pub column: String,
    /// Its classes, or that it is a number.
    #[serde(flatten)]
    pub form: TargetForm,
}

/// Classes, or a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "form", rename_all = "kebab-case")]
pub enum TargetForm {
    /// One of several classes.
    Classes {
        /// Their names in natural order: numbers ascending, no before yes.
        classes: Vec<String>,
    },
    /// A number.
    Number,
}

/// What the caller wants to learn from a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetWish {
    /// Classes for text, yes or no, and few whole numbers; else a number.
    Inferred,
    /// Classes.
    Classes,
    /// A number.
    Number,
}

impl Target {
    /// What there is to learn from the column of a name.
    ///
    /// Classes are learned from text, from yes and no, and from whole numbers of at most 20 distinct values, each of which
    /// stands in two rows on average; a number from all other numbers. An error where the column is not there, is missing in
    /// all rows, has one value, or cannot be what is wished.
    pub fn infer(table: &Table, name: &str, wish: TargetWish) -> Result<Self, TableError> {
        let column = table.column(name)?;
        if column.missing == table.rows {
            let (column, rows, path) = (name.to_owned(), table.rows, table.path.clone());
            return Err(TableError::NoTargets { column, rows, path });
        }
        let form = match (&column.cells, wish) {
            (Cells::Numbers(numbers), TargetWish::Inferred) if !are_few(numbers) => {
                TargetForm::Number
            }
            (Cells::Numbers(_), TargetWish::Number) => TargetForm::Number,
            (Cells::Numbers(numbers), _) => TargetForm::Classes {
                classes: distinct(numbers).into_iter().map(written).collect(),
            },
            (Cells::Texts(texts), TargetWish::Number) => {
                return Err(no_number(table, column, texts));
            }
            (Cells::Texts(texts), _) if column.kind.is_input() || column.kind == Kind::Constant => {
                TargetForm::Classes { classes: classes_of(column.kind, texts) }
            }
            (Cells::Texts(_) | Cells::Dates(_) | Cells::Counted, _) => {
                let (column, kind, path) = (name.to_owned(), column.kind, table.path.clone());
                let expected = match wish {
                    TargetWish::Inferred => "a category or a number",
                    TargetWish::Classes => "a category",
                    TargetWish::Number => "a number",
                };
                return Err(TableError::TargetKind { column, kind, expected, path });
            }
        };
        let target = Self { column: name.to_owned(), form };
        target.check(table, column)?;
        Ok(target)
    }

    /// More than one value, and not too many classes.
    #[expect(clippy::float_cmp, reason = "the same number, not one near it")]
    fn check(&self, table: &Table, column: &Column) -> Result<(), TableError> {
        let (name, path) = (self.column.clone(), table.path.clone());
        let one = |value: String| TableError::OneTarget {
            column: self.column.clone(),
            value,
            path: table.path.clone(),
        };
        match (&self.form, &column.cells) {
            (TargetForm::Classes { classes }, _) if classes.len() > MAX_CLASSES => {
                let (got, limit) = (classes.len(), MAX_CLASSES);
                Err(TableError::TooManyClasses { column: name, got, limit, path })
            }
            (TargetForm::Classes { classes }, _) if classes.len() == 1 => {
                Err(one(classes[0].clone()))
            }
            (TargetForm::Number, Cells::Numbers(numbers)) => {
                let mut present = numbers.iter().flatten();
                match present.next() {
                    Some(first) if present.all(|value| value == first) => Err(one(written(first))),
                    _ => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    /// The classes; none where a number is learned.
    pub fn classes(&self) -> Option<&[String]> {
        match &self.form {
            TargetForm::Classes { classes } => Some(classes),
            TargetForm::Number => None,
        }
    }

    /// The kind as which the column of another file is to be read, so that this target can be read from it: numbers where they are all written
    /// as numbers are; `01` and `1` would be one number, but are two categories.
    pub fn kind(&self) -> Kind {
        match &self.form {
            TargetForm::Number => Kind::Number,
            TargetForm::Classes { classes }
                if classes
                    .iter()
                    .all(|name| as_number(name).map(written).as_ref() == Some(name)) =>
            {
                Kind::Number
            }
            TargetForm::Classes { .. } => Kind::Category,
        }
    }
}

pub(crate) fn as_number(name: &str) -> Option<f64> {
    match number::parse(name, b'.') {
        Parsed::Decimal { .. } | Parsed::Float(_) => name.parse().ok(),
        Parsed::Infinite | Parsed::NotANumber => None,
    }
}

/// Whole numbers of few distinct values.
fn are_few(numbers: &Numbers) -> bool {
    numbers.iter().flatten().all(|value| value.fract() == 0.0) && {
        let distinct = numbers.distinct();
        distinct <= FEW && distinct * 2 <= numbers.iter().flatten().count()
    }
}

/// All distinct numbers, ascending.
fn distinct(numbers: &Numbers) -> Vec<f64> {
    let mut values: Vec<f64> = numbers.iter().flatten().collect();
    values.sort_unstable_by(f64::total_cmp);
    values.dedup();
    values
}

fn classes_of(kind: Kind, texts: &Texts) -> Vec<String> {
    let mut names: Vec<String> = texts.dictionary.iter().map(ToString::to_string).collect();
    if kind == Kind::YesNo {
        // One way of writing each answer names the class: the first in order.
        names.sort_by_key(|name| yes_or_no(name));
        names.dedup_by_key(|name| yes_or_no(name));
    }
    names
}

/// The first text of a column that should hold numbers.
pub(crate) fn no_number(table: &Table, column: &Column, texts: &Texts) -> TableError {
    let is_text =
        |row: &u32| texts.get(*row as usize).is_some_and(|text| as_number(text).is_none());
    let first = (0..table.rows).find(is_text);
    // default: all of it was read as text although it holds numbers; then the first row stands for it.
    let row = first.unwrap_or(0);
    let got = texts.get(row as usize).map_or_else(String::new, shown);
    refused(table, column, row, got, "a number")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn infer(text: &str, wish: TargetWish) -> Result<Target, TableError> {
        Target::infer(&Table::of_text(text), "y", wish)
    }

    fn classes(text: &str) -> Vec<String> {
        let target = infer(text, TargetWish::Inferred).unwrap();
        target.classes().unwrap().to_vec()
    }

    fn error(text: &str, wish: TargetWish) -> String {
        infer(text, wish).unwrap_err().to_string()
    }

    #[test]
    fn classes_are_in_natural_order() {
        assert_eq!(classes("x,y\n1,10\n2,9\n3,-1\n4,10\n5,9\n6,-1\n"), ["-1", "9", "10"]);
        assert_eq!(classes("x,y\n1,c10\n2,c9\n3,c10\n"), ["c9", "c10"]);
        assert_eq!(classes("x,y\n1,Yes\n2,no\n3,yes\n"), ["no", "Yes"]);
        assert_eq!(classes("x,y\n1,1\n2,0\n3,1\n4,0\n"), ["0", "1"]);
    }

    #[test]
    fn numbers_are_learned_as_numbers_unless_there_are_few() {
        for text in ["x,y\n1,1.5\n2,2\n3,1.5\n4,2\n", "x,y\n1,1\n2,2\n3,3\n4,4\n"] {
            assert_eq!(infer(text, TargetWish::Inferred).unwrap().form, TargetForm::Number);
        }
        let few = "x,y\n1,3\n2,4\n3,3\n4,4\n";
        assert_eq!(infer(few, TargetWish::Number).unwrap().form, TargetForm::Number);
        assert_eq!(classes(few), ["3", "4"]);
    }

    #[test]
    fn what_cannot_be_learned_is_said() {
        assert_eq!(
            error("x,y\n1,2\n\n2,abc\n3,b\n4,b\n", TargetWish::Number),
            "line 4, column `y`: got `abc`, expected a number: t.csv"
        );
        assert_eq!(
            error("x,z\n1,2\n3,4\n", TargetWish::Inferred),
            "no column `y`; the columns are `x`, `z`: t.csv"
        );
        assert_eq!(
            error("x,y\n1,a\n2,a\n", TargetWish::Inferred),
            "every row has the same target `a` in column `y`: t.csv"
        );
        assert_eq!(
            error("x,y\n1,2.5\n2,2.5\n", TargetWish::Inferred),
            "every row has the same target `2.5` in column `y`: t.csv"
        );
        assert_eq!(
            error("x,y\n1,\n2,NA\n", TargetWish::Inferred),
            "the target is missing in all 2 rows of column `y`: t.csv"
        );
        assert!(
            error("x,y\n1,2024-01-01\n2,2024-01-02\n", TargetWish::Inferred)
                .contains("is a date, expected a category or a number")
        );
        let many: Vec<String> = (0..3_000).map(|row| format!("1,{}", row % 1_500)).collect();
        let many = many.join("\n");
        assert!(
            error(&format!("x,y\n{many}"), TargetWish::Classes)
                .contains("has 1500 classes, at most 1000")
        );
        let names: Vec<String> = (0..100).map(|row| format!("1,name{row}")).collect();
        let names = names.join("\n");
        assert!(error(&format!("x,y\n{names}"), TargetWish::Inferred).contains("is id-like"));
    }

    #[test]
    fn another_file_is_read_as_numbers_only_where_these_are_the_names() {
        let kind = |classes: &[&str]| {
            let classes = classes.iter().map(|name| (*name).to_owned()).collect();
            Target { column: "y".to_owned(), form: TargetForm::Classes { classes } }.kind()
        };
        assert_eq!(kind(&["-1", "0.5", "10"]), Kind::Number);
        assert_eq!(kind(&["01", "1"]), Kind::Category);
        assert_eq!(kind(&["1", "1.0"]), Kind::Category);
        assert_eq!(kind(&["1", "x"]), Kind::Category);
    }

    #[test]
    fn a_target_is_kept_as_json() {
        for text in ["x,y\n1,a\n2,b\n3,a\n4,b\n", "x,y\n1,1.5\n2,2\n"] {
            let target = infer(text, TargetWish::Inferred).unwrap();
            let json = serde_json::to_string(&target).unwrap();
            assert_eq!(serde_json::from_str::<Target>(&json).unwrap(), target, "{json}");
        }
    }
}
