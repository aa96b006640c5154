//! Named numbers: how a model did on some examples, whatever its task.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// The name under which each task's loss stands.
pub const LOSS: &str = "loss";

/// How a model did on the examples of a split: the loss and the metrics of its task by their names.
///
/// In JSON it is one flat object, such as `{"total":10000,"accuracy":0.97,"correct":9700,"loss":0.1}`. What is not a number there is
/// passed over.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    /// The examples, where they were counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<usize>,
    #[serde(flatten, deserialize_with = "numbers")]
    values: BTreeMap<String, Score>,
}

/// One score.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Score {
    /// A number of examples.
    Count(u64),
    /// A measure; one that is not finite is `null` in JSON, and is not read back.
    Measure(f64),
}

impl Score {
    /// As a measure.
    #[expect(clippy::cast_precision_loss, reason = "counts of examples are far below 2^53")]
    pub fn value(self) -> f64 {
        match self {
            Self::Count(count) => count as f64,
            Self::Measure(value) => value,
        }
    }
}

impl Scores {
    /// Only a loss.
    pub fn of_loss(loss: f64) -> Self {
        Self::default().with(LOSS, loss)
    }

    /// The same of so many examples.
    #[must_use]
    pub fn of(self, total: usize) -> Self {
        Self { total: Some(total), ..self }
    }

    /// The same with one measure more.
    #[must_use]
    pub fn with(mut self, name: &str, value: f64) -> Self {
        self.values.insert(name.to_owned(), Score::Measure(value));
        self
    }

    /// The same with one count more.
    #[must_use]
    pub fn with_count(mut self, name: &str, count: usize) -> Self {
        self.values.insert(name.to_owned(), Score::Count(count as u64));
        self
    }

    /// The score of this name.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.values.get(name).map(|score| score.value())
    }

    /// The count of this name.
    pub fn count(&self, name: &str) -> Option<u64> {
        match self.values.get(name) {
            Some(Score::Count(count)) => Some(*count),
            _ => None,
        }
    }

    /// The mean loss an example; NaN where there is none.
    pub fn loss(&self) -> f64 {
        // default: a loss that is not there is shown as one that is not a number.
        self.get(LOSS).unwrap_or(f64::NAN)
    }

    /// All measures, by name; counts are not among them.
    pub fn measures(&self) -> impl Iterator<Item = (&str, f64)> {
        self.values.iter().filter_map(|(name, score)| match score {
            Score::Measure(value) => Some((name.as_str(), *value)),
            Score::Count(_) => None,
        })
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Scores {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Scores".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "object",
            "description": "The loss and the metrics of the task by their names, and the samples where they were counted.",
            "properties": {
                "total": { "type": "integer", "minimum": 0 },
                "loss": { "type": ["number", "null"] },
            },
            "additionalProperties": { "type": ["number", "null"] },
        })
    }
}

fn numbers<'de, D: Deserializer<'de>>(object: D) -> Result<BTreeMap<String, Score>, D::Error> {
    let all = BTreeMap::<String, Value>::deserialize(object)?;
    let score = |value: &Value| match value.as_u64() {
        Some(count) => Some(Score::Count(count)),
        None => value.as_f64().map(Score::Measure),
    };
    Ok(all.into_iter().filter_map(|(name, value)| Some((name, score(&value)?))).collect())
}

/// A metric of a task, as who shows it must know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NamedMetric {
    /// The name in [`Scores`], such as `accuracy`.
    pub name: String,
    /// The name for people, such as `Accuracy`.
    pub label: String,
    /// Whether it is a share, which people read as a percentage.
    pub percent: bool,
    /// Which way is better.
    pub higher_is_better: bool,
}

impl NamedMetric {
    /// A value for people: `97.00%`, or a number with four significant digits.
    pub fn text(&self, value: f64) -> String {
        if self.percent { format!("{:.2}%", 100.0 * value) } else { significant(value) }
    }

    /// The metrics of a run that does not say them: the first programs knew classification alone.
    pub(crate) fn unsaid() -> Vec<Self> {
        vec![Self {
            name: "accuracy".to_owned(),
            label: "Accuracy".to_owned(),
            percent: true,
            higher_is_better: true,
        }]
    }
}

/// Four significant digits, as long as that is shorter than the exponent form.
fn significant(value: f64) -> String {
    let magnitude = value.abs();
    if magnitude != 0.0 && !(1e-3..1e6).contains(&magnitude) {
        return format!("{value:.3e}");
    }
    let decimals = match magnitude {
        magnitude if magnitude >= 1000.0 => 0,
        magnitude if magnitude >= 100.0 => 1,
        magnitude if magnitude >= 10.0 => 2,
        magnitude if magnitude >= 1.0 => 3,
        _ => 4,
    };
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_one_flat_object() {
        let scores = Scores::of_loss(0.125).of(4).with("accuracy", 1.0).with_count("correct", 4);
        let text = serde_json::to_string(&scores).unwrap();
        assert_eq!(text, r#"{"total":4,"accuracy":1.0,"correct":4,"loss":0.125}"#);
        assert_eq!(serde_json::from_str::<Scores>(&text).unwrap(), scores);
        assert_eq!(scores.count("correct"), Some(4));
        assert_eq!(scores.get("correct"), Some(4.0));
    }

    #[test]
    fn what_is_no_number_is_passed_over() {
        let read: Scores =
            serde_json::from_str(r#"{"loss":null,"rmse":2.5,"note":"sunny","more":{}}"#).unwrap();
        assert_eq!(read, Scores::default().with("rmse", 2.5));
        assert!(read.loss().is_nan());
    }

    #[test]
    fn values_are_written_with_four_digits() {
        let metric = |percent| NamedMetric { percent, ..NamedMetric::unsaid().remove(0) };
        assert_eq!(metric(true).text(0.97), "97.00%");
        let texts = [49_123.4, 123.45, 2.5, 0.5, 1e-7, 0.0].map(|value| metric(false).text(value));
        assert_eq!(texts, ["49123", "123.5", "2.500", "0.5000", "1.000e-7", "0.0000"]);
    }
}
