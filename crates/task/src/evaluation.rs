//! What was said of a split, and how good that is: a variant a task, and what all have in common.

use burnwright_metrics::{
    Evaluation as ClassificationScores, Judged, McNemar, Predictions as Classified, mcnemar,
};
use burnwright_run::Scores;
use serde::Serialize;

/// What a model says of each example of a split.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Predictions {
    /// A class each.
    Classification(Classified),
}

/// How good that is, in all that is measured.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
#[non_exhaustive]
pub enum Evaluation {
    /// Of classes.
    Classification(ClassificationScores),
}

impl Predictions {
    /// All scores; none where there is no example.
    pub fn evaluate(&self) -> Option<Evaluation> {
        match self {
            Self::Classification(all) => {
                ClassificationScores::of(all).map(Evaluation::Classification)
            }
        }
    }

    /// The scores that every epoch is judged by; none where there is no example. They cost one pass.
    pub fn scores(&self) -> Option<Scores> {
        match self {
            Self::Classification(all) => {
                let samples = all.samples();
                let correct = samples.iter().filter(|sample| sample.is_right()).count();
                let loss = mean(samples.iter().map(|sample| sample.loss))?;
                let accuracy = mean(samples.iter().map(|one| f64::from(u8::from(one.is_right()))))?;
                let scores = Scores::of_loss(loss).of(samples.len());
                Some(scores.with("accuracy", accuracy).with_count("correct", correct))
            }
        }
    }
}

/// Whether two models differ on the same examples, by the test that the task has for it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
#[non_exhaustive]
pub enum PairTest {
    /// Of what is correct: McNemar's exact test.
    McNemar(McNemar),
}

impl PairTest {
    /// The probability of a difference at least as large, if there were none.
    pub fn p(&self) -> f64 {
        match self {
            Self::McNemar(test) => test.p,
        }
    }

    /// Which of the two is better, where they differ.
    pub fn first_is_better(&self) -> bool {
        match self {
            Self::McNemar(test) => test.only_first > test.only_second,
        }
    }
}

impl Predictions {
    /// Two models on the same examples; none where they are of different tasks.
    pub fn differ(&self, other: &Self) -> Option<PairTest> {
        match (self, other) {
            (Self::Classification(one), Self::Classification(other)) => {
                let right = |all: &Classified| -> Vec<bool> {
                    all.samples().iter().map(Judged::is_right).collect()
                };
                Some(PairTest::McNemar(mcnemar(&right(one), &right(other))))
            }
        }
    }
}

impl Evaluation {
    /// The 95 % confidence interval of the metric that matters most.
    pub fn interval(&self) -> Option<[f64; 2]> {
        match self {
            Self::Classification(all) => Some(all.interval),
        }
    }

    /// The scores that are kept in the formats of a run.
    pub fn scores(&self) -> Scores {
        match self {
            Self::Classification(all) => Scores::of_loss(all.loss)
                .of(all.total)
                .with("accuracy", all.accuracy)
                .with_count("correct", all.correct),
        }
    }

    /// Mean loss an example; NaN where an output was.
    pub fn loss(&self) -> f64 {
        match self {
            Self::Classification(all) => all.loss,
        }
    }

    /// Examples.
    pub fn total(&self) -> usize {
        match self {
            Self::Classification(all) => all.total,
        }
    }
}

/// None of nothing.
#[expect(clippy::cast_precision_loss, reason = "counts of examples are far below 2^53")]
fn mean(values: impl ExactSizeIterator<Item = f64>) -> Option<f64> {
    let count = values.len();
    (count > 0).then(|| values.sum::<f64>() / count as f64)
}
