//! What a score is called, in which unit it is shown and which way is better; and how it is computed.
//!
//! A task lists its [`Measure`]s in its own `METRICS`; each is a constant in a file of its own. Whoever shows, logs or compares scores goes
//! by that list and knows no score by name.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// A kind of score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    /// The name in files and settings, such as `mean_average_precision`.
    pub name: &'static str,
    /// The name in text, such as `mean average precision`.
    pub title: &'static str,
    /// In what it is measured.
    pub unit: Unit,
    /// Which way is better.
    pub direction: Direction,
}

/// In what a score is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A share from 0 to 1, shown as a percentage.
    Share,
    /// The unit of the target, such as dollars.
    Target,
    /// None: a plain number.
    Plain,
}

/// Which of two scores is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The higher one.
    HigherIsBetter,
    /// The lower one.
    LowerIsBetter,
}

impl Direction {
    /// Whether `one` is better than `other`. Any number is better than NaN, and NaN is better than nothing.
    pub fn is_better(self, one: f64, other: f64) -> bool {
        if one.is_nan() || other.is_nan() {
            return other.is_nan() && !one.is_nan();
        }
        match self {
            Self::HigherIsBetter => one > other,
            Self::LowerIsBetter => one < other,
        }
    }
}

/// The mean loss an example: every task has one.
pub const LOSS: Metric =
    Metric { name: "loss", title: "loss", unit: Unit::Plain, direction: Direction::LowerIsBetter };

/// A score of a model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// Of which kind.
    pub metric: Metric,
    /// The value; NaN where it is not defined.
    pub value: f64,
    /// The 95 % confidence interval, where the metric has one.
    pub interval: Option<[f64; 2]>,
}

/// A metric and how it is computed from `M`, what is known of the judged examples.
#[derive(Clone, Copy, Debug)]
pub struct Measure<M> {
    /// What is measured.
    pub metric: Metric,
    /// The value; NaN where it is not defined.
    pub value: fn(&M) -> f64,
    /// The 95 % confidence interval, where the metric has one; none where it is not defined.
    pub interval: Option<IntervalOf<M>>,
}

/// From what is known of the judged examples to a 95 % confidence interval.
pub type IntervalOf<M> = fn(&M) -> Option<[f64; 2]>;

impl<M> Measure<M> {
    /// The score.
    pub fn of(&self, material: &M) -> Score {
        let interval = self.interval.and_then(|interval| interval(material));
        Score { metric: self.metric, value: (self.value)(material), interval }
    }
}

/// Scores by the names of their metrics. As JSON: `{name: value, .., "intervals": {name: [low, high], ..}}`; what is not finite is `null`.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores(Vec<Score>);

impl Scores {
    pub(crate) fn of<M>(measures: &[Measure<M>], material: &M) -> Self {
        Self(measures.iter().map(|measure| measure.of(material)).collect())
    }

    /// All of them, in the order in which their task lists them.
    pub fn all(&self) -> &[Score] {
        &self.0
    }

    /// The score of this name; none where the task has no such metric.
    pub fn get(&self, name: &str) -> Option<&Score> {
        self.0.iter().find(|score| score.metric.name == name)
    }
}

impl Serialize for Scores {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let intervals = Intervals(&self.0);
        let mut map = serializer.serialize_map(Some(self.0.len() + 1))?;
        for score in &self.0 {
            map.serialize_entry(score.metric.name, &score.value)?;
        }
        map.serialize_entry("intervals", &intervals)?;
        map.end()
    }
}

/// Numbers by names, as the task lists them; `intervals` holds pairs.
#[cfg(feature = "schema")]
impl schemars::JsonSchema for Scores {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "MeasuredScores".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "object", "additionalProperties": true })
    }
}

struct Intervals<'a>(&'a [Score]);

impl Serialize for Intervals<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let named = |score: &Score| score.interval.map(|interval| (score.metric.name, interval));
        serializer.collect_map(self.0.iter().filter_map(named))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_is_better_than_nan() {
        use Direction::{HigherIsBetter, LowerIsBetter};
        assert!(HigherIsBetter.is_better(2.0, 1.0) && !HigherIsBetter.is_better(1.0, 1.0));
        assert!(LowerIsBetter.is_better(1.0, 2.0) && !LowerIsBetter.is_better(2.0, 1.0));
        for direction in [HigherIsBetter, LowerIsBetter] {
            assert!(direction.is_better(1.0, f64::NAN) && !direction.is_better(f64::NAN, 1.0));
            assert!(!direction.is_better(f64::NAN, f64::NAN));
        }
    }

    #[test]
    fn scores_are_written_by_their_names() {
        let measures: [Measure<f64>; 2] = [
            Measure { metric: LOSS, value: |value| *value, interval: None },
            Measure {
                metric: Metric { name: "twice", ..LOSS },
                value: |value| 2.0 * value,
                interval: Some(|value| Some([*value, 3.0 * value])),
            },
        ];
        let scores = Scores::of(&measures, &2.0);
        let expected = serde_json::json!({
            "loss": 2.0, "twice": 4.0, "intervals": {"twice": [2.0, 6.0]}
        });
        assert_eq!(serde_json::to_value(&scores).unwrap(), expected);
        assert_eq!(scores.get("twice").map(|score| score.value), Some(4.0));
        assert_eq!(scores.get("thrice"), None);
    }
}
