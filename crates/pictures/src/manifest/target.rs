//! What a manifest says of a picture becomes a class, labels or a number; knows no files.

use std::collections::BTreeSet;

use serde_json::Value;

/// What is to be learned of a picture.
#[derive(Clone, Debug, PartialEq)]
pub enum ManifestTarget {
    /// One class.
    Class(String),
    /// Any number of labels, each once, in their order.
    Labels(Vec<String>),
    /// A finite number.
    Number(f64),
}

impl ManifestTarget {
    /// The class or the labels.
    pub fn names(&self) -> &[String] {
        match self {
            Self::Class(class) => std::slice::from_ref(class),
            Self::Labels(labels) => labels,
            Self::Number(_) => &[],
        }
    }
}

/// A kind of [`ManifestTarget`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TargetKind {
    /// One class.
    Class,
    /// Any number of labels.
    Labels,
    /// A number.
    Number,
}

/// What a target's cell holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum RawTarget {
    /// A cell of CSV, in which labels may be separated.
    Cell(String),
    /// A text or number of JSON, in which nothing is separated.
    Text(String),
    /// A list of JSON.
    List(Vec<String>),
    /// Nothing at all.
    Nothing,
}

impl RawTarget {
    /// A value of JSON.
    pub(super) fn of_json(value: Option<Value>) -> Result<Self, String> {
        match value {
            None | Some(Value::Null) => Ok(Self::Nothing),
            Some(Value::Array(values)) => {
                values.into_iter().map(text).collect::<Result<_, _>>().map(Self::List)
            }
            Some(value) => text(value).map(Self::Text),
        }
    }

    /// The target of a kind.
    pub(super) fn read(self, kind: TargetKind) -> Result<ManifestTarget, String> {
        match (kind, self) {
            (TargetKind::Labels, Self::Cell(cell)) => {
                Ok(ManifestTarget::Labels(unique(split(&cell))))
            }
            (TargetKind::Labels, Self::List(list)) => {
                let names = list.iter().map(|name| name.trim()).filter(|name| !name.is_empty());
                Ok(ManifestTarget::Labels(unique(names)))
            }
            (TargetKind::Labels, Self::Text(text)) => Self::List(vec![text]).read(kind),
            (TargetKind::Labels, Self::Nothing) => Ok(ManifestTarget::Labels(Vec::new())),
            (_, Self::List(list)) => {
                let one = if kind == TargetKind::Number { "number" } else { "class" };
                Err(format!("a list of {} as target, expected one {one}", list.len()))
            }
            (_, Self::Nothing) => Err("no target".to_owned()),
            (_, Self::Cell(text) | Self::Text(text)) if text.is_empty() => {
                Err("no target".to_owned())
            }
            (TargetKind::Class, Self::Cell(text) | Self::Text(text)) => {
                Ok(ManifestTarget::Class(text))
            }
            (TargetKind::Number, Self::Cell(text) | Self::Text(text)) => match number(&text) {
                Some(value) => Ok(ManifestTarget::Number(value)),
                None => Err(format!("target {text:?} is no finite number")),
            },
        }
    }
}

/// A text, number or truth value of JSON as text.
fn text(value: Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(truth) => Ok(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            Err("target is neither text, number nor a list of these".to_owned())
        }
    }
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

/// The labels of a cell.
fn split(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(['|', ';']).map(str::trim).filter(|name| !name.is_empty())
}

/// Each name once, sorted by bytes.
fn unique<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    names.collect::<BTreeSet<&str>>().into_iter().map(str::to_owned).collect()
}

/// The kind of targets, see [`super::list_manifest`].
pub(super) fn infer<'a>(targets: impl Iterator<Item = &'a RawTarget>) -> TargetKind {
    let (mut values, mut count, mut fractions) = (BTreeSet::new(), 0, false);
    let mut numbers = true;
    for target in targets {
        match target {
            RawTarget::List(_) => return TargetKind::Labels,
            RawTarget::Cell(cell) if cell.contains(['|', ';']) => return TargetKind::Labels,
            RawTarget::Cell(text) | RawTarget::Text(text) if !text.is_empty() => {
                let value = number(text);
                numbers &= value.is_some();
                fractions |= value.is_some_and(|value| value < 0.0 || value.fract() != 0.0);
                values.insert(text.as_str());
                count += 1;
            }
            RawTarget::Cell(_) | RawTarget::Text(_) | RawTarget::Nothing => {}
        }
    }
    let differ = values.len() * 2 > count && count > 0;
    if numbers && (fractions || differ) { TargetKind::Number } else { TargetKind::Class }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_inferred() {
        let cells = |cells: &[&str]| {
            let cells: Vec<RawTarget> =
                cells.iter().map(|cell| RawTarget::Cell((*cell).to_owned())).collect();
            infer(cells.iter())
        };
        assert_eq!(cells(&["cat", "dog", "cat"]), TargetKind::Class);
        assert_eq!(cells(&["0", "1", "0", "1"]), TargetKind::Class);
        assert_eq!(cells(&["0", "1", "0.5", "1"]), TargetKind::Number);
        assert_eq!(cells(&["-1", "1", "-1", "1"]), TargetKind::Number);
        assert_eq!(cells(&["21", "35", "70", "35"]), TargetKind::Number);
        assert_eq!(cells(&["cat", "cat|dog", ""]), TargetKind::Labels);
        assert_eq!(cells(&["1", "x", "1"]), TargetKind::Class);
        assert_eq!(infer([RawTarget::List(Vec::new())].iter()), TargetKind::Labels);
        assert_eq!(infer([RawTarget::Text("a|b".to_owned())].iter()), TargetKind::Class);
    }

    #[test]
    fn targets_are_read_as_their_kind() {
        let cell = |text: &str, kind| RawTarget::Cell(text.to_owned()).read(kind);
        let labels = |names: &[&str]| {
            ManifestTarget::Labels(names.iter().map(|name| (*name).to_owned()).collect())
        };
        assert_eq!(cell("dog; cat|cat |", TargetKind::Labels), Ok(labels(&["cat", "dog"])));
        assert_eq!(cell("", TargetKind::Labels), Ok(labels(&[])));
        assert_eq!(cell("1e3", TargetKind::Number), Ok(ManifestTarget::Number(1000.0)));
        assert_eq!(cell("", TargetKind::Class), Err("no target".to_owned()));
        for text in ["1e400", "nan", "inf", "1,5", "x"] {
            let expected = format!("target {text:?} is no finite number");
            assert_eq!(cell(text, TargetKind::Number), Err(expected));
        }
        let text = |text: &str| RawTarget::Text(text.to_owned()).read(TargetKind::Labels);
        assert_eq!(text(" a|b "), Ok(labels(&["a|b"])));
        assert_eq!(text(" "), Ok(labels(&[])));
        let list = RawTarget::List(vec!["a".to_owned(), "b".to_owned()]);
        assert_eq!(
            list.read(TargetKind::Class),
            Err("a list of 2 as target, expected one class".to_owned())
        );
    }
}
