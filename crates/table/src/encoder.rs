//! The training rows of a table in, how any table's rows become numbers for a model out: named, kept as JSON, the same for new
//! rows.
//!
//! The numbers come first, then the categories' codes, each part in the order of the table's columns.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::kind::Kind;
use crate::options::ReadOptions;
use crate::scale::{NumberScale, Scale, moments};
use crate::table::{Cells, Column, Table};
use crate::target::Target;
use crate::values::values_of;
use crate::{TableError, date};

/// How columns become a model's inputs. It is fitted to training rows, goes into the model's file, and knows columns by name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Encoder {
    pub(crate) inputs: Vec<Input>,
}

/// An encoder as it stands in a file.
#[derive(Deserialize)]
struct Unchecked {
    inputs: Vec<Input>,
}

/// One column of the table, and what becomes of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// The column's name.
    pub name: String,
    /// What becomes of it.
    #[serde(flatten)]
    pub encoding: Encoding,
}

/// What becomes of a column.
///
/// `indicator` adds a number that is 1 where the column is missing and 0 elsewhere; it is there where the column was missing in a
/// training row. A column that is missing elsewhere counts as its mean alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Encoding {
    /// One number; 0 where it is missing.
    Number {
        /// Its scale.
        scale: Scale,
        /// Whether a number says that it is missing.
        indicator: bool,
    },
    /// 1 for yes, 0 for no; the share of yes where it is missing.
    YesNo {
        /// The share of yes among the training rows.
        share: f64,
        /// Whether a number says that it is missing.
        indicator: bool,
    },
    /// Days since 1970-01-01, month (1 to 12) and weekday (Monday is 0), and the hour where the training rows have any; 0 each
    /// where it is missing.
    Date {
        /// Of the days.
        days: Scale,
        /// Of the month.
        month: Scale,
        /// Of the weekday.
        weekday: Scale,
        /// Of the hour.
        hour: Option<Scale>,
        /// Whether a number says that it is missing.
        indicator: bool,
    },
    /// A code: k for the k-th value, counted from 1; 0 where it is missing or no training row had it.
    Category {
        /// The values of the training rows in natural order.
        values: Vec<String>,
    },
}

/// What an encoded row holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Names of the numbers, which come first: the column's, or `column (missing)`, `column (month)` and so on.
    pub numbers: Vec<String>,
    /// Names of the categories, whose codes follow, and how many codes each has, 0 counted.
    pub categories: Vec<(String, usize)>,
}

impl Layout {
    /// How many values a row has.
    pub fn columns(&self) -> usize {
        self.numbers.len() + self.categories.len()
    }

    /// How many codes each category has, 0 counted.
    pub fn cardinalities(&self) -> Vec<usize> {
        self.categories.iter().map(|category| category.1).collect()
    }
}

impl Encoder {
    /// Fits to the training rows, which are given in the order in which sums are formed; all columns are inputs whose kind is,
    /// but the target.
    ///
    /// # Panics
    /// Where a row is not one of the table's.
    pub fn fit(
        table: &Table,
        rows: &[u32],
        target: Option<&str>,
        scale: NumberScale,
    ) -> Result<Self, TableError> {
        if rows.is_empty() {
            return Err(TableError::NoTrainingRows { path: table.path.clone() });
        }
        let mut inputs = Vec::new();
        for column in table.inputs(target) {
            if let Some(encoding) = fit(table, column, rows, scale)? {
                inputs.push(Input { name: column.name.clone(), encoding });
            }
        }
        if inputs.is_empty() {
            let others = table.columns.iter().filter(|column| target != Some(&*column.name));
            let columns = others.map(|column| (column.name.clone(), column.kind)).collect();
            return Err(TableError::NoInputs { columns, path: table.path.clone() });
        }
        Ok(Self { inputs })
    }

    /// The columns that it takes, and what becomes of each.
    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    /// The kinds as which another file is to be read, so that it can be encoded.
    pub fn kinds(&self) -> BTreeMap<String, Kind> {
        self.inputs.iter().map(|input| (input.name.clone(), input.encoding.kind())).collect()
    }

    /// How another file is to be read, so that it can be encoded, and the targets read where they are wanted; what else it holds is
    /// passed over.
    pub fn options(&self, target: Option<&Target>) -> ReadOptions {
        let mut kinds = self.kinds();
        kinds.extend(target.map(|target| (target.column.clone(), target.kind())));
        ReadOptions { kinds, others: Some(Kind::Ignored), ..ReadOptions::default() }
    }

    /// What an encoded row holds, in its order.
    pub fn layout(&self) -> Layout {
        let mut layout = Layout { numbers: Vec::new(), categories: Vec::new() };
        for Input { name, encoding } in &self.inputs {
            if let Encoding::Category { values } = encoding {
                layout.categories.push((name.clone(), values.len() + 1));
            }
            let parts = encoding.parts().into_iter();
            layout.numbers.extend(parts.map(|part| match part {
                "" => name.clone(),
                part => format!("{name} ({part})"),
            }));
        }
        layout
    }
}

impl Encoding {
    /// The kind of column that it takes.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Number { .. } => Kind::Number,
            Self::YesNo { .. } => Kind::YesNo,
            Self::Date { .. } => Kind::Date,
            Self::Category { .. } => Kind::Category,
        }
    }

    /// The numbers that it gives; the first one carries the column's name alone.
    pub(crate) fn parts(&self) -> Vec<&'static str> {
        let (mut parts, indicator) = match self {
            Self::Number { indicator, .. } | Self::YesNo { indicator, .. } => {
                (vec![""], *indicator)
            }
            Self::Date { hour, indicator, .. } => {
                let mut parts = vec!["", "month", "weekday"];
                parts.extend(hour.as_ref().map(|_| "hour"));
                (parts, *indicator)
            }
            Self::Category { .. } => (Vec::new(), false),
        };
        if indicator {
            parts.push("missing");
        }
        parts
    }

    fn is_sound(&self) -> bool {
        match self {
            Self::Number { scale, .. } => scale.is_sound(),
            Self::YesNo { share, .. } => (0.0..=1.0).contains(share),
            Self::Date { days, month, weekday, hour, .. } => {
                [days, month, weekday].into_iter().chain(hour).all(Scale::is_sound)
            }
            Self::Category { .. } => true,
        }
    }
}

impl TryFrom<Unchecked> for Encoder {
    type Error = String;

    fn try_from(Unchecked { inputs }: Unchecked) -> Result<Self, String> {
        match inputs.iter().find(|input| !input.encoding.is_sound()) {
            Some(input) => {
                Err(format!("the scale of column `{}` is not one of finite numbers", input.name))
            }
            None => Ok(Self { inputs }),
        }
    }
}

/// What becomes of a column; nothing where it is a category that no training row has.
fn fit(
    table: &Table,
    column: &Column,
    rows: &[u32],
    scale: NumberScale,
) -> Result<Option<Encoding>, TableError> {
    let present: Vec<f64> = if column.kind == Kind::Category {
        Vec::new()
    } else {
        let values = values_of(table, column, column.kind)?;
        rows.iter().filter_map(|&row| values.get(&column.cells, row)).collect()
    };
    let indicator = present.len() < rows.len();
    Ok(Some(match column.kind {
        Kind::Number => Encoding::Number { scale: Scale::fit(present, scale), indicator },
        Kind::YesNo => Encoding::YesNo { share: moments(&present).0, indicator },
        Kind::Date => {
            let of = |part: fn(f64) -> f64| {
                let parts: Vec<f64> = present.iter().map(|&days| part(days)).collect();
                Scale::fit(parts, NumberScale::Standard)
            };
            let has_hours = present.iter().any(|days| days.fract() != 0.0);
            let (month, weekday) = (of(date::month), of(date::weekday));
            let hour = has_hours.then(|| of(date::hour));
            Encoding::Date { days: Scale::fit(present, scale), month, weekday, hour, indicator }
        }
        Kind::Category => {
            let Cells::Texts(texts) = &column.cells else {
                unreachable!("a category is read as text")
            };
            let mut seen = vec![false; texts.dictionary.len() + 1];
            for &row in rows {
                seen[texts.codes[row as usize] as usize] = true;
            }
            let values: Vec<String> = texts
                .dictionary
                .iter()
                .zip(&seen[1..])
                .filter(|(_, seen)| **seen)
                .map(|(text, _)| text.to_string())
                .collect();
            if values.is_empty() {
                return Ok(None);
            }
            Encoding::Category { values }
        }
        _ => return Ok(None),
    }))
}
