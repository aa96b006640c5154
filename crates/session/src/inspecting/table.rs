//! A table becomes what is known of its columns, and of its target where there is one: as values, and in words.

use std::path::{Path, PathBuf};

use burnwright_table::{
    ColumnInspection, Frequent, Inspection, Kind, Range, ReadOptions, Table, Target, TargetValues,
    TargetWish, written_date,
};
use burnwright_view::{DataSetReport, DataSetTable, counted, thousands};
use serde::Serialize;

use super::unreadable;
use super::words::{balance, imbalance, percent};
use crate::SessionError;

/// What was found in a table. Fields are the keys of its JSON form.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InspectedTable {
    /// What its columns hold.
    #[serde(flatten)]
    pub inspection: Inspection,
    /// Columns that no model gets.
    pub left_out: Vec<LeftOut>,
    /// What is learned, where that was said.
    pub target: Option<InspectedTarget>,
    /// Where it is.
    #[serde(skip)]
    pub file: PathBuf,
}

/// A column that no model gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LeftOut {
    /// The column.
    pub column: String,
    /// Why.
    pub reason: String,
}

/// What is learned from a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InspectedTarget {
    /// The column.
    pub column: String,
    /// Rows without it, from which nothing is learned.
    pub missing: usize,
    /// The classes in their order; none of a number.
    pub classes: Option<Vec<TargetClass>>,
}

/// A class of the target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TargetClass {
    /// Its name.
    pub name: String,
    /// Its rows.
    pub rows: usize,
}

pub(super) fn inspect(path: &Path, target: Option<&str>) -> Result<InspectedTable, SessionError> {
    let table = burnwright_table::read(path, &ReadOptions::default()).map_err(unreadable)?;
    let target = target
        .map(|name| Target::infer(&table, name, TargetWish::Inferred))
        .transpose()
        .map_err(unreadable)?;
    let inspection = burnwright_table::inspect(&table, target.as_ref()).map_err(unreadable)?;
    let name = target.as_ref().map(|target| target.column.as_str());
    let left_out = (inspection.columns.iter())
        .filter(|column| !column.input && Some(&*column.name) != name)
        .map(|column| LeftOut {
            column: column.name.clone(),
            reason: column.kind.described().to_owned(),
        });
    let left_out = left_out.collect();
    let target = target.map(|target| learned(&table, &target)).transpose()?;
    Ok(InspectedTable { inspection, left_out, target, file: path.to_owned() })
}

fn learned(table: &Table, target: &Target) -> Result<InspectedTarget, SessionError> {
    let read = target.read(table).map_err(unreadable)?;
    let classes = match (target.classes(), &read.values) {
        (Some(names), TargetValues::Classes(classes)) => {
            let mut rows = vec![0; names.len()];
            for class in classes {
                rows[*class as usize] += 1;
            }
            let class = |(name, rows): (&String, usize)| TargetClass { name: name.clone(), rows };
            Some(names.iter().zip(rows).map(class).collect())
        }
        _ => None,
    };
    let missing = read.missing as usize;
    Ok(InspectedTarget { column: target.column.clone(), missing, classes })
}

pub(super) fn report(found: &InspectedTable) -> DataSetReport {
    let inspection = &found.inspection;
    let name = found.file.file_name().unwrap_or(found.file.as_os_str()); // default: a path without a name is shown as it is
    let rows = counted(inspection.rows as usize, "row");
    DataSetReport {
        name: name.to_string_lossy().into_owned(),
        headline: format!("{rows} of {}", counted(inspection.columns.len(), "column")),
        facts: facts(found),
        warnings: warnings(found),
        tables: vec![
            column_table(found),
            left_out_table(found),
            give_away_table(found),
            class_table(found),
        ],
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ..DataSetReport::default()
    }
}

fn facts(found: &InspectedTable) -> Vec<[String; 2]> {
    let inspection = &found.inspection;
    let mut facts = Vec::new();
    let mut add = |name: &str, value: String| facts.push([name.to_owned(), value]);
    let inputs = inspection.columns.iter().filter(|column| column.input).count();
    let left_out = counted(found.left_out.len(), "column");
    add("inputs", format!("{}; {left_out} left out", counted(inputs, "column")));
    let delimiter = match inspection.delimiter {
        ',' => "commas".to_owned(),
        ';' => "semicolons".to_owned(),
        '\t' => "tabs".to_owned(),
        other => format!("`{other}`"),
    };
    add("fields", format!("between {delimiter}"));
    let header =
        if inspection.header { "names the columns" } else { "is data: columns are numbered" };
    add("first row", header.to_owned());
    add(
        "equal rows",
        match inspection.duplicate_rows {
            None => "not known: free text was not kept".to_owned(),
            Some(0) => "none".to_owned(),
            Some(count) => format!("{} equal to an earlier one", counted(count as usize, "row")),
        },
    );
    if let Some(target) = &found.target {
        let what = match &target.classes {
            None => "a number".to_owned(),
            Some(classes) => {
                // default: a target has classes, or it is an error.
                let said = balance(&named(classes)).unwrap_or_default();
                format!("classes: {said}")
            }
        };
        add("target", format!("`{}`, {what}", target.column));
    }
    facts
}

fn named(classes: &[TargetClass]) -> Vec<(&str, usize)> {
    classes.iter().map(|class| (class.name.as_str(), class.rows)).collect()
}

fn warnings(found: &InspectedTable) -> Vec<String> {
    let inspection = &found.inspection;
    let mut warnings: Vec<String> = (inspection.give_away.iter())
        .map(|gives| {
            format!(
                "`{}` alone gives the target away: who will know it when the model is asked?",
                gives.column
            )
        })
        .collect();
    if let Some(target) = &found.target {
        if target.missing > 0 {
            let rows = counted(target.missing, "row");
            warnings.push(format!("{rows} without a target: nothing is learned from them"));
        }
        let classes = target.classes.as_deref().map(named);
        warnings.extend(classes.as_deref().and_then(imbalance));
    }
    let rows = inspection.rows as usize;
    let mostly_missing =
        |column: &&ColumnInspection| column.input && 2 * column.missing as usize > rows;
    for column in inspection.columns.iter().filter(mostly_missing) {
        let share = percent(column.missing as usize, rows);
        warnings.push(format!("`{}` is missing in {share} of the rows", column.name));
    }
    warnings
}

fn column_table(found: &InspectedTable) -> DataSetTable {
    let target = found.target.as_ref().map(|target| target.column.as_str());
    let row = |column: &ColumnInspection| {
        let usage = if target == Some(&*column.name) {
            "target"
        } else if column.input {
            "input"
        } else {
            "left out"
        };
        vec![
            column.name.clone(),
            column.kind.name().to_owned(),
            usage.to_owned(),
            thousands(column.missing as usize),
            column.distinct.map_or_else(|| "-".to_owned(), thousands),
            content(column),
        ]
    };
    DataSetTable {
        anchor: "columns",
        heading: "Columns",
        caption: "The columns in their order: what they hold, and in how many rows they are missing.",
        columns: ["column", "kind", "use", "missing", "distinct", "holds"]
            .map(str::to_owned)
            .to_vec(),
        rows: found.inspection.columns.iter().map(row).collect(),
    }
}

/// The range of a column, or its most frequent values.
fn content(column: &ColumnInspection) -> String {
    /// Values that are named.
    const SHOWN: usize = 3;
    match (&column.range, column.kind) {
        (Some(Range { least, median, largest, .. }), Kind::Date) => {
            let [least, median, largest] = [least, median, largest].map(|days| written_date(*days));
            format!("{least} to {largest}, {median} in the middle")
        }
        (Some(Range { least, median, largest, mean, .. }), Kind::Number) => {
            let [least, median, largest, mean] = [least, median, largest, mean].map(|x| number(*x));
            format!("{least} to {largest}, {median} in the middle, mean {mean}")
        }
        _ => {
            let each = column.most_frequent.iter().take(SHOWN);
            let mut text: Vec<String> = each.map(frequent).collect();
            if column.distinct.is_some_and(|distinct| distinct > SHOWN) && !text.is_empty() {
                text.push("...".to_owned());
            }
            text.join(", ")
        }
    }
}

/// A value and its rows; of a long one the beginning.
fn frequent(one: &Frequent) -> String {
    const LONGEST: usize = 24;
    let value = match one.value.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &one.value[..end]),
        None => one.value.clone(),
    };
    if one.rows == 1 { value } else { format!("{value} {}", thousands(one.rows as usize)) }
}

/// A number with six significant digits, without zeros that say nothing.
fn number(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 || (1e-4..1e15).contains(&size) {
        // The exponent of a number below 10^15 and from 10^-4 on.
        let decimals = (0..=9).find(|decimals| size * 10_f64.powi(*decimals) >= 1e5).unwrap_or(9); // default: the most
        let text = format!("{value:.*}", usize::try_from(decimals).expect("from 0 to 9"));
        if text.contains('.') {
            return text.trim_end_matches('0').trim_end_matches('.').to_owned();
        }
        return text;
    }
    format!("{value:.3e}")
}

fn left_out_table(found: &InspectedTable) -> DataSetTable {
    let rows = found.left_out.iter();
    DataSetTable {
        anchor: "left-out",
        heading: "Left out",
        caption: "Columns that no model gets, and why.",
        columns: vec!["column".to_owned(), "it is".to_owned()],
        rows: rows.map(|left| vec![left.column.clone(), left.reason.clone()]).collect(),
    }
}

fn give_away_table(found: &InspectedTable) -> DataSetTable {
    let rows = found.inspection.give_away.iter();
    DataSetTable {
        anchor: "give-away",
        heading: "Give the target away",
        caption: "Columns that predict the target alone, and how well: 1 is without an error, 0 no better than a constant.",
        columns: vec!["column".to_owned(), "score".to_owned()],
        rows: rows.map(|gives| vec![gives.column.clone(), format!("{:.4}", gives.score)]).collect(),
    }
}

fn class_table(found: &InspectedTable) -> DataSetTable {
    let classes = found.target.as_ref().and_then(|target| target.classes.as_deref());
    let classes = classes.unwrap_or(&[]); // default: a number has no classes
    let all = classes.iter().map(|class| class.rows).sum();
    let row = |class: &TargetClass| {
        vec![class.name.clone(), thousands(class.rows), percent(class.rows, all)]
    };
    DataSetTable {
        anchor: "classes",
        heading: "Classes",
        caption: "The classes of the target in their order.",
        columns: ["class", "rows", "share"].map(str::to_owned).to_vec(),
        rows: classes.iter().map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_six_digits() {
        let shown = [0.0, 1.0, -124.35, 206_855.816_9, 1_234_567.0, 0.123_456_78, 1e-9, 2e20, 3.5];
        assert_eq!(
            shown.map(number),
            ["0", "1", "-124.35", "206856", "1234567", "0.123457", "1.000e-9", "2.000e20", "3.5"]
        );
    }
}
