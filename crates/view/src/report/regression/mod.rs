//! One number for each example: how far off the model is, whether it is off in one direction, and where it is off most.

mod errors;
mod points;
mod worst;

use burnwright_metrics::{
    JudgedNumber, Metric, RegressionEvaluation, RegressionPredictions, regression,
};
use burnwright_run::Summary;
use maud::{Markup, html};

use super::elements::score_tile;
use super::examples::Example;
use super::task::{Part, Section};
use crate::numbers::{interval_in_words, loss, measured, thousands, with_unit};

/// How a model that predicts numbers did on a split.
#[derive(Clone, Debug, PartialEq)]
pub struct RegressionReport {
    /// What is predicted, such as `price`.
    pub target: String,
    /// In what the target is measured, such as `$`; may be empty.
    pub unit: String,
    /// What the kept model predicted for each example.
    pub predictions: RegressionPredictions,
    /// How it did.
    pub evaluation: RegressionEvaluation,
    /// The examples with the largest errors, the worst first.
    pub worst: Vec<Example<JudgedNumber>>,
}

impl RegressionReport {
    fn number(&self, value: f64) -> String {
        with_unit(value, &self.unit)
    }

    /// The name of an axis: `actual price, $`.
    fn axis(&self, name: &str) -> String {
        if self.unit.is_empty() { name.to_owned() } else { format!("{name}, {}", self.unit) }
    }
}

/// What a score says, where it has no interval.
fn explained(name: &str) -> &'static str {
    match name {
        "explained_variance" => "R² after the mean error is taken off",
        "median_absolute_error" => "half of the examples are nearer",
        "largest_error" => "of all examples",
        // A metric may be added without a word here; its title says what it is.
        _ => "",
    }
}

impl Part for RegressionReport {
    fn total(&self) -> usize {
        self.evaluation.total
    }

    fn metrics(&self) -> Vec<Metric> {
        regression::METRICS.iter().map(|measure| measure.metric).collect()
    }

    fn unit(&self) -> &str {
        &self.unit
    }

    fn headline(&self, split: &str) -> Markup {
        let main = self.evaluation.scores.all().first().expect("the task lists its metrics");
        html! {
            strong { (measured(main.metric, main.value, &self.unit)) } " is the " (main.metric.title)
            " of the predicted " (self.target) " over " (thousands(self.evaluation.total)) " " (split) " examples"
            @if let Some(interval) = main.interval {
                ", " (interval_in_words(interval.map(|end| self.number(end))))
            }
            "."
        }
    }

    fn tiles(&self, split: &str) -> Vec<[String; 3]> {
        let mut tiles: Vec<[String; 3]> = self
            .evaluation
            .scores
            .all()
            .iter()
            .map(|score| score_tile(score, &self.unit, explained(score.metric.name)))
            .collect();
        let mean = self.number(self.evaluation.mean_error);
        tiles.push(["Mean error".to_owned(), mean, "above 0: predicted too high".to_owned()]);
        let explanation = format!("mean a {split} example");
        tiles.push(["Loss".to_owned(), loss(self.evaluation.loss), explanation]);
        tiles
    }

    fn notes(&self, split: &str, _: &Summary) -> Vec<String> {
        let broken = self.evaluation.not_finite;
        let note = || {
            format!(
                "For {} of the {split} examples the prediction is not finite, so that no score is defined; the plots leave them out.",
                thousands(broken)
            )
        };
        (broken > 0).then(note).into_iter().collect()
    }

    fn sections(&self, split: &str) -> Vec<Section> {
        vec![
            Section::new("predictions", "Predicted against actual", points::section(self)),
            Section::new("errors", "Errors", errors::section(self)),
            Section::new("worst", "Largest errors", worst::section(self, split)),
        ]
    }
}
