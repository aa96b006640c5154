//! What was said of a split, and how good that is: a variant a task, and what all have in common.

use burnwright_metrics::{
    ClassificationEvaluation, ClassificationPredictions, JudgedClass, McNemar,
    MultiLabelEvaluation, MultiLabelPredictions, PairedComparison, RegressionEvaluation,
    RegressionPredictions, Scores as Measured, compare_paired, mcnemar,
};
use burnwright_run::Scores;
use serde::Serialize;

use crate::named::kept;

/// What a model says of each example of a split.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Predictions {
    /// A class each.
    Classification(ClassificationPredictions),
    /// Labels each.
    MultiLabel(MultiLabelPredictions),
    /// A number each.
    Regression(RegressionPredictions),
}

/// How good that is, in all that is measured.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Evaluation {
    /// Of classes.
    Classification(ClassificationEvaluation),
    /// Of labels.
    MultiLabel(MultiLabelEvaluation),
    /// Of numbers.
    Regression(RegressionEvaluation),
}

/// Whether two models differ on the same examples, by the test that the task has for it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum PairTest {
    /// Of examples that are correct, with all their labels where there are several: McNemar's exact test.
    McNemar(McNemar),
    /// Of squared errors: the paired t-test.
    SquaredErrors(PairedComparison),
}

impl Predictions {
    /// All scores; none where there is no example.
    pub fn evaluate(&self) -> Option<Evaluation> {
        Some(match self {
            Self::Classification(all) => {
                Evaluation::Classification(ClassificationEvaluation::of(all)?)
            }
            Self::MultiLabel(all) => Evaluation::MultiLabel(MultiLabelEvaluation::of(all)?),
            Self::Regression(all) => Evaluation::Regression(RegressionEvaluation::of(all)?),
        })
    }

    /// The scores that each epoch is judged by; none where there is no example. Of classes they cost one pass; of labels and numbers they
    /// are all that there are.
    pub fn scores(&self) -> Option<Scores> {
        let Self::Classification(all) = self else { return Some(self.evaluate()?.scores()) };
        let samples = all.samples();
        let correct = samples.iter().filter(|sample| sample.is_right()).count();
        let loss = mean(samples.iter().map(|sample| sample.loss))?;
        let accuracy = mean(samples.iter().map(|one| f64::from(u8::from(one.is_right()))))?;
        let scores = Scores::of_loss(loss).of(samples.len());
        Some(scores.with("accuracy", accuracy).with_count("correct", correct))
    }

    /// Two models on the same examples; none where they are of different tasks.
    pub fn differ(&self, other: &Self) -> Option<PairTest> {
        match (self, other) {
            (Self::Classification(one), Self::Classification(other)) => {
                let right = |all: &ClassificationPredictions| -> Vec<bool> {
                    all.samples().iter().map(JudgedClass::is_right).collect()
                };
                Some(PairTest::McNemar(mcnemar(&right(one), &right(other))))
            }
            (Self::MultiLabel(one), Self::MultiLabel(other)) => {
                let [one, other] = [one, other].map(MultiLabelPredictions::exact_matches);
                Some(PairTest::McNemar(mcnemar(&one, &other)))
            }
            (Self::Regression(one), Self::Regression(other)) => {
                let squared = |all: &RegressionPredictions| -> Vec<f64> {
                    let errors = all.examples().iter().map(|one| one.predicted - one.target);
                    errors.map(|error| error * error).collect()
                };
                let [one, other] = [one, other].map(squared);
                compare_paired(&one, &other).map(PairTest::SquaredErrors)
            }
            _ => None,
        }
    }
}

/// The keys of all tests: a schema of one of several would not let itself be flattened.
#[cfg(feature = "schema")]
impl schemars::JsonSchema for PairTest {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "PairTest".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "object",
            "properties": {
                "p": { "type": "number", "minimum": 0, "maximum": 1 },
                "only_first": { "type": "integer", "minimum": 0 },
                "only_second": { "type": "integer", "minimum": 0 },
                "difference": { "type": ["number", "null"] },
                "interval": { "type": "array", "items": { "type": ["number", "null"] } },
            },
            "required": ["p"],
        })
    }
}

impl PairTest {
    /// The probability of a difference at least as large, if there were none.
    pub fn p(&self) -> f64 {
        match self {
            Self::McNemar(test) => test.p,
            Self::SquaredErrors(test) => test.p,
        }
    }

    /// Which of the two is better, where they differ.
    pub fn first_is_better(&self) -> bool {
        match self {
            Self::McNemar(test) => test.only_first > test.only_second,
            Self::SquaredErrors(test) => test.difference < 0.0,
        }
    }
}

impl Evaluation {
    /// All that the task measures, by name.
    pub fn measured(&self) -> Measured {
        match self {
            Self::Classification(all) => all.scores(),
            Self::MultiLabel(all) => all.scores.clone(),
            Self::Regression(all) => all.scores.clone(),
        }
    }

    /// The 95 % confidence interval of the metric that matters most.
    pub fn interval(&self) -> Option<[f64; 2]> {
        self.measured().all().first().and_then(|score| score.interval)
    }

    /// The scores that are kept in the formats of a run.
    pub fn scores(&self) -> Scores {
        match self {
            Self::Classification(all) => Scores::of_loss(all.loss)
                .of(all.total)
                .with("accuracy", all.accuracy)
                .with_count("correct", all.correct),
            _ => kept(&self.measured(), self.loss(), self.total()),
        }
    }

    /// Mean loss an example; NaN where an output was.
    pub fn loss(&self) -> f64 {
        match self {
            Self::Classification(all) => all.loss,
            Self::MultiLabel(all) => all.loss,
            Self::Regression(all) => all.loss,
        }
    }

    /// Examples.
    pub fn total(&self) -> usize {
        match self {
            Self::Classification(all) => all.total,
            Self::MultiLabel(all) => all.total,
            Self::Regression(all) => all.total,
        }
    }
}

/// None of nothing.
#[expect(clippy::cast_precision_loss, reason = "counts of examples are far below 2^53")]
fn mean(values: impl ExactSizeIterator<Item = f64>) -> Option<f64> {
    let count = values.len();
    (count > 0).then(|| values.sum::<f64>() / count as f64)
}
